import { type CurveSpec, type MetricSpec, metricOfProblem, type Suite } from '../../../cell/suite.ts';
import { byPoint } from '../../../leaderboard/board.ts';
import type { Entry } from '../../../leaderboard/entry.ts';
import { axisText, numberText, timeText } from '../../../leaderboard/format.ts';
import type { LeaderboardRow } from '../../../leaderboard/row.ts';
import { metricTickText } from '../../../leaderboard/row-text.ts';
import { median } from '../../../statistics/describe.ts';
import type { Drawing } from '../../chart.ts';
import { type Line, lineChart } from '../../charts/line-chart.ts';
import { type Leaderboard, pointText, profileText, rowName, type SiteContext } from '../../context.ts';
import { type Html, html } from '../../html.ts';
import { figure } from '../../layout.ts';
import { spreadOf } from '../../spread.ts';
import { companyText } from '../cell-links.ts';
import { targetTable } from './targets.ts';

/** Learning curves of one problem by step, by inner gradients and by time, and when targets were reached; undefined where nothing was trained. */
export async function trainingSection(
  context: SiteContext,
  leaderboard: Leaderboard,
): Promise<Html | undefined> {
  const { suite, rows } = leaderboard;
  const ordered = [...rows].sort((a, b) => a.dimension - b.dimension || a.horizon - b.horizon);
  const parts: Html[] = [];
  for (const group of byPoint(ordered).values()) {
    const learning = group.filter((row) => curvesOf(row).length > 0);
    const [first] = learning;
    if (first === undefined) continue;
    const where = `${pointText(suite, learning)}${profileText(leaderboard, first.profile)}`;
    parts.push(html`<h4>${where}</h4>${await pointSection(context, suite, learning)}`);
  }
  if (parts.length === 0) return undefined;
  return html`<h3>Training</h3>
<p class="small">Learning curves: medians over seeds; fewer than five seeds are dots, of more a band spans the first to the third quartile. Time starts at the first step and excludes
evaluation; a product with a second derivative counts as two gradients; on an axis of logarithms a dash at the left edge is the start. ∞: the target was not reached. Where the records define no target, it is 90 % of the way from the starting value to the best final median of any
method.</p>
${parts}`;
}

/** The records of a row that hold a learning curve. */
function curvesOf(row: LeaderboardRow): readonly Entry[] {
  return row.records.filter(({ training }) => (training?.curve.length ?? 0) > 1);
}

async function pointSection(
  context: SiteContext,
  suite: Suite,
  rows: readonly LeaderboardRow[],
): Promise<Html> {
  const [first] = rows.flatMap(curvesOf);
  const spec = metricOfProblem(suite, first?.config.problem ?? '');
  const only = Object.keys(first?.training?.final ?? {})[0] ?? '';
  const metric = spec ?? { name: only, title: only, direction: 'lower' };
  const steps: CostAxis = {
    by: 'step',
    title: suite.axisNames?.step ?? 'outer steps',
    scale: 'linear',
    text: numberText,
  };
  // Methods differ by orders of magnitude in gradients and in time.
  const gradients: CostAxis = {
    by: 'evaluations',
    title: 'inner gradient evaluations',
    scale: 'log',
    text: axisText,
  };
  const time: CostAxis = {
    by: 'time',
    title: `time${companyText(rows.flatMap(curvesOf).map(({ run }) => run.cellsAtOnce))}`,
    scale: 'log',
    text: timeText,
  };
  const further = (suite.curves ?? []).filter(({ name }) => name !== metric.name);
  const figures: Html[] = [];
  for (const [curve, cost] of [
    [metric, steps],
    ...(spendAlike(rows) ? [] : [[metric, gradients] as const]),
    [metric, time],
    ...further.map((curve) => [curve, steps] as const),
  ] as const)
    figures.push(...(await chartOf(context, suite, rows, curve, cost)));
  const records = rows.flatMap((row) =>
    curvesOf(row).map((record) => ({ record, name: rowName(suite, row) })),
  );
  return html`<div class="charts">${figures}</div>${targetTable(context, records, spec)}`;
}

/** Whether a step takes as many gradients by every method, so that a picture against gradients would be that against steps. */
function spendAlike(rows: readonly LeaderboardRow[]): boolean {
  const perStep = rows.flatMap(curvesOf).flatMap(({ training }) => {
    const { step = 0, evaluations } = training?.curve.at(-1) ?? {};
    return step > 0 && evaluations !== undefined && evaluations > 0 ? [evaluations / step] : [];
  });
  return new Set(perStep).size <= 1;
}

interface CostAxis {
  readonly by: 'step' | 'evaluations' | 'time';
  readonly title: string;
  readonly scale: 'linear' | 'log';
  readonly text: (value: number) => string;
}

/** One number of the curves against one cost; nothing where no method has two points of it. */
async function chartOf(
  { looks, takeFigure }: SiteContext,
  suite: Suite,
  rows: readonly LeaderboardRow[],
  curve: CurveSpec,
  cost: CostAxis,
): Promise<readonly Html[]> {
  const [text, scale] = [metricTickText(curve), curve.scale ?? 'linear'];
  const { chance, direction } = curve as Partial<MetricSpec>;
  // What has no place on a logarithmic axis is left out: the start at time zero, a loss of zero.
  const fits = ({ x, y }: Line['points'][number]): boolean =>
    (cost.scale === 'linear' || x > 0) && (scale === 'linear' || y > 0);
  const lines = rows
    .map((row) => lineOf(row, rowName(suite, row), curve.name, cost.by, text))
    .map((line) => {
      const [first] = line.points;
      const isLeftOut = first !== undefined && cost.scale === 'log' && first.x === 0;
      return { ...line, start: isLeftOut ? first.y : undefined, points: line.points.filter(fits) };
    });
  if (lines.every((line) => line.points.length < 2)) return [];
  const x = { title: cost.title, scale: cost.scale, text: cost.text };
  const within = scale === 'linear' && direction !== undefined ? rangeOf(lines, direction) : undefined;
  const y = {
    title: curve.title,
    scale,
    text,
    ...(within === undefined ? {} : { within }),
    level: chance === undefined ? undefined : { value: chance, title: 'guessing' },
  };
  const draw = (): Promise<Drawing> => lineChart(lines, { looks, x, y });
  const cut = within === undefined ? '' : '; what is far worse than every start stands at the edge';
  return [await figure(`${curve.title} against ${cost.title}${cut}`, draw, takeFigure)];
}

/**
 * One method that diverges would press all others into one line: what is worse than the worst start, by more than half of what lies between that
 * and the best, is drawn at the edge. Undefined where nothing is.
 */
function rangeOf(
  lines: readonly Line[],
  direction: 'lower' | 'higher',
): readonly [number, number] | undefined {
  const sign = direction === 'higher' ? 1 : -1;
  const goodness = lines.flatMap(({ points }) => points.map(({ y }) => sign * y));
  const starts = lines.flatMap(({ points, start = points[0]?.y }) =>
    start === undefined ? [] : [sign * start],
  );
  const [best, worst] = [Math.max(...goodness), Math.min(...starts)];
  const end = worst - (best - worst) / 2;
  if (!Number.isFinite(end) || best <= worst || goodness.every((value) => value >= end)) return undefined;
  return direction === 'higher' ? [end, best] : [-best, -end];
}

const costNames = { step: 'step', evaluations: 'evaluations', time: 'timeMs' } as const;

/** Medians over seeds at equal positions of the curve. */
function lineOf(
  row: LeaderboardRow,
  name: string,
  metric: string,
  by: CostAxis['by'],
  text: (value: number) => string,
): Line {
  // A number may be taken at some points of a curve only.
  const curves = curvesOf(row).map(({ training }) =>
    (training?.curve ?? []).filter((point) => typeof point.metrics[metric] === 'number'),
  );
  const length = Math.min(...curves.map((curve) => curve.length));
  const points = Array.from({ length }, (_, position) => {
    const at = curves.map((curve) => curve[position]);
    const xs = at.flatMap((point) => point?.[costNames[by]] ?? []);
    const ys = at.flatMap((point) => point?.metrics[metric] ?? []);
    const [x, y] = [median(xs), median(ys)];
    const own = name === row.method ? '' : `${name} · `;
    return {
      x,
      y,
      ...spreadOf(ys),
      label: `${row.method} · ${own}${text(y)}`,
    };
  });
  return {
    method: row.method,
    name,
    points: points.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y)),
  };
}
