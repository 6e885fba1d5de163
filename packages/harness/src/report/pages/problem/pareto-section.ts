import type { Suite } from '../../../cell/suite.ts';
import { plural } from '../../../errors.ts';
import { byPoint, shownBetter } from '../../../leaderboard/board.ts';
import { bytesText, numberText, timeText } from '../../../leaderboard/format.ts';
import { paretoFront } from '../../../leaderboard/pareto.ts';
import { unitValues } from '../../../leaderboard/quantity.ts';
import type { LeaderboardRow, Quantity } from '../../../leaderboard/row.ts';
import { metricText, metricTickText } from '../../../leaderboard/row-text.ts';
import type { Drawing } from '../../chart.ts';
import { type ParetoPoint, paretoChart } from '../../charts/pareto-chart.ts';
import { type Leaderboard, pointText, profileText, rowName, type SiteContext } from '../../context.ts';
import { type Html, html } from '../../html.ts';
import { figure } from '../../layout.ts';
import { companyText } from '../cell-links.ts';

const costs = [
  { name: 'time', title: 'Time', text: timeText },
  { name: 'memory', title: 'Peak memory', text: bytesText },
] as const;

/** What the cost buys on one problem: accuracy where there is one, else the closeness of the gradient; undefined where nothing compares. */
export async function paretoSection(
  context: SiteContext,
  leaderboard: Leaderboard,
): Promise<Html | undefined> {
  const rows = leaderboard.rows.filter((row) => row.metric !== undefined || row.gradient !== undefined);
  const blocks: Html[] = [];
  for (const group of groupsOf(rows)) {
    const block = await pointBlock(context, leaderboard, group);
    if (block !== undefined) blocks.push(block);
  }
  const [first, ...others] = blocks;
  if (first === undefined) return undefined;
  const more =
    others.length === 0
      ? ''
      : html`<details><summary>${plural(others.length, 'more point')}</summary>${others}</details>`;
  return html`<h3>Quality against cost</h3>
<p class="small">The dashed line is the Pareto front of what is told apart: each step is shown to be better than the cheaper one before it, and what is not on it is pale. Without a line no
method is shown to be better than the cheapest. Quality is the suite's metric where it trains, else the relative error of the
hypergradient. Fewer than five seeds are dots, of six and more a bar spans the interval of the median. Time is the comparable one of the table.</p>
${first}${more}`;
}

/** Value against time and against memory at one point of the benchmark. */
async function pointBlock(
  context: SiteContext,
  leaderboard: Leaderboard,
  group: readonly LeaderboardRow[],
): Promise<Html | undefined> {
  const { suite } = leaderboard;
  const where = `${pointText(suite, group)}${profileText(leaderboard, group[0]?.profile ?? '')}`;
  const figures: Html[] = [];
  for (const cost of costs) {
    const points = pointsOf(suite, group, cost.name, cost.text);
    if (points.length < 2) continue;
    figures.push(
      await figure(
        `${where}, against ${cost.title.toLowerCase()}`,
        () => chartOf(context, group, points, cost),
        context.takeFigure,
      ),
    );
  }
  return figures.length === 0 ? undefined : html`<div class="charts">${figures}</div>`;
}

/** The points that were trained; where there are none the one of the largest p and the longest horizon. The largest p and the longest horizon first. */
function groupsOf(rows: readonly LeaderboardRow[]): readonly (readonly LeaderboardRow[])[] {
  const groups = [...byPoint(rows).values()].sort(
    (a, b) => (b[0]?.dimension ?? 0) - (a[0]?.dimension ?? 0) || (b[0]?.horizon ?? 0) - (a[0]?.horizon ?? 0),
  );
  const trained = groups.filter((group) => group.some((row) => row.metric !== undefined));
  return trained.length > 0 ? trained : groups.slice(0, 1);
}

/** What a chart shows as gain: the metric where any method at the point has it, and then of no method anything else. */
function gainOf(rows: readonly LeaderboardRow[]): (row: LeaderboardRow) => Quantity | undefined {
  const trained = rows.some((row) => row.metric !== undefined);
  return (row) => (trained ? row.metric : row.gradient?.relativeError);
}

const floor = 1e-8;

function pointsOf(
  suite: Suite,
  rows: readonly LeaderboardRow[],
  cost: 'time' | 'memory',
  text: (value: number) => string,
): readonly ParetoPoint[] {
  const gain = gainOf(rows);
  const front = frontOf(rows, cost);
  return rows.flatMap((row) => {
    const [paid, got] = [row[cost], gain(row)];
    if (
      paid === undefined ||
      got === undefined ||
      !Number.isFinite(paid.median) ||
      !Number.isFinite(got.median)
    )
      return [];
    const clamp = (value: number): number => (row.metric === undefined ? Math.max(floor, value) : value);
    const value = row.metric === undefined ? `error ${numberText(got.median)}` : metricText(row);
    // A seed that missed has no end to draw a bar to.
    const end = (value: number): number => clamp(Number.isFinite(value) ? value : got.median);
    return [
      {
        method: row.method,
        cost: paid.median,
        value: clamp(got.median),
        isOnFront: front.has(row.key),
        ...drawnSpread(row, got, end),
        label: `${row.method} · ${rowName(suite, row) === row.method ? '' : `${rowName(suite, row)} · `}${text(paid.median)} · ${value}`,
      },
    ];
  });
}

/** The keys of the rows on the front. */
function frontOf(rows: readonly LeaderboardRow[], cost: 'time' | 'memory'): ReadonlySet<string> {
  const gain = gainOf(rows);
  const spec = rows.find((row) => row.metric !== undefined)?.metric?.spec;
  const direction = spec?.direction ?? 'lower';
  const sign = direction === 'higher' ? 1 : -1;
  const isBetter = shownBetter(
    rows,
    gain,
    spec === undefined ? { direction, scale: 'log-ratio' } : { direction },
  );
  const candidates = rows.flatMap((row) => {
    const [paid, got] = [row[cost]?.median, gain(row)?.median];
    return paid === undefined || got === undefined ? [] : [{ row, cost: paid, value: sign * got }];
  });
  return new Set(paretoFront(candidates, (a, b) => isBetter(a.row, b.row)).map(({ row }) => row.key));
}

/** The interval of a metric's median where there is one, else the seeds themselves. */
function drawnSpread(
  { metric }: LeaderboardRow,
  { median, units }: Quantity,
  end: (value: number) => number,
): Pick<ParetoPoint, 'low' | 'high' | 'seeds'> {
  const interval = metric?.interval;
  if (interval !== undefined) return { low: end(interval.low), high: end(interval.high) };
  const seeds = unitValues({ units }).filter(Number.isFinite).map(end);
  return { low: end(median), high: end(median), seeds };
}

async function chartOf(
  context: SiteContext,
  rows: readonly LeaderboardRow[],
  points: readonly ParetoPoint[],
  cost: (typeof costs)[number],
): Promise<Drawing> {
  const spec = rows.find((row) => row.metric !== undefined)?.metric?.spec;
  return paretoChart(points, {
    looks: context.looks,
    cost: {
      title: `${cost.title}${cost.name === 'time' ? companyText(rows.map((row) => row.time?.cellsAtOnce)) : ''}`,
      scale: 'log',
      text: cost.text,
    },
    value: {
      title: spec?.title ?? 'Relative error',
      scale: spec === undefined ? 'log' : 'linear',
      text: spec === undefined ? numberText : metricTickText(spec),
    },
    bytes: cost.name === 'memory',
  });
}
