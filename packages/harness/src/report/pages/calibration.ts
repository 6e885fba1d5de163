import { problemTitle } from '../../cell/titles.ts';
import { byPoint } from '../../leaderboard/board.ts';
import { pooledBins, type ReliabilityBin } from '../../leaderboard/reliability.ts';
import type { LeaderboardRow } from '../../leaderboard/row.ts';
import { metricValueText } from '../../leaderboard/row-text.ts';
import { reliabilityChart } from '../charts/reliability-chart.ts';
import {
  type Leaderboard,
  leaderboardsOf,
  pointText,
  profileText,
  rowName,
  type SiteContext,
} from '../context.ts';
import { type Html, html } from '../html.ts';
import { figure, type Page } from '../layout.ts';
import { numbers, siteTable } from '../table.ts';

interface Calibrated {
  readonly row: LeaderboardRow;
  readonly runs: number;
  readonly bins: readonly ReliabilityBin[];
}

/** How sure networks are beside how often they are right: a table and a reliability diagram of each method. */
export async function calibrationPage(context: SiteContext): Promise<Page | undefined> {
  const sections: Html[] = [];
  for (const leaderboard of leaderboardsOf(context)) {
    const { suite, device, id } = leaderboard;
    const blocks: Html[] = [];
    for (const group of byPoint(leaderboard.rows).values()) {
      const found = group.flatMap(calibratedRow);
      if (found.length > 0) blocks.push(await pointBlock(context, leaderboard, found));
    }
    if (blocks.length > 0)
      sections.push(html`<h2 id="${id}">${suite.title}<small>${device.label}</small></h2>${blocks}`);
  }
  if (sections.length === 0) return undefined;
  const body = html`<h1>Calibration</h1>
<p>Predictions of all seeds, grouped by confidence: the height of a bar is the share that is correct. Where bars end on the dashed line, the network is calibrated;
where they end below it, the network is overconfident.</p>
${sections}`;
  return { path: 'calibration.html', title: 'Calibration', body };
}

function calibratedRow(row: LeaderboardRow): readonly Calibrated[] {
  const runs = row.records.flatMap(({ reliability }) => (reliability === undefined ? [] : [reliability]));
  return runs.length === 0 ? [] : [{ row, runs: runs.length, bins: pooledBins(runs) }];
}

async function pointBlock(
  { looks, takeFigure }: SiteContext,
  leaderboard: Leaderboard,
  found: readonly Calibrated[],
): Promise<Html> {
  const { suite } = leaderboard;
  const { row: first } = found[0]!;
  const where = `${problemTitle(suite, first.problem)}, ${pointText(suite, [first])}${profileText(leaderboard, first.profile)}`;
  const figures: Html[] = [];
  for (const { row, bins } of found)
    figures.push(
      await figure(rowName(suite, row), () => reliabilityChart(bins, looks(row.method).colour), takeFigure),
    );
  const metrics = [suite.metric, ...(suite.moreMetrics ?? [])].filter((spec) => spec !== undefined);
  const summary = siteTable<Calibrated>(
    [
      { title: 'method', kind: 'text', show: ({ row }) => rowName(suite, row) },
      numbers(
        'seeds',
        ({ runs }) => runs,
        (runs) => runs,
      ),
      ...metrics.map((spec) =>
        numbers(
          spec.title,
          ({ row }: Calibrated) => meanOf(row, spec.name),
          (mean) => (mean === undefined ? '' : metricValueText(spec, mean)),
        ),
      ),
    ],
    found,
    { label: `calibration, ${where}` },
  );
  const counts = siteTable<Calibrated>(
    [
      { title: 'method', kind: 'text', show: ({ row }) => rowName(suite, row) },
      ...found[0]!.bins.map((_, place) => ({
        title: `${Math.round((100 * place) / found[0]!.bins.length)} % and more`,
        kind: 'number' as const,
        show: ({ bins }: Calibrated) => bins[place]?.count,
      })),
    ],
    found,
    { label: `predictions in each bin of confidence, ${where}`, sortable: false },
  );
  return html`<h3>${where}</h3>${summary}<div class="charts">${figures}</div><details><summary>Counts</summary>${counts}</details>`;
}

/** Over the seeds that have the number. */
function meanOf(row: LeaderboardRow, name: string): number | undefined {
  const values = row.records.flatMap(({ training }) => training?.final[name] ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
