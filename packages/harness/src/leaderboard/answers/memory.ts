/** @file What there is when memory is short. */

import { axisName, problemTitle } from '../../cell/titles.ts';
import { byPoint } from '../board.ts';
import { axisText, bytesText } from '../format.ts';
import type { LeaderboardRow } from '../row.ts';
import type { Answer, AnswerInput } from './answer.ts';

/** Fewer methods at a point compare nothing. */
const fewest = 3;

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
      ...(largest === undefined
        ? []
        : [
            `${largest.method} takes ${bytesText(peakOf(largest))} at ${T} = ${axisText(horizon)}, ${p} = ${axisText(largest.dimension)} (${problemTitle(suite, largest.problem)}).`,
          ]),
    ],
  };
}

function at(group: readonly LeaderboardRow[]): LeaderboardRow {
  return group[0] as LeaderboardRow;
}

function peakOf({ memory }: LeaderboardRow): number {
  return memory?.median ?? Number.NaN;
}
