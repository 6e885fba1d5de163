/** @file Where a method takes φ in the long run: its map from one trajectory to the next, iterated from many starts until they stand still. */
import { type Backend, init, prepareInitialisation } from '@longhorizon/bilevel';
import { owned } from '@longhorizon/harness';
import { momentum } from '@longhorizon/nn';
import { flat, himmelblauTaskSet, type Point, pointsOf } from '../../model/himmelblau.ts';

export interface Attractor {
  readonly at: Point;
  /** How many of the starts ended here. */
  readonly starts: number;
}

export interface Attractors {
  /** Where starts stand still; the most visited first. */
  readonly attractors: readonly Attractor[];
  readonly iterations: number;
  /** Starts that still moved by 0.001 or more at the last iteration. */
  readonly moving: number;
  /** Starts that left the finite numbers. */
  readonly overflowed: number;
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/**
 * φ ← φ + 0.1 (mean_t θ^t_K − φ), rounded to 0.001 each time: Reptile with heavy ball at 0.05 inside, as in the paper's picture of the
 * meta-landscape.
 *
 * @param patience iterations at most
 */
export async function reptileAttractors(
  backend: Backend,
  starts: readonly Point[],
  K: number,
  patience: number,
): Promise<Attractors> {
  const optimiser = momentum({ rate: 0.05, momentum: 0.9 });
  using run = owned(
    await prepareInitialisation(backend, himmelblauTaskSet(starts, optimiser), init.reptile({ rate: 0.1 }), {
      horizon: K,
      reset: 'hard',
    }),
  );
  let phi = pointsOf(flat(starts).map(rounded));
  let still: readonly Point[] = [];
  let finite = starts.length;
  let iterations = 0;
  for (; iterations < patience && still.length < finite; iterations++) {
    await run.writeInitial(flat(phi));
    // A start that overflows makes the losses infinite and leaves the others alone.
    await run.trajectory();
    const next = pointsOf(Array.from(await run.read('initial'), rounded));
    still = next.filter(([x, y], k) => x === phi[k]![0] && y === phi[k]![1]);
    finite = next.filter((point) => point.every(Number.isFinite)).length;
    phi = next;
  }
  return {
    attractors: clustered(still),
    iterations,
    moving: finite - still.length,
    overflowed: starts.length - finite,
  };
}

/** Points within 0.05 of each other are one: a start stops where its last step rounds to nothing, a little before the attractor. */
function clustered(points: readonly Point[]): Attractor[] {
  const found: { at: Point; starts: number }[] = [];
  for (const at of points) {
    const near = found.find(({ at: [x, y] }) => Math.hypot(x - at[0], y - at[1]) < 0.05);
    if (near === undefined) found.push({ at, starts: 1 });
    else near.starts++;
  }
  return found.sort((a, b) => b.starts - a.starts);
}
