import { axisText, bytesText, numberText, timesText, timeText } from '../../leaderboard/format.ts';
import { problemsOf } from '../../leaderboard/problems.ts';
import { placeText } from '../../leaderboard/rank-rows.ts';
import type { LeaderboardRow } from '../../leaderboard/row.ts';
import { cosineText, metricIntervalText, metricText } from '../../leaderboard/row-text.ts';
import { variantText } from '../../leaderboard/scaling.ts';
import { slugOf } from '../../publish/slug.ts';
import type { Place } from '../../statistics/rank.ts';
import {
  axisName,
  type Leaderboard,
  leaderboardsByKind,
  problemTitle,
  type SiteContext,
} from '../context.ts';
import { type Content, type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
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
<p>Times are medians over all samples and seeds; hover for quartiles. Peak memory is the largest number of bytes alive at once in device
buffers. The small number is the rank among the methods at the same problem, T and p: <b>2–4</b> is a tie of three, <b>?</b> means too few
seeds to rank, ∞ is a miss (out-of-memory or timeout) and ranks last. Unsupported points are blank.</p>
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
  const longest = Math.max(...rows.map((row) => finite(row.time?.median)));
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
      title: 'Time',
      note: 'median over samples and seeds; never includes compiling',
      kind: 'number',
      show: (row) =>
        row.time && quantity(timeText, row.time, longest, context.placesOf(row).time.get(row.key)),
      value: (row) => row.time?.median,
    },
    {
      title: `× ${suite.timedBeside?.title ?? ''}`,
      note: 'time over that of the same work without the method, taken in turns; places go by it',
      kind: 'number',
      show: (row) => timesText(row.time?.beside?.median),
      value: (row) => row.time?.beside?.median,
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
        row.memory && quantity(bytesText, row.memory, largest, context.placesOf(row).memory.get(row.key)),
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
      note: '95 % bootstrap interval over seeds and tasks in small figures',
      show: (row) =>
        row.metric &&
        html`${metricText(row)} <span class="faint small">${metricIntervalText(row)}</span>${affinityOf(context.placesOf(row).metric.get(row.key))}`,
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

/** A number with a bar for its size on a logarithmic scale and its place. */
function quantity(
  text: (value: number) => string,
  { median, q1, q3 }: { readonly median: number; readonly q1: number; readonly q3: number },
  largest: number,
  place: Place | undefined,
): Html {
  const share =
    Number.isFinite(median) && median > 0 ? Math.max(2, 48 * (1 + Math.log10(median / largest) / 5)) : 0;
  const spread = Number.isFinite(q3) && q3 > q1 ? html` title="quartiles ${text(q1)} and ${text(q3)}"` : '';
  const bar = share === 0 ? '' : html`<span class="bar" style="width:${share.toFixed(0)}px"></span>`;
  return html`<span${spread}>${bar}${text(median)}</span>${affinityOf(place)}`;
}

/** A place as a small number behind a value. */
export function affinityOf(place: Place | undefined): Content {
  const text = placeText(place);
  if (text === '') return '';
  const tie =
    place?.proven === false
      ? 'too few seeds to tell apart'
      : place !== undefined && place.tied > 1
        ? `a tie of ${place.tied}`
        : 'place';
  return html`<span class="place${place?.rank === 1 ? ' first' : ''}" title="${tie}">${text}</span>`;
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
  const [x, y] = [a, b].map(({ time }) => time?.beside?.median ?? time?.median ?? Number.MAX_VALUE) as [
    number,
    number,
  ];
  return x === y ? 0 : x - y;
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
