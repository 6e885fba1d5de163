import { axisText, numberText } from '../../leaderboard/format.ts';
import { distinct, middle, problemsOf } from '../../leaderboard/problems.ts';
import type { LeaderboardRow } from '../../leaderboard/row.ts';
import { cosineText } from '../../leaderboard/row-text.ts';
import { dotChart } from '../charts/dot-chart.ts';
import { type AxisOptions, type Line, lineChart } from '../charts/line-chart.ts';
import { axisName, type Leaderboard, leaderboardsOf, problemTitle, type SiteContext } from '../context.ts';
import { type Html, html } from '../html.ts';
import { chartKey, figure, type Page } from '../layout.ts';
import { cosineLines, errorAxis, errorFloor, errorLines } from '../quality-lines.ts';
import { type SiteColumn, siteTable } from '../table.ts';
import { methodLink } from './leaderboard.ts';

/** How close hypergradients are to the exact one as T grows. */
export async function gradientPage(context: SiteContext): Promise<Page | undefined> {
  const sections: Html[] = [];
  const methods = new Set<string>();
  for (const leaderboard of leaderboardsOf(context)) {
    const rows = leaderboard.rows.filter((row) => row.gradient !== undefined);
    if (rows.length > 0) sections.push(await leaderboardSection(context, { ...leaderboard, rows }, methods));
  }
  if (sections.length === 0) return undefined;
  const shown = context.methods.filter((method) => methods.has(method));
  const body = html`<h1>Gradient quality</h1>
<p>Each method's hypergradient compared with the exact one at the same point. Relative error: the norm of the difference divided by the norm of
the exact hypergradient; a zero gradient has error 1. Cosine: agreement in direction, whatever the norm.
Lines are medians over seeds; bands span the first to the third quartile. Errors below ${numberText(errorFloor)} are drawn at that value.</p>
${chartKey(shown, context.looks, (method) => method)}
${sections}`;
  return { path: 'gradient.html', title: 'Gradient quality', body };
}

async function leaderboardSection(
  context: SiteContext,
  leaderboard: Leaderboard,
  methods: Set<string>,
): Promise<Html> {
  const { suite, device, rows } = leaderboard;
  const [T, p] = [axisName(suite, 'horizon'), axisName(suite, 'dimension')];
  const parts: Html[] = [];
  for (const problem of problemsOf(leaderboard)) {
    const own = rows.filter((row) => row.problem === problem);
    for (const row of own) methods.add(row.method);
    const dimensions = distinct(own, (row) => row.dimension);
    const first = middle(dimensions);
    const blocks: Html[] = [];
    for (const dimension of [first, ...dimensions.filter((value) => value !== first)]) {
      if (dimension === undefined) continue;
      const at = own.filter((row) => row.dimension === dimension);
      const where = `${p} = ${axisText(dimension)}`;
      const block = html`<div class="charts">${await errorFigure(context, at, T, where)}${await cosineFigure(context, at, T, where)}</div>`;
      blocks.push(dimension === first ? block : html`<details><summary>${where}</summary>${block}</details>`);
    }
    parts.push(
      html`<h3>${problemTitle(suite, problem)}</h3>${blocks}<details><summary>Numbers</summary>${numbersTable(context, own, T, p)}</details>`,
    );
  }
  return html`<h2 id="${leaderboard.id}">${suite.title}<small>${device.label}</small></h2>${parts}`;
}

function errorFigure(
  context: SiteContext,
  rows: readonly LeaderboardRow[],
  T: string,
  where: string,
): Promise<Html> {
  const lines = errorLines(context, rows, T);
  return qualityFigure(context, lines, errorAxis, T, where);
}

function cosineFigure(
  context: SiteContext,
  rows: readonly LeaderboardRow[],
  T: string,
  where: string,
): Promise<Html> {
  const lines = cosineLines(context, rows, T);
  const y = { title: 'Cosine', scale: 'linear', text: numberText, include: [0, 1] } as const;
  return qualityFigure(context, lines, y, T, where);
}

/** A line over T for each method; at a single T a dot for each. */
async function qualityFigure(
  { looks }: SiteContext,
  lines: readonly Line[],
  y: AxisOptions,
  T: string,
  where: string,
): Promise<Html> {
  const horizons = distinct(
    lines.flatMap((line) => line.points),
    (point) => point.x,
  );
  const [only] = horizons;
  if (only === undefined) return html``;
  if (horizons.length > 1) {
    const x: AxisOptions = { title: T, scale: 'log', text: axisText };
    return figure(`${y.title} against ${T}, ${where}`, () => lineChart(lines, { looks, x, y }));
  }
  return figure(`${y.title} at ${T} = ${axisText(only)}, ${where}`, () =>
    dotChart(lines, { looks, value: y }),
  );
}

function numbersTable(context: SiteContext, rows: readonly LeaderboardRow[], T: string, p: string): Html {
  const columns: readonly SiteColumn<LeaderboardRow>[] = [
    {
      title: p,
      kind: 'number',
      filter: true,
      show: (row) => axisText(row.dimension),
      value: (row) => row.dimension,
    },
    {
      title: T,
      kind: 'number',
      filter: true,
      show: (row) => axisText(row.horizon),
      value: (row) => row.horizon,
    },
    {
      title: 'Method',
      kind: 'text',
      filter: true,
      show: (row) => methodLink(context, row),
      value: (row) => row.method,
    },
    {
      title: 'Relative error',
      kind: 'number',
      show: (row) => numberText(row.gradient?.relativeError?.median),
      value: (row) => row.gradient?.relativeError?.median,
    },
    {
      title: 'Cosine',
      kind: 'number',
      show: (row) => cosineText(row.gradient?.cosine?.median),
      value: (row) => row.gradient?.cosine?.median,
    },
    { title: 'Compared with', kind: 'text', show: (row) => row.gradient?.reference ?? '' },
    { title: 'Seeds', kind: 'number', show: (row) => row.seeds.length },
  ];
  return siteTable(columns, rows, { group: (row) => row.point });
}
