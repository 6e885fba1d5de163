/** @file Whose direction is right, on how many problems. */
import { axisName } from '../../cell/titles.ts';
import { listOf, plural } from '../../errors.ts';
import { distinct } from '../problems.ts';
import type { LeaderboardRow } from '../row.ts';
import type { Answer, AnswerInput } from './answer.ts';

/** A cosine that is called right. */
export const right = 0.9;

/** Every method's smallest cosine over seeds, and over p, at the longest T of each problem. */
export function qualityAnswer({ suite, rows }: AnswerInput): Answer {
  const question = 'It must be right';
  const worst = worstCosines(rows);
  const problems = distinct(worst, ({ problem }) => problem);
  if (problems.length < 2) return { question, sentences: [] };
  const reference = new Set(suite.methods.filter(({ role }) => role === 'reference').map(({ name }) => name));
  const methods = distinct(worst, ({ method }) => method)
    .filter((method) => !reference.has(method))
    .map((method) => {
      const own = worst.filter((one) => one.method === method);
      return {
        method,
        total: own.length,
        reached: own.filter(({ cosine }) => cosine >= right).length,
      };
    });
  const always = methods.filter(({ reached, total }) => reached === total && total > 1);
  const partly = methods
    .filter(({ reached, total }) => reached > 0 && reached < total && total > 1)
    .sort((a, b) => b.reached / b.total - a.reached / a.total || (a.method < b.method ? -1 : 1));
  const never = methods.filter(({ reached, total }) => reached === 0 && total > 1);
  const [T, p] = [axisName(suite, 'horizon'), axisName(suite, 'dimension')];
  const counted = (some: readonly (typeof methods)[number][]): string =>
    listOf(some.map(({ method, reached, total }) => `${method} ${reached} of ${total}`));
  return {
    question,
    sentences: [
      `Cosine to the exact hypergradient of ${right} or more, at the longest ${T} of ${plural(problems.length, 'problem')}, on every seed and ${p} above 1.`,
      ...(always.length === 0 ? [] : [`On all that were measured: ${counted(always)}.`]),
      ...(partly.length === 0 ? [] : [`On some: ${counted(partly)}.`]),
      ...(never.length === 0 ? [] : [`On none: ${listOf(never.map(({ method }) => method))}.`]),
    ],
  };
}

interface WorstCosine {
  readonly method: string;
  readonly problem: string;
  readonly cosine: number;
}

/** A number for every method and problem: the smallest cosine over seeds and p above 1 at the longest T at which the problem was measured. */
export function worstCosines(rows: readonly LeaderboardRow[]): readonly WorstCosine[] {
  // Of a single hyperparameter the cosine is a sign.
  const judged = rows.filter(({ gradient, dimension }) => gradient?.cosine !== undefined && dimension > 1);
  return distinct(judged, ({ problem }) => problem).flatMap((problem) => {
    const own = judged.filter((row) => row.problem === problem);
    const longest = Math.max(...own.map(({ horizon }) => horizon));
    const at = own.filter(({ horizon }) => horizon === longest);
    return distinct(at, ({ method }) => method).map((method) => {
      const cosines = at
        .filter((row) => row.method === method)
        .flatMap(({ gradient }) => gradient?.cosine?.units ?? [])
        .filter((cosine): cosine is number => cosine !== undefined);
      return { method, problem, cosine: Math.min(...cosines) };
    });
  });
}
