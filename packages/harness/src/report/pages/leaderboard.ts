import { axisText, bytesText, numberText, timeText } from '../../leaderboard/format.ts';
import { problemsOf } from '../../leaderboard/problems.ts';
import type { LeaderboardRow, Quantity } from '../../leaderboard/row.ts';
import { cosineText, metricSeedsText, metricText } from '../../leaderboard/row-text.ts';
import { variantText } from '../../leaderboard/scaling.ts';
import { slugOf } from '../../publish/slug.ts';
import {
  axisName,
  type Leaderboard,
  leaderboardsByKind,
  problemTitle,
  type SiteContext,
} from '../context.ts';
import { type Content, type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { placeOf, timeCell, timeValue } from '../row-cells.ts';
import { type SiteColumn, siteTable } from '../table.ts';
import { cellLinks, hasBadges, troubleBadges } from './cell-links.ts';

/** Every method at every problem, T and p, with ranks, ties and misses. */
export function leaderboardPage(context: SiteContext): Page | undefined {
  const leaderboards = leaderboardsByKind(context).methods;
  if (leaderboards.length === 0) return undefined;
  const contents = leaderboards.flatMap((leaderboard) =>
    problemsOf(leaderboard).map((problem) => ({
      leaderboard,
      problem,
      id: `${leaderboard.id}-${slugOf(problem)}`,
    })),
  );
  const body = html`<h1>Leaderboard</h1>
<p>Time is a multiple of the same inner steps, taken in turns; milliseconds behind it are that multiple of what those steps usually take at the
point, so they compare although cells were not timed together. Peak memory is the largest number of bytes alive at once in device buffers.
<b>best</b>: at 95 % nothing at the same problem, T and p was shown to be better, and something was shown to be worse. Where nothing is marked, no
difference was shown, or fewer than five seeds (three cells for times) were measured; up to five seeds are then named one by one. ∞ is a failure of
the method (out-of-memory, timeout, diverged). ○: the machine was too unsteady. Unsupported points are blank.</p>
<ul>${leaderboards.map(
    (leaderboard) =>
      html`<li>${leaderboard.suite.title} <span class="faint">on ${leaderboard.device.label}:</span> ${problemsOf(
        leaderboard,
      ).map(
        (problem, index) =>
          html`${index === 0 ? '' : ', '}<a href="#${leaderboard.id}-${slugOf(problem)}">${problemTitle(leaderboard.suite, problem)}</a>`,
      )}</li>`,
  )}</ul>
${contents.map(
  ({
    leaderboard,
    problem,
    id,
  }) => html`<h2 id="${id}">${leaderboard.suite.title}: ${problemTitle(leaderboard.suite, problem)}<small>${leaderboard.device.label}</small></h2>
${problemTable(
  context,
  leaderboard,
  leaderboard.rows.filter((row) => row.problem === problem),
)}`,
)}`;
  return { path: 'leaderboard.html', title: 'Leaderboard', body };
}

function problemTable(context: SiteContext, { suite }: Leaderboard, rows: readonly LeaderboardRow[]): Html {
  const largest = Math.max(...rows.map((row) => finite(row.memory?.median)));
  const predictions = rows.filter(
    ({ memory }) => memory !== undefined && memory.predicted !== null && Number.isFinite(memory.median),
  );
  const allPredicted = predictions.every(isPredicted);
  const columns: readonly SiteColumn<LeaderboardRow>[] = [
    {
      title: axisName(suite, 'horizon'),
      kind: 'number',
      filter: true,
      show: (row) => axisText(row.horizon),
      value: (row) => row.horizon,
    },
    {
      title: axisName(suite, 'dimension'),
      kind: 'number',
      filter: true,
      show: (row) => axisText(row.dimension),
      value: (row) => row.dimension,
    },
    {
      title: 'Profile',
      kind: 'text',
      filter: true,
      show: (row) => (severalProfiles(rows) ? row.profile : ''),
    },
    {
      title: 'Method',
      kind: 'text',
      filter: true,
      show: (row) => methodLink(context, row),
      value: (row) => row.method,
    },
    { title: 'Variant', kind: 'text', filter: true, show: variantText },
    {
      title: suite.timedBeside === undefined ? 'Time' : `× ${suite.timedBeside.title}`,
      note: 'median over cells; never includes compiling',
      kind: 'number',
      show: (row) => row.time && html`${timeCell(row)}${placeOf(context.boardsOf(row).time, row.key)}`,
      value: timeValue,
    },
    {
      title: 'Compile',
      note: 'building and first use of pipelines',
      kind: 'number',
      show: (row) => timeText(row.time?.compileMs),
      value: (row) => row.time?.compileMs ?? undefined,
    },
    {
      title: 'Peak',
      note: 'largest number of bytes alive at once in device buffers',
      kind: 'number',
      show: (row) =>
        row.memory &&
        html`${quantity(bytesText, row.memory, largest)}${placeOf(context.boardsOf(row).memory, row.key)}`,
      value: (row) => row.memory?.median,
    },
    {
      title: 'Predicted',
      note: 'what the plan said before the run',
      kind: 'number',
      show: (row) => (allPredicted ? '' : predicted(row)),
      value: (row) => row.memory?.predicted ?? undefined,
    },
    {
      title: 'Cosine',
      note: 'between the hypergradient and the exact one',
      kind: 'number',
      show: (row) => cosineText(row.gradient?.cosine?.median),
      value: (row) => row.gradient?.cosine?.median,
    },
    {
      title: 'Rel. error',
      note: 'distance to the exact hypergradient over its length',
      kind: 'number',
      show: (row) => numberText(row.gradient?.relativeError?.median),
      value: (row) => row.gradient?.relativeError?.median,
    },
    {
      title: rows.find((row) => row.metric !== undefined)?.metric?.spec.title ?? 'Metric',
      kind: 'number',
      note: 'in small figures the seeds, or from six on the interval of their median with its level',
      show: (row) =>
        row.metric &&
        html`${metricText(row)} <span class="faint small">${metricSeedsText(row)}</span>${placeOf(context.boardsOf(row).metric, row.key)}`,
      value: (row) => row.metric?.median,
    },
    ...(suite.moreMetrics ?? []).map(({ name, title }): SiteColumn<LeaderboardRow> => {
      const metricOf = (row: LeaderboardRow) => row.moreMetrics.find(({ spec }) => spec.name === name);
      return {
        title,
        kind: 'number',
        note: 'median over seeds',
        show: (row) => metricText({ metric: metricOf(row) }),
        value: (row) => metricOf(row)?.median,
      };
    }),
    {
      title: 'Remarks',
      kind: 'text',
      show: (row) => (hasBadges(row) ? troubleBadges(row) : ''),
    },
    {
      title: 'Cells',
      note: 'one page per seed and pass',
      kind: 'text',
      show: cellLinks,
      value: () => undefined,
    },
  ];
  const ordered = [...rows].sort(
    (a, b) =>
      a.dimension - b.dimension ||
      (suite.comparedAcrossHorizons === true ? 0 : a.horizon - b.horizon) ||
      byTime(a, b) ||
      (a.method < b.method ? -1 : 1),
  );
  const caption =
    allPredicted && predictions.length > 0
      ? {
          caption: `Peak memory is what was predicted before the run, to the byte, in all ${predictions.length} rows.`,
        }
      : {};
  return siteTable(columns, ordered, { group: (row) => row.point, ...caption });
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

/** Where a method's card lies. */
export function methodPath(id: string): string {
  return `methods/${slugOf(id)}.html`;
}

/** The method's name, linked to its card. */
export function methodLink(
  { cards }: SiteContext,
  row: { readonly suite: string; readonly method: string },
  root = '',
): Html {
  const card = cards.find(({ has }) => has(row));
  const title = card?.described?.title;
  const name = row.method;
  return html`<a href="${root}${methodPath(card?.id ?? name)}"${title === undefined ? '' : html` title="${title}"`}>${name}</a>`;
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
