/** @file What a learned φ is worth: the tasks' loss after K steps from it, while φ is learned from many starts side by side. */
import {
  type Backend,
  type InitialisationMethod,
  independent,
  prepareInitialisation,
} from '@longhorizon/bilevel';
import { owned } from '@longhorizon/harness';
import type { Optimiser } from '@longhorizon/nn';
import { himmelblauTaskSet, meanTaskLosses, type Point, pointsOf } from '../../model/himmelblau.ts';

export interface Learning {
  readonly starts: readonly Point[];
  readonly optimiser: () => Optimiser;
  readonly K: number;
  /** The optimiser that φ is judged with; that of learning when left out. */
  readonly judge?: () => Optimiser;
}

export interface Quality {
  /** Inner steps of learning, all trajectories together. */
  readonly steps: number;
  /** The mean task loss after K steps from φ, the mean over the starts whose numbers are finite. */
  readonly loss: number;
  /** Starts whose φ, or what was learned from it, is no finite number. */
  readonly overflowed: number;
  readonly phi: readonly Point[];
}

/** φ and its quality after each of some numbers of inner steps. Every trajectory has a fresh optimiser, as in the released code. */
export async function learn(
  backend: Backend,
  method: InitialisationMethod,
  { starts, optimiser, K, judge = optimiser }: Learning,
  checkpoints: readonly number[],
): Promise<Quality[]> {
  using run = owned(
    await prepareInitialisation(backend, himmelblauTaskSet(starts, optimiser()), method, {
      horizon: K,
      reset: 'hard',
    }),
  );
  using judging = owned(
    await prepareInitialisation(backend, himmelblauTaskSet(starts, judge()), independent, {
      horizon: K,
      reset: 'hard',
    }),
  );
  const found: Quality[] = [];
  for (const steps of checkpoints) {
    // A start that overflows ends a run early, but not the others with it.
    while (run.stepsDone < steps) await run.run(steps - run.stepsDone);
    const phi = await run.read('initial');
    await judging.writeInitial(phi);
    await judging.trajectory();
    const losses = meanTaskLosses(await judging.read('weights'));
    const finite = losses.filter((loss) => Number.isFinite(loss));
    found.push({
      steps,
      loss: finite.reduce((total, loss) => total + loss / finite.length, 0),
      overflowed: losses.length - finite.length,
      phi: pointsOf(phi),
    });
  }
  return found;
}
