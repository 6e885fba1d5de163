/**
 * @file β of every method, problem and K: chosen by the mean training loss of the second half of the meta-training, on seed 0, from as many values
 * for every method. `tuned.json` is written by `studies/tune.ts` and holds what every value came to; its rows
 * on real pictures are those of `studies/experiment.ts`. A method without a row here has no cells that end well: it says what to run.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tuned } from '../../measurements/initialisation/rows.ts';

let table: readonly Tuned[] | undefined;

function choices(): readonly Tuned[] {
  table ??= JSON.parse(readFileSync(join(import.meta.dirname, 'tuned.json'), 'utf8')) as readonly Tuned[];
  return table;
}

/** The choice for a problem, at this K or the nearest one that was tried; undefined where none was. */
export function tunedFor(problem: string, method: string, horizon: number): Tuned | undefined {
  const away = (other: number): number => Math.abs(Math.log(other / horizon));
  return choices()
    .filter((one) => one.problem === problem && one.method === method)
    .sort((a, b) => away(a.horizon) - away(b.horizon))[0];
}
