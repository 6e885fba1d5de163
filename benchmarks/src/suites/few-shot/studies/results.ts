/** @file What the experiments on Lazy came to: a line a run in a file of results, a mean over the seeds of each method. */
import { readFileSync } from 'node:fs';
import { type Summary, summarise } from '../../../reports/summarise.ts';
import type { MetaTrained } from './meta-train.ts';

export interface Result extends MetaTrained {
  readonly name: string;
  readonly seed: number;
  readonly setting: Readonly<Record<string, unknown>>;
}

/** The runs of a file: lines as the scripts append them, or the list that is committed. The last one stands where a run was repeated. */
export function readResults(path: string): Result[] {
  const text = readFileSync(path, 'utf8');
  const results: readonly Result[] = text.startsWith('[')
    ? JSON.parse(text)
    : text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
  return [...new Map(results.map((result) => [`${result.name} ${result.seed}`, result])).values()];
}

/** The value of a run: accuracy in per cent where there is one, else the outer loss; NaN where learning diverged. */
export function scoreOf({ evaluations, divergedAt }: Result): number {
  const last = evaluations.at(-1);
  if (divergedAt !== undefined || last === undefined) return Number.NaN;
  return last.metrics.accuracy === undefined ? last.outerLoss : 100 * last.metrics.accuracy;
}

/** The values of a method, seed by seed. */
export function valuesOf(results: readonly Result[], name: string): Map<number, number> {
  return new Map(results.filter((one) => one.name === name).map((one) => [one.seed, scoreOf(one)]));
}

/** Mean over the seeds that both methods ran, of one minus the other. */
export function differenceOf(results: readonly Result[], name: string, other: string): Summary {
  const [a, b] = [valuesOf(results, name), valuesOf(results, other)];
  return summarise([...a].flatMap(([seed, value]) => (b.has(seed) ? [value - b.get(seed)!] : [])));
}
