/** @file One table of everything that was measured, to choose a method from. */
import { axisName, problemTitle } from '../../cell/titles.ts';
import { groupedBy } from '../../grouped.ts';
import { bytesText, percentText } from '../../leaderboard/format.ts';
import { gainsOver } from '../../leaderboard/gain.ts';
import { problemsOf } from '../../leaderboard/problems.ts';
import { unitValues } from '../../leaderboard/quantity.ts';
import type { LeaderboardRow, Quantity } from '../../leaderboard/row.ts';
import { cosineText } from '../../leaderboard/row-text.ts';
import { type Leaderboard, leaderboardsByKind, type SiteContext } from '../context.ts';
import { type Content, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { axisColumns, placeOf, timeCell, timeValue } from '../row-cells.ts';
import { numbers, type SiteColumn, siteTable } from '../table.ts';
import { methodLink, problemPath } from './links.ts';

export const choosePath = 'choose.html';

/** A method at a problem, T and p: what any profile measured of it there. */
interface Choice extends Pick<LeaderboardRow, 'problem' | 'method' | 'horizon' | 'dimension'> {
  readonly suite: string;
  readonly memory?: LeaderboardRow;
  readonly time?: LeaderboardRow;
  readonly gradient?: LeaderboardRow;
  readonly gain?: Quantity;
}

/** The chooser of the first suite whose bytes were measured; undefined where there is none. */
export function choosePage(context: SiteContext): Page | undefined {
  const leaderboard = chooserOf(context);
  if (leaderboard === undefined) return undefined;
  const { suite, device } = leaderboard;
  const [T, p] = [axisName(suite, 'horizon'), axisName(suite, 'dimension')];
  const choices = choicesOf(leaderboard);
  const body = html`<h1>Choose a method</h1>
<p>${suite.title} on ${device.label}: one row a method, problem, ${T} and ${p}; the longest ${T} first. Bytes are exact. Times are multiples of the same inner steps.
With JavaScript the choices above the table narrow it, and the address keeps them.</p>
${siteTable(columnsOf(context, leaderboard), choices, {
  label: 'Everything that was measured',
  addressed: true,
  group: ({ problem, horizon, dimension }) => `${problem} ${horizon} ${dimension}`,
})}`;
  return { path: choosePath, title: 'Choose', body };
}

function chooserOf(context: SiteContext): Leaderboard | undefined {
  return leaderboardsByKind(context).methods.find(
    ({ suite, rows }) =>
      suite.comparedAcrossHorizons !== true && rows.some(({ memory }) => memory !== undefined),
  );
}

function choicesOf({ suite, rows }: Leaderboard): readonly Choice[] {
  const gainOf = gainsOver(suite, rows);
  const alike = groupedBy(rows, ({ problem, horizon, dimension, method, parameters }) =>
    JSON.stringify([problem, horizon, dimension, method, parameters]),
  );
  const order = problemsOf({ suite, rows });
  return [...alike.values()]
    .flatMap((group): readonly Choice[] => {
      const [first] = group as readonly [LeaderboardRow];
      const having = (has: (row: LeaderboardRow) => unknown): LeaderboardRow | undefined =>
        group.find((row) => has(row) !== undefined);
      const [memory, time, gradient] = [
        having((row) => row.memory),
        having((row) => row.time),
        having((row) => row.gradient),
      ];
      const gain = group.map(gainOf).find((quantity) => quantity !== undefined);
      if ([memory, time, gradient, gain].every((part) => part === undefined)) return [];
      const { problem, method, horizon, dimension } = first;
      return [
        {
          suite: suite.name,
          problem,
          method,
          horizon,
          dimension,
          ...(memory === undefined ? {} : { memory }),
          ...(time === undefined ? {} : { time }),
          ...(gradient === undefined ? {} : { gradient }),
          ...(gain === undefined ? {} : { gain }),
        },
      ];
    })
    .sort(
      (a, b) =>
        b.horizon - a.horizon ||
        order.indexOf(a.problem) - order.indexOf(b.problem) ||
        b.dimension - a.dimension ||
        peakOf(a) - peakOf(b) ||
        (a.method < b.method ? -1 : 1),
    );
}

function peakOf({ memory }: Choice): number {
  return memory?.memory?.median ?? Number.MAX_VALUE;
}

function columnsOf(context: SiteContext, { suite }: Leaderboard): readonly SiteColumn<Choice>[] {
  const kindOf = (name: string): string =>
    suite.problems.find((problem) => problem.name === name)?.kind ?? '';
  const place = (row: LeaderboardRow | undefined, column: 'time' | 'memory'): Content =>
    row && placeOf(context.boardsOf(row)[column], row.key);
  return [
    {
      title: 'Method',
      kind: 'name',
      filter: true,
      // On a phone the column of problems is out of sight. Written by the style sheet, so that filters read the name alone.
      show: (choice) =>
        html`<span data-narrow="${problemTitle(suite, choice.problem)}">${methodLink(context, choice)}</span>`,
      value: ({ method }) => method,
    },
    ...axisColumns((row: Choice) => row, suite),
    {
      title: 'Peak memory',
      note: 'largest number of bytes alive at once in device buffers',
      kind: 'number',
      better: 'less',
      filter: 'most',
      show: ({ memory }) =>
        memory?.memory && html`${bytesText(memory.memory.median)}${place(memory, 'memory')}`,
      value: ({ memory }) => memory?.memory?.median,
    },
    {
      title: suite.timedBeside === undefined ? 'Time' : `× ${suite.timedBeside.title}`,
      note: 'time over that of the same work without the method, in turns; small: milliseconds at the usual speed of the point; ○: the machine was too unsteady',
      kind: 'number',
      better: 'less',
      show: ({ time }) => time && html`${timeCell(time)}${place(time, 'time')}`,
      value: ({ time }) => time && timeValue(time),
    },
    numbers('Cosine', ({ gradient }) => worstOf(gradient), cosineText, {
      note: 'to the exact hypergradient; the worst seed',
      better: 'more',
    }),
    {
      title: 'Gain, share of exact',
      note: 'what training gained over what it gained with the exact hypergradient, seed by seed; not ranked with fewer than five seeds',
      kind: 'number',
      better: 'more',
      show: ({ gain }) =>
        gain && html`${percentText(gain.median)} <span class="faint small">${seedsText(gain)}</span>`,
      value: ({ gain }) => gain?.median,
    },
    {
      title: 'Problem',
      kind: 'text',
      filter: true,
      show: ({ problem }) =>
        html`<a href="${problemPath(suite.name, problem)}">${problemTitle(suite, problem)}</a>`,
      value: ({ problem }) => problem,
    },
    { title: suite.kindTitle ?? 'Kind', kind: 'text', filter: true, show: ({ problem }) => kindOf(problem) },
  ];
}

function worstOf(row: LeaderboardRow | undefined): number | undefined {
  const cosine = row?.gradient?.cosine;
  return cosine === undefined ? undefined : Math.min(...unitValues(cosine));
}

/** Up to five seeds one by one, in whole per cents; of more only how many. */
function seedsText(gain: Quantity): string {
  const values = unitValues(gain);
  return values.length > 5
    ? `${values.length} seeds`
    : values.map((value) => String(Math.round(100 * value)).replace('-', '−')).join(', ');
}
