/** @file Where training with one method ends better than with another, and where not. */
import { axisName, problemTitle } from '../../cell/titles.ts';
import { listOf, plural } from '../../errors.ts';
import { minimumSeeds } from '../../statistics/best-set.ts';
import { holm } from '../../statistics/multiplicity.ts';
import { pairedMetrics } from '../board.ts';
import { axisText } from '../format.ts';
import { distinct } from '../problems.ts';
import type { Answer, AnswerInput } from './answer.ts';

/** A claim is false in at most this share of all boards of equal methods. */
const level = 0.05;

/** What training with both came to on a problem: at the longest T, then the largest p, that both were trained at. */
interface Duel {
  readonly where: string;
  /** Seeds on which both ended somewhere. */
  readonly seeds: number;
  readonly firstIsBetter: boolean;
  readonly pValue: number;
}

/** The two methods that the suite names, problem by problem, over seeds that both have; undefined where it names none. */
export function rivalsAnswer({ suite, rows }: AnswerInput): Answer | undefined {
  const { rivals } = suite;
  if (rivals === undefined) return undefined;
  const [one, other] = rivals;
  const trained = rows.filter(({ metric, method }) => metric !== undefined && rivals.includes(method));
  const duels = distinct(trained, ({ problem }) => problem).flatMap(
    (problem) => duelOf({ suite, rows: trained.filter((row) => row.problem === problem) }, rivals) ?? [],
  );
  const question = `${one} or ${other}?`;
  const compared = duels.filter(({ seeds }) => seeds >= minimumSeeds);
  if (compared.length === 0) return { question, sentences: [] };
  const adjusted = holm(compared.map(({ pValue }) => pValue));
  const shown = (first: boolean): readonly Duel[] =>
    compared.filter(({ firstIsBetter }, k) => firstIsBetter === first && (adjusted[k] ?? 1) < level);
  const open = compared.filter((_, k) => !((adjusted[k] ?? 1) < level));
  const few = duels.filter(({ seeds }) => seeds < minimumSeeds);
  const said = (text: string, some: readonly Duel[]): readonly string[] =>
    some.length === 0 ? [] : [`${text}: ${listOf(some.map(({ where }) => where))}.`];
  return {
    question,
    sentences: [
      `Where training ends, over paired seeds; right at ${Math.round(100 * (1 - level))} % for all problems together.`,
      ...said(`${one} ends better`, shown(true)),
      ...said(`${other} ends better`, shown(false)),
      ...said('No difference is shown', open),
      ...said('Too few seeds to tell', few),
    ],
  };
}

function duelOf({ suite, rows }: AnswerInput, [one, other]: readonly [string, string]): Duel | undefined {
  const pairs = rows
    .filter(({ method }) => method === one)
    .flatMap((first) => {
      const second = rows.find(({ method, point }) => method === other && point === first.point);
      return second === undefined ? [] : [{ first, ...pairedMetrics(first, second) }];
    });
  const [chosen] = pairs.sort(
    (a, b) => b.first.horizon - a.first.horizon || b.first.dimension - a.first.dimension || b.count - a.count,
  );
  if (chosen === undefined) return undefined;
  const { first, count, estimate, pValue } = chosen;
  const { problem, horizon, dimension } = first;
  const at = `${axisName(suite, 'horizon')} = ${axisText(horizon)}, ${axisName(suite, 'dimension')} = ${axisText(dimension)}`;
  const sign = first.metric?.spec.direction === 'higher' ? 1 : -1;
  return {
    where: `${problemTitle(suite, problem)} (${at}, ${plural(count, 'seed')})`,
    seeds: count,
    firstIsBetter: sign * estimate > 0,
    pValue,
  };
}
