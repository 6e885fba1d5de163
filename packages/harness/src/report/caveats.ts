/** @file What a page does not show, worked out from its records. */
import { listOf, plural } from '../errors.ts';
import { minimumCells } from '../leaderboard/board.ts';
import { countText } from '../leaderboard/format.ts';
import { distinct } from '../leaderboard/problems.ts';
import type { LeaderboardRow } from '../leaderboard/row.ts';
import { minimumSeeds } from '../statistics/best-set.ts';
import { leaderboardsByKind, type SiteContext } from './context.ts';
import { type Content, html } from './html.ts';

/** A box of caveats: one line for what each profile can decide, and one each for software adapters, unsteady machines and mixed code. */
export function caveatsBox(context: SiteContext): Content {
  const lines = [
    ...profileLines(context),
    ...machineLines(context),
    ...codeLines(context),
    ...lostLines(context),
  ];
  if (lines.length === 0) return '';
  return html`<section class="notice" aria-labelledby="caveats"><h2 id="caveats">What this does not show</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></section>`;
}

/** `standard: 1 to 3 seeds a method, which rank nothing …`. */
function profileLines(context: SiteContext): readonly string[] {
  const rows = leaderboardsByKind(context).methods.flatMap((leaderboard) => leaderboard.rows);
  return distinct(rows, (row) => row.profile).map((profile) => {
    const own = rows.filter((row) => row.profile === profile);
    const trained = own.filter(({ metric }) => metric !== undefined);
    const timed = own.filter(({ time }) => time !== undefined);
    const parts = [
      rankedText('training', trained, (row) => row.seeds.length, minimumSeeds, 'seed'),
      rankedText(
        'time',
        timed,
        ({ time }) => (time?.units ?? []).filter((unit) => unit !== undefined).length,
        minimumCells,
        'cell',
      ),
    ].filter((part) => part !== '');
    return `Profile ${profile}: ${parts.length === 0 ? 'bytes and gradients only' : parts.join('; ')}.`;
  });
}

/** `training: 23 of 24 rows have fewer than 5 seeds and rank nothing`. */
function rankedText(
  what: string,
  rows: readonly LeaderboardRow[],
  countOf: (row: LeaderboardRow) => number,
  least: number,
  unit: string,
): string {
  if (rows.length === 0) return '';
  const few = rows.filter((row) => countOf(row) < least).length;
  const fewText = `fewer than ${plural(least, unit)}`;
  if (few === 0) return `${what} has ${plural(least, unit)} or more everywhere`;
  return few === rows.length
    ? `${what} has ${fewText} everywhere, so nothing is ranked`
    : `${what} has ${fewText} in ${few} of ${plural(rows.length, 'row')}, which are shown and not ranked`;
}

function machineLines({ devices, rows }: SiteContext): readonly Content[] {
  const software = distinct(
    devices.filter((device) => device.software),
    ({ label }) => label,
  );
  const hollow = rows.filter(({ time }) => time?.hollow === true).length;
  const timed = rows.filter(({ time }) => time !== undefined).length;
  return [
    ...(software.length === 0
      ? []
      : [
          `${listOf(software)} ${software.length === 1 ? 'is a software adapter' : 'are software adapters'}: read ratios, not milliseconds; they say nothing about the times of a GPU.`,
        ]),
    ...(hollow === 0
      ? []
      : [
          `${hollow} of ${timed} times were measured while the machine was too unsteady; they are marked ○ and not ranked.`,
        ]),
  ];
}

/** A commit that was rewritten before it landed, or never left somebody's machine, is no code that anybody could look up. */
function lostLines({ current, description: { commits } }: SiteContext): readonly string[] {
  if (commits === undefined) return [];
  const lost = current.filter(({ code }) => code.commit !== null && !commits.has(code.commit));
  const suites = distinct(lost, ({ config }) => config.suite);
  if (lost.length === 0) return [];
  return [
    `${countText(lost.length)} of ${plural(current.length, 'record')} (${listOf(suites)}) name commits that are not in the history of the repository: they were measured before those commits were rewritten.`,
  ];
}

/** Numbers of several versions of the code side by side must say so. */
function codeLines({ current }: SiteContext): readonly Content[] {
  const commits = distinct(
    current.filter((record) => record.code.commit !== null),
    (record) => record.code.commit ?? '',
  );
  const dirty = current.some((record) => record.code.dirty === true);
  if (commits.length <= 1 && !dirty) return [];
  const which = commits.length > 1 ? `The records come from ${countText(commits.length)} commits. ` : '';
  return [
    html`${which}${dirty ? 'Some were measured with uncommitted changes. ' : ''}<a href="machines.html">Machines</a> lists them.`,
  ];
}
