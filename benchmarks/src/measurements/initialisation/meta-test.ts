/**
 * @file Judging a start φ: every task of a test set is trained from it for a fixed number of steps, with a fresh head and fresh state, by the
 * same recipe whatever φ comes from.
 */
import {
  type InitialisationRun,
  independent,
  prepareInitialisation,
  type TaskSet,
} from '@longhorizon/bilevel';
import type { Device } from '@longhorizon/tensor';
import type { Scores } from '../scores.ts';

export class MetaTest {
  readonly #run: InitialisationRun;

  private constructor(run: InitialisationRun) {
    this.#run = run;
  }

  static async make(device: Device, taskSet: TaskSet, steps: number): Promise<MetaTest> {
    const run = await prepareInitialisation(device, taskSet, independent, { horizon: steps, reset: 'hard' });
    return new MetaTest(run);
  }

  /** The same φ gives the same scores, whatever was judged before. */
  async judge(phi: ArrayLike<number>): Promise<Scores> {
    const run = this.#run;
    await run.writeInitial(phi);
    const { taskLosses, steps } = await run.trajectory();
    const tasks = taskLosses.length / steps;
    const trainLoss = [...taskLosses.subarray(taskLosses.length - tasks)];
    const groups = await run.metrics();
    const names = Object.keys(groups[0] ?? {});
    if (names.length === 0) return { testLoss: trainLoss };
    return Object.fromEntries(names.map((name) => [name, groups.flatMap((group) => [...group[name]!])]));
  }

  destroy(): void {
    this.#run.destroy();
  }
}
