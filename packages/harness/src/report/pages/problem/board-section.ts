import type { Suite } from '../../../cell/suite.ts';
import { listOf, plural } from '../../../errors.ts';
import { groupedBy } from '../../../grouped.ts';
import { bytesText, numberText, percentText } from '../../../leaderboard/format.ts';
import { gainsOver } from '../../../leaderboard/gain.ts';
import { distinct } from '../../../leaderboard/problems.ts';
import { unitValues } from '../../../leaderboard/quantity.ts';
import type { LeaderboardRow, Quantity } from '../../../leaderboard/row.ts';
import { cosineText, metricSeedsText, metricText, metricValueText } from '../../../leaderboard/row-text.ts';
import { variantText } from '../../../leaderboard/scaling.ts';
import type { Leaderboard, SiteContext } from '../../context.ts';
import { dotStrip } from '../../dot-strip.ts';
import { type Content, type Html, html } from '../../html.ts';
import { axisColumns, cosineOf, errorOf, placeOf, signsOf, timeCell, timeValue } from '../../row-cells.ts';
import { numbers, type SiteColumn, siteTable } from '../../table.ts';
import { cellLinks, hasBadges, troubleBadges } from '../cell-links.ts';
import { methodLink } from '../links.ts';
import { trainingColumns } from './training-columns.ts';

/** The way from a problem's page to the others. */
const root = '../';

/** What the marks of a board mean. */
export const boardLegend = html`<p class="small">Time is a multiple of the same inner steps, taken in turns; milliseconds behind it are that multiple of what those steps usually take at the
point, so they compare although cells were not timed together. Peak memory is the largest number of bytes alive at once in device buffers.
<b>best</b>: at 95 % nothing at the same problem, T and p was shown to be better, and something was shown to be worse. Where nothing is marked, no
difference was shown, or fewer than five seeds (three cells for times) were measured; up to five seeds are then named one by one. ∞ is a failure of
the method (out-of-memory, timeout, diverged). ○: the machine was too unsteady. Unsupported points are blank.</p>`;

/** Every method at every T and p of one problem on one device, with the best set, ties and misses. */
export function boardSection(context: SiteContext, { suite, rows }: Leaderboard, label: string): Html {
  return html`${problemTable(context, suite, rows, label)}${reasonsList(rows)}`;
}

/** Why cells failed or were not run, once for each reason. */
function reasonsList(rows: readonly LeaderboardRow[]): Content {
  const reasons = groupedBy(
    rows.flatMap((row) => row.troubles.map((trouble) => ({ method: row.method, ...trouble }))),
    ({ status, reason }) => `${status}: ${reason}`,
  );
  if (reasons.size === 0) return '';
  return html`<details class="notes"><summary>Why points are missing: ${plural(reasons.size, 'reason')}</summary><ul>${[
    ...reasons,
  ].map(
    ([text, troubles]) => html`<li>${listOf(distinct(troubles, ({ method }) => method))}: ${text}</li>`,
  )}</ul></details>`;
}

function problemTable(
  context: SiteContext,
  suite: Suite,
  rows: readonly LeaderboardRow[],
  label: string,
): Html {
  const spec = rows.find((row) => row.metric !== undefined)?.metric?.spec;
  const gainOf = gainsOver(suite, rows);
  const largest = Math.max(...rows.map((row) => finite(row.memory?.median)));
  const predictions = rows.filter(
    ({ memory }) => memory !== undefined && memory.predicted !== null && Number.isFinite(memory.median),
  );
  const allPredicted = predictions.every(isPredicted);
  const columns: readonly SiteColumn<LeaderboardRow>[] = [
    {
      title: 'Method',
      kind: 'name',
      filter: true,
      show: (row) => methodLink(context, row, root),
      value: (row) => row.method,
    },
    ...axisColumns((row: LeaderboardRow) => row, suite),
    {
      title: 'Profile',
      kind: 'text',
      screenOnly: true,
      wideOnly: true,
      filter: true,
      show: (row) => (severalProfiles(rows) ? row.profile : ''),
    },
    { title: 'Variant', kind: 'text', filter: true, show: variantText },
    {
      title: suite.timedBeside === undefined ? 'Time' : `× ${suite.timedBeside.title}`,
      note: 'median over cells; never includes compiling',
      kind: 'number',
      better: 'less',
      show: (row) => row.time && html`${timeCell(row)}${placeOf(context.boardsOf(row).time, row.key)}`,
      value: timeValue,
    },
    {
      title: 'Peak',
      note: 'largest number of bytes alive at once in device buffers',
      kind: 'number',
      better: 'less',
      filter: 'most',
      show: (row) =>
        row.memory &&
        html`${quantity(bytesText, row.memory, largest)}${placeOf(context.boardsOf(row).memory, row.key)}`,
      value: (row) => row.memory?.median,
    },
    {
      title: 'Predicted',
      note: 'what the plan said before the run',
      kind: 'number',
      screenOnly: true,
      show: (row) => (allPredicted ? '' : predicted(row)),
      value: (row) => row.memory?.predicted ?? undefined,
    },
    numbers('Cosine', cosineOf, cosineText, {
      note: 'between the hypergradient and the exact one',
      better: 'more',
    }),
    numbers('Rel. error', errorOf, numberText, {
      note: 'distance to the exact hypergradient over its length; of one in the right direction with another length it is large, too',
      better: 'less',
    }),
    numbers('Signs', signsOf, percentText, {
      note: 'share of the hypergradient whose sign is that of the exact one',
      better: 'more',
      screenOnly: true,
    }),
    {
      title: spec?.title ?? 'Metric',
      kind: 'number',
      ...(spec === undefined ? {} : { better: spec.direction === 'higher' ? 'more' : 'less' }),
      note: 'in small figures the seeds, or from six on the interval of their median with its level',
      show: (row) =>
        row.metric &&
        html`${metricText(row)} <span class="faint small">${metricSeedsText(row)}</span>${placeOf(context.boardsOf(row).metric, row.key)}`,
      value: (row) => row.metric?.median,
    },
    {
      title: 'Gain, share of exact',
      note: 'what training gained over what it gained with the reference, seed by seed: the median, and a dot a seed',
      kind: 'number',
      better: 'more',
      show: (row) => {
        const gain = gainOf(row);
        return gain && html`${percentText(gain.median)}${dotStrip(unitValues(gain))}`;
      },
      value: (row) => gainOf(row)?.median,
    },
    ...trainingColumns(rows),
    ...(suite.moreMetrics ?? []).map(({ name, title, direction }): SiteColumn<LeaderboardRow> => {
      const metricOf = (row: LeaderboardRow) => row.moreMetrics.find(({ spec }) => spec.name === name);
      return {
        title,
        kind: 'number',
        better: direction === 'higher' ? 'more' : 'less',
        note: 'median over seeds',
        show: (row) => metricText({ metric: metricOf(row) }),
        value: (row) => metricOf(row)?.median,
      };
    }),
    { title: 'Remarks', kind: 'text', show: (row) => (hasBadges(row) ? troubleBadges(row) : '') },
    {
      title: 'Cells',
      note: 'one page per seed and pass',
      kind: 'text',
      screenOnly: true,
      show: (row) => cellLinks(row, context, root),
      value: () => undefined,
    },
  ];
  const ordered = [...rows].sort(
    (a, b) =>
      b.dimension - a.dimension ||
      (suite.comparedAcrossHorizons === true ? 0 : b.horizon - a.horizon) ||
      byTime(a, b) ||
      (a.method < b.method ? -1 : 1),
  );
  const said = [
    ...(spec?.chance === undefined ? [] : [`Guessing gives ${metricValueText(spec, spec.chance)}.`]),
    ...(allPredicted && predictions.length > 0
      ? [`Peak memory is what was predicted before the run, to the byte, in all ${predictions.length} rows.`]
      : []),
  ];
  const caption = said.length === 0 ? {} : { caption: said.join(' ') };
  return siteTable(columns, ordered, { label, addressed: true, group: (row) => row.point, ...caption });
}

/** A number with a bar for its size on a logarithmic scale. */
function quantity(text: (value: number) => string, { median }: Quantity, largest: number): Html {
  const share =
    Number.isFinite(median) && median > 0 ? Math.max(2, 48 * (1 + Math.log10(median / largest) / 5)) : 0;
  const bar = share === 0 ? '' : html`<span class="bar" style="width:${share.toFixed(0)}px"></span>`;
  return html`<span>${bar}${text(median)}</span>`;
}

function isPredicted({ memory }: LeaderboardRow): boolean {
  return memory === undefined || memory.predicted === memory.median;
}

function predicted(row: LeaderboardRow): Content {
  const { memory } = row;
  if (memory === undefined || memory.predicted === null || !Number.isFinite(memory.median)) return '';
  if (isPredicted(row)) return html`<span class="agrees" title="exactly as measured">=</span>`;
  return html`<span class="differs">${bytesText(memory.predicted)}</span>`;
}

function severalProfiles(rows: readonly LeaderboardRow[]): boolean {
  return new Set(rows.map((row) => row.profile)).size > 1;
}

/** Fastest first, as places go; misses and what was not timed last. */
function byTime(a: LeaderboardRow, b: LeaderboardRow): number {
  const [x, y] = [timeValue(a) ?? Number.MAX_VALUE, timeValue(b) ?? Number.MAX_VALUE];
  return x === y ? 0 : x - y;
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
