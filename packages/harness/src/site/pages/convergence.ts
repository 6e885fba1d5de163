import { axisText, numberText, timeText } from '../../board/format.ts';
import { distinct, problemsOf } from '../../board/problems.ts';
import { byPoint } from '../../board/rank-rows.ts';
import type { BoardRow } from '../../board/row.ts';
import { metricTickText, metricValueText } from '../../board/row-text.ts';
import { commonTarget } from '../../board/target.ts';
import { type MetricSpec, metricOfProblem } from '../../cell/suite.ts';
import type { CellRecord } from '../../record/record.ts';
import { median, quantile } from '../../statistics/describe.ts';
import { timeToTarget } from '../../statistics/target.ts';
import { type Line, lineChart } from '../charts/line-chart.ts';
import { axisName, type Board, boardsOf, problemTitle, type SiteContext } from '../context.ts';
import { type Html, html } from '../html.ts';
import { chartKey, figure, type Page } from '../layout.ts';
import { type SiteColumn, siteTable } from '../table.ts';
import { methodLink } from './leaderboard.ts';

/** Learning curves by step and by time, and when targets were reached. */
export async function convergencePage(context: SiteContext): Promise<Page | undefined> {
  const sections: Html[] = [];
  const methods = new Set<string>();
  for (const board of boardsOf(context)) {
    const { suite, device, id } = board;
    const parts: Html[] = [];
    for (const group of pointsOf(board)) {
      const records = group
        .flatMap((row) => row.records)
        .filter((record) => (record.training?.curve.length ?? 0) > 1);
      const first = group[0];
      if (records.length === 0 || first === undefined) continue;
      for (const record of records) methods.add(record.config.method);
      const where =
        `${problemTitle(suite, first.problem)}, ${axisName(suite, 'horizon')} = ${axisText(first.horizon)}, ` +
        `${axisName(suite, 'dimension')} = ${axisText(first.dimension)}`;
      const section = await pointSection(context, records, {
        spec: metricOfProblem(suite, first.problem),
        step: suite.axisNames?.step ?? 'outer steps',
      });
      parts.push(html`<h3>${where}</h3>${section}`);
    }
    if (parts.length > 0)
      sections.push(html`<h2 id="${id}">${suite.title}<small>${device.label}</small></h2>${parts}`);
  }
  if (sections.length === 0) return undefined;
  const shown = context.methods.filter((method) => methods.has(method));
  const body = html`<h1>Convergence</h1>
<p>Learning curves: medians over seeds, bands from the first to the third quartile. Time excludes evaluation and begins with the first step. A target that was never reached
took forever: ∞. Where the records name no target it is nine tenths of the way from where all begin to the best median that any
method ends at.</p>
${chartKey(shown, context.looks, (method) => method)}
${sections}`;
  return { path: 'convergence.html', title: 'Convergence', body };
}

/** The rows of a board point by point: problems as they are declared, then p, then T. */
function pointsOf({ suite, rows }: Board): readonly (readonly BoardRow[])[] {
  return problemsOf({ suite, rows }).flatMap((problem) => [
    ...byPoint(
      rows
        .filter((row) => row.problem === problem)
        .sort((a, b) => a.dimension - b.dimension || a.horizon - b.horizon),
    ).values(),
  ]);
}

async function pointSection(
  context: SiteContext,
  records: readonly CellRecord[],
  { spec, step }: { readonly spec: MetricSpec | undefined; readonly step: string },
): Promise<Html> {
  const metric = spec?.name ?? Object.keys(records[0]?.training?.final ?? {})[0] ?? '';
  const text = spec === undefined ? numberText : metricTickText(spec);
  const y = { title: spec?.title ?? metric, scale: 'linear', text } as const;
  const figures: Html[] = [];
  const bySteps = linesOf(records, metric, 'step', text);
  const options = { looks: context.looks, y } as const;
  if (bySteps.some((line) => line.points.length > 1)) {
    const svg = await lineChart(bySteps, {
      ...options,
      x: { title: step, scale: 'linear', text: numberText },
    });
    figures.push(figure(`${y.title} against ${step}`, svg));
  }
  // Methods differ by orders of magnitude in time, so the axis is logarithmic, and what was so at time zero is left out.
  const byTime = linesOf(records, metric, 'time', text).map((line) => ({
    ...line,
    points: line.points.filter((point) => point.x > 0),
  }));
  if (byTime.some((line) => line.points.length > 1)) {
    const svg = await lineChart(byTime, {
      ...options,
      x: { title: 'Time', scale: 'log', text: timeText },
    });
    figures.push(figure(`${y.title} against time`, svg));
  }
  return html`<div class="charts">${figures}</div>${targetTable(context, records, spec)}`;
}

/** Medians over seeds at equal positions of the curve. */
function linesOf(
  records: readonly CellRecord[],
  metric: string,
  by: 'step' | 'time',
  text: (value: number) => string,
): readonly Line[] {
  return distinct(records, (record) => record.config.method).map((method) => {
    const curves = records
      .filter((record) => record.config.method === method)
      .map((record) => record.training?.curve ?? []);
    const length = Math.min(...curves.map((curve) => curve.length));
    const points = Array.from({ length }, (_, position) => {
      const at = curves.map((curve) => curve[position]);
      const xs = at.flatMap((point) => (by === 'step' ? point?.step : point?.timeMs) ?? []);
      const ys = at.flatMap((point) => point?.metrics[metric] ?? []);
      const [x, y] = [median(xs), median(ys)];
      return { x, y, low: quantile(ys, 0.25), high: quantile(ys, 0.75), label: `${method} · ${text(y)}` };
    });
    return { method, points: points.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y)) };
  });
}

interface TargetRow {
  readonly method: string;
  readonly target: string;
  readonly steps: number;
  readonly ms: number;
  readonly reached: number;
  readonly seeds: number;
}

/** Steps and seconds to a target: the one that the records name, else most of the way to the best that any method came to. */
function targetTable(
  context: SiteContext,
  records: readonly CellRecord[],
  spec: MetricSpec | undefined,
): Html | string {
  const common = spec === undefined ? undefined : commonTarget(records, spec);
  const rows = distinct(records, (record) => record.config.method).flatMap((method) => {
    const own = records.filter((record) => record.config.method === method);
    const target = own.find(({ training }) => training?.target !== undefined)?.training?.target ?? common;
    if (target === undefined) return [];
    const reach = (cost: 'step' | 'timeMs'): readonly number[] =>
      own.map((record) => {
        const curve = (record.training?.curve ?? []).map((point) => ({
          cost: point[cost] ?? Number.NaN,
          value: point.metrics[target.metric] ?? null,
        }));
        return timeToTarget(curve, target.value, target.direction);
      });
    const steps = reach('step');
    const value =
      spec?.name === target.metric ? metricValueText(spec, target.value) : numberText(target.value);
    const row: TargetRow = {
      method,
      target: `${spec?.title ?? target.metric} ${target.direction === 'higher' ? '≥' : '≤'} ${value}`,
      steps: median(steps),
      ms: median(reach('timeMs')),
      reached: steps.filter(Number.isFinite).length,
      seeds: own.length,
    };
    return [row];
  });
  if (rows.length === 0) return '';
  const columns: readonly SiteColumn<TargetRow>[] = [
    {
      title: 'Method',
      kind: 'text',
      show: (row) => methodLink(context, row.method),
      value: (row) => row.method,
    },
    { title: 'Target', kind: 'text', show: (row) => row.target },
    {
      title: 'Steps',
      note: 'median over seeds',
      kind: 'number',
      show: (row) => numberText(row.steps),
      value: (row) => row.steps,
    },
    {
      title: 'Time',
      note: 'median over seeds, evaluation excluded',
      kind: 'number',
      show: (row) => timeText(row.ms),
      value: (row) => row.ms,
    },
    { title: 'Reached', kind: 'text', show: (row) => `${row.reached} of ${row.seeds} seeds` },
  ];
  return siteTable(
    columns,
    [...rows].sort((a, b) => a.ms - b.ms || (a.method < b.method ? -1 : 1)),
  );
}
