import { axisText, numberText, timeText } from '../../board/format.ts';
import type { MetricSpec } from '../../cell/suite.ts';
import type { CellRecord } from '../../record/record.ts';
import { median, quantile } from '../../statistics/describe.ts';
import { timeToTarget } from '../../statistics/target.ts';
import { type Line, lineChart } from '../charts/line-chart.ts';
import { axisName, boardsOf, distinct, problemTitle, type SiteContext } from '../context.ts';
import { type Html, html } from '../html.ts';
import { chartKey, figure, type Page } from '../layout.ts';
import { type SiteColumn, siteTable } from '../table.ts';
import { methodLink } from './leaderboard.ts';

/** Learning curves by step and by time, and when targets were reached. */
export async function convergencePage(context: SiteContext): Promise<Page | undefined> {
  const sections: Html[] = [];
  const methods = new Set<string>();
  for (const { suite, device, rows, id } of boardsOf(context)) {
    const parts: Html[] = [];
    for (const point of distinct(rows, (row) => row.point)) {
      const group = rows.filter((row) => row.point === point);
      const records = group
        .flatMap((row) => row.records)
        .filter((record) => (record.training?.curve.length ?? 0) > 1);
      const first = group[0];
      if (records.length === 0 || first === undefined) continue;
      for (const record of records) methods.add(record.config.method);
      const where =
        `${problemTitle(suite, first.problem)}, ${axisName(suite, 'horizon')} = ${axisText(first.horizon)}, ` +
        `${axisName(suite, 'dimension')} = ${axisText(first.dimension)}`;
      parts.push(html`<h3>${where}</h3>${await pointSection(context, records, suite.metric)}`);
    }
    if (parts.length > 0)
      sections.push(html`<h2 id="${id}">${suite.title}<small>${device.label}</small></h2>${parts}`);
  }
  if (sections.length === 0) return undefined;
  const shown = context.methods.filter((method) => methods.has(method));
  const body = html`<h1>Convergence</h1>
<p>Learning curves: medians over seeds, bands from the first to the third quartile. Time excludes evaluation. A target that was never reached
took forever: ∞.</p>
${chartKey(shown, context.looks, (method) => method)}
${sections}`;
  return { path: 'convergence.html', title: 'Convergence', body };
}

async function pointSection(
  context: SiteContext,
  records: readonly CellRecord[],
  spec: MetricSpec | undefined,
): Promise<Html> {
  const metric = spec?.name ?? Object.keys(records[0]?.training?.final ?? {})[0] ?? '';
  const percent = metric === 'accuracy';
  const text = percent ? (value: number): string => `${Math.round(1000 * value) / 10} %` : numberText;
  const y = { title: spec?.title ?? metric, scale: 'linear', text } as const;
  const figures: Html[] = [];
  const bySteps = linesOf(records, metric, 'step', text);
  const options = { looks: context.looks, y, points: false } as const;
  if (bySteps.some((line) => line.points.length > 1)) {
    const svg = await lineChart(bySteps, {
      ...options,
      x: { title: 'Outer steps', scale: 'linear', text: numberText },
    });
    figures.push(figure(`${y.title} against outer steps`, svg));
  }
  const byTime = linesOf(records, metric, 'time', text);
  if (byTime.some((line) => line.points.length > 1)) {
    const svg = await lineChart(byTime, {
      ...options,
      x: { title: 'Time', scale: 'linear', text: timeText },
    });
    figures.push(figure(`${y.title} against time`, svg));
  }
  return html`<div class="charts">${figures}</div>${targetTable(context, records)}`;
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

function targetTable(context: SiteContext, records: readonly CellRecord[]): Html | string {
  const rows = distinct(records, (record) => record.config.method).flatMap((method) => {
    const own = records.filter(
      (record) => record.config.method === method && record.training?.target !== undefined,
    );
    const target = own[0]?.training?.target;
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
    const row: TargetRow = {
      method,
      target: `${target.metric} ${target.direction === 'higher' ? '≥' : '≤'} ${numberText(target.value)}`,
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
