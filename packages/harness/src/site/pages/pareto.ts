import { axisText, bytesText, numberText, timeText } from '../../board/format.ts';
import type { BoardRow, Quantity } from '../../board/row.ts';
import { metricText } from '../../board/row-text.ts';
import type { Suite } from '../../cell/suite.ts';
import { plural } from '../../errors.ts';
import { type ParetoPoint, paretoChart } from '../charts/pareto-chart.ts';
import { axisName, boardsOf, distinct, problemsOf, problemTitle, type SiteContext } from '../context.ts';
import { type Html, html } from '../html.ts';
import { chartKey, figure, type Page } from '../layout.ts';

const costs = [
  { name: 'time', title: 'Time', text: timeText },
  { name: 'memory', title: 'Peak memory', text: bytesText },
] as const;

/** What the cost buys: accuracy where there is one, else the closeness of the gradient. */
export async function paretoPage(context: SiteContext): Promise<Page | undefined> {
  const sections: Html[] = [];
  const methods = new Set<string>();
  for (const board of boardsOf(context)) {
    const { suite, device, id } = board;
    const rows = board.rows.filter((row) => gainOf(row) !== undefined);
    const parts: Html[] = [];
    for (const problem of problemsOf({ suite, rows })) {
      const blocks: Html[] = [];
      for (const group of groupsOf(rows.filter((row) => row.problem === problem))) {
        const block = await pointBlock(context, suite, group, methods);
        if (block !== undefined) blocks.push(block);
      }
      const [first, ...others] = blocks;
      if (first === undefined) continue;
      const more =
        others.length === 0
          ? ''
          : html`<details><summary>${plural(others.length, 'more point')}</summary>${others}</details>`;
      parts.push(html`<h3>${problemTitle(suite, problem)}</h3>${first}${more}`);
    }
    if (parts.length > 0)
      sections.push(html`<h2 id="${id}">${suite.title}<small>${device.label}</small></h2>${parts}`);
  }
  if (sections.length === 0) return undefined;
  const shown = context.methods.filter((method) => methods.has(method));
  const body = html`<h1>Pareto</h1>
<p>What a cost buys. On the dashed stair lie the methods that no other beats in both. Where a suite trains, the value is its metric, up is
better; where it does not, it is the relative error of the hypergradient, down is better. Bars are 95 % bootstrap intervals of metrics, and quartiles over
seeds of errors.</p>
${chartKey(shown, context.looks, (method) => method)}
${sections}`;
  return { path: 'pareto.html', title: 'Pareto', body };
}

/** Value against time and against memory at one point of the benchmark. */
async function pointBlock(
  context: SiteContext,
  suite: Suite,
  group: readonly BoardRow[],
  methods: Set<string>,
): Promise<Html | undefined> {
  const first = group[0] as BoardRow;
  const where =
    `${axisName(suite, 'horizon')} = ${axisText(first.horizon)}, ` +
    `${axisName(suite, 'dimension')} = ${axisText(first.dimension)}`;
  const figures: Html[] = [];
  for (const cost of costs) {
    const points = pointsOf(group, cost.name, cost.text);
    if (points.length < 2) continue;
    for (const point of points) methods.add(point.method);
    figures.push(
      figure(`${where}, against ${cost.title.toLowerCase()}`, await chartOf(context, group, points, cost)),
    );
  }
  return figures.length === 0 ? undefined : html`<div class="charts">${figures}</div>`;
}

/** The longest horizon first. With a metric every point has charts, without one those of the largest p. */
function groupsOf(rows: readonly BoardRow[]): readonly (readonly BoardRow[])[] {
  const dimensions = distinct(rows, (row) => row.dimension);
  const largest = dimensions[dimensions.length - 1];
  const wanted = rows.some((row) => row.metric !== undefined)
    ? rows
    : rows.filter((row) => row.dimension === largest);
  return distinct(wanted, (row) => row.point)
    .map((point) => wanted.filter((row) => row.point === point))
    .sort(
      (a, b) =>
        (b[0]?.dimension ?? 0) - (a[0]?.dimension ?? 0) || (b[0]?.horizon ?? 0) - (a[0]?.horizon ?? 0),
    );
}

function gainOf(row: BoardRow): Quantity | undefined {
  return row.metric ?? row.gradient?.relativeError;
}

const floor = 1e-8;

function pointsOf(
  rows: readonly BoardRow[],
  cost: 'time' | 'memory',
  text: (value: number) => string,
): readonly ParetoPoint[] {
  return rows.flatMap((row) => {
    const [paid, got] = [row[cost], gainOf(row)];
    if (
      paid === undefined ||
      got === undefined ||
      !Number.isFinite(paid.median) ||
      !Number.isFinite(got.median)
    )
      return [];
    const clamp = (value: number): number => (row.metric === undefined ? Math.max(floor, value) : value);
    const value = row.metric === undefined ? `error ${numberText(got.median)}` : metricText(row);
    return [
      {
        method: row.method,
        cost: paid.median,
        value: clamp(got.median),
        low: clamp(row.metric?.interval.low ?? got.q1),
        high: clamp(row.metric?.interval.high ?? got.q3),
        label: `${row.method} · ${text(paid.median)} · ${value}`,
      },
    ];
  });
}

async function chartOf(
  context: SiteContext,
  rows: readonly BoardRow[],
  points: readonly ParetoPoint[],
  cost: (typeof costs)[number],
): Promise<string> {
  const spec = rows.find((row) => row.metric !== undefined)?.metric?.spec;
  const isAccuracy = spec?.name === 'accuracy';
  return paretoChart(points, {
    looks: context.looks,
    cost: { title: cost.title, scale: 'log', text: cost.text },
    value: {
      title: spec?.title ?? 'Relative error',
      scale: spec === undefined ? 'log' : 'linear',
      text: isAccuracy ? (value) => `${Math.round(1000 * value) / 10} %` : numberText,
    },
    bytes: cost.name === 'memory',
    lowerIsBetter: spec === undefined || spec.direction === 'lower',
  });
}
