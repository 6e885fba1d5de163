import { axisName } from '../../../cell/titles.ts';
import { axisText, numberText } from '../../../leaderboard/format.ts';
import { distinct, middle } from '../../../leaderboard/problems.ts';
import type { LeaderboardRow } from '../../../leaderboard/row.ts';
import { dotChart } from '../../charts/dot-chart.ts';
import { type Line, lineChart } from '../../charts/line-chart.ts';
import type { AxisOptions } from '../../charts/parts.ts';
import type { Leaderboard, SiteContext } from '../../context.ts';
import { type Html, html } from '../../html.ts';
import { figure } from '../../layout.ts';
import { cosineLines, errorAxis, errorFloor, errorLines } from '../../quality-lines.ts';

/** How close hypergradients of one problem are to the exact one as T grows; undefined where none was compared. */
export async function gradientSection(
  context: SiteContext,
  leaderboard: Leaderboard,
): Promise<Html | undefined> {
  const { suite } = leaderboard;
  const rows = leaderboard.rows.filter((row) => row.gradient !== undefined);
  if (rows.length === 0) return undefined;
  const [T, p] = [axisName(suite, 'horizon'), axisName(suite, 'dimension')];
  const dimensions = distinct(rows, (row) => row.dimension);
  const first = middle(dimensions);
  const blocks: Html[] = [];
  for (const dimension of [first, ...dimensions.filter((value) => value !== first)]) {
    if (dimension === undefined) continue;
    const at = rows.filter((row) => row.dimension === dimension);
    const where = `${p} = ${axisText(dimension)}`;
    const block = html`<div class="charts">${await cosineFigure(context, at, T, where)}${await errorFigure(context, at, T, where)}</div>`;
    blocks.push(dimension === first ? block : html`<details><summary>${where}</summary>${block}</details>`);
  }
  return html`<h3>Gradient quality</h3>
<p class="small">Each hypergradient beside the exact one at the same point. Cosine: agreement in direction, whatever the norm. Relative error: the norm of the difference over
the norm of the exact one; a zero gradient has error 1, and so has one in the right direction that is much too short. Lines are medians over seeds; fewer than
five seeds are dots, of more a band spans the first to the third quartile. Errors below ${numberText(errorFloor)} are drawn there; the board has the numbers.</p>
${blocks}`;
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
  { looks, takeFigure }: SiteContext,
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
    return figure(`${y.title} against ${T}, ${where}`, () => lineChart(lines, { looks, x, y }), takeFigure);
  }
  return figure(
    `${y.title} at ${T} = ${axisText(only)}, ${where}`,
    () => dotChart(lines, { looks, value: y }),
    takeFigure,
  );
}
