/** @file What there is when memory is short. */

import { axisName, problemTitle } from '../../cell/titles.ts';
import { listOf } from '../../errors.ts';
import { byPoint } from '../board.ts';
import { axisText, bytesText } from '../format.ts';
import { distinct } from '../problems.ts';
import type { LeaderboardRow } from '../row.ts';
import type { Answer, AnswerInput } from './answer.ts';
import { right, worstCosines } from './quality.ts';

/** Fewer methods at a point compare nothing. */
const fewest = 3;

/** A question that is often asked, answered for readers whose browser runs no script. */
const asked = { horizon: 1000, bytes: 64 * 2 ** 20 } as const;

/** The peaks of the point with the longest T that several methods share, the most methods, then the largest p; then the largest p of all at that T. */
export function memoryAnswer({ suite, rows }: AnswerInput): Answer {
  const measured = rows.filter(({ memory }) => memory !== undefined && Number.isFinite(memory.median));
  const groups = [...byPoint(measured).values()].filter((group) => group.length >= fewest);
  const [chosen] = groups.sort(
    (a, b) => at(b).horizon - at(a).horizon || b.length - a.length || at(b).dimension - at(a).dimension,
  );
  const question = 'Memory is short';
  if (chosen === undefined) return { question, sentences: [] };
  const [T, p] = [axisName(suite, 'horizon'), axisName(suite, 'dimension')];
  const { horizon, dimension, problem } = at(chosen);
  const ordered = [...chosen].sort((a, b) => peakOf(b) - peakOf(a) || (a.method < b.method ? -1 : 1));
  const said = ordered.map((row) => `${row.method} ${bytesText(peakOf(row))}`).join(', ');
  const [largest] = measured
    .filter((row) => row.horizon === horizon && row.dimension > 10 * dimension)
    .sort((a, b) => b.dimension - a.dimension);
  return {
    question,
    sentences: [
      `Peaks at ${T} = ${axisText(horizon)}, ${p} = ${axisText(dimension)} (${problemTitle(suite, problem)}): ${said}.`,
      ...budgetSentences({ suite, rows: measured }),
      ...(largest === undefined
        ? []
        : [
            `${largest.method} takes ${bytesText(peakOf(largest))} at ${T} = ${axisText(horizon)}, ${p} = ${axisText(largest.dimension)} (${problemTitle(suite, largest.problem)}).`,
          ]),
    ],
  };
}

/** Which methods stay under a budget at a horizon, wherever they were measured there, and which of those are right everywhere. */
function budgetSentences({ suite, rows }: AnswerInput): readonly string[] {
  const own = rows.filter(({ horizon }) => horizon === asked.horizon);
  const methods = distinct(own, ({ method }) => method);
  if (methods.length < fewest) return [];
  const rowsOf = (method: string) => own.filter((row) => row.method === method);
  const within = methods.filter((method) => rowsOf(method).every((row) => peakOf(row) <= asked.bytes));
  const most = Math.max(0, ...within.flatMap(rowsOf).map(peakOf));
  const cosines = worstCosines(own);
  const exact = [...within].sort().filter((method) => {
    const found = cosines.filter((one) => one.method === method);
    return found.length > 0 && found.every(({ cosine }) => cosine >= right);
  });
  const T = axisName(suite, 'horizon');
  const who = within.length === methods.length ? `all ${methods.length} methods` : listOf(within);
  const direction =
    exact.length === 0
      ? ''
      : `; of these ${listOf(exact)} ${exact.length === 1 ? 'has' : 'have'} a cosine of ${right} or more everywhere`;
  return [
    within.length === 0
      ? `Under ${bytesText(asked.bytes)} at ${T} = ${axisText(asked.horizon)}: no method.`
      : `Under ${bytesText(asked.bytes)} at ${T} = ${axisText(asked.horizon)}: ${who}, up to ${bytesText(most)}${direction}.`,
  ];
}

function at(group: readonly LeaderboardRow[]): LeaderboardRow {
  return group[0] as LeaderboardRow;
}

function peakOf({ memory }: LeaderboardRow): number {
  return memory?.median ?? Number.NaN;
}
