/** @file Lorenz: two parameters of a chaotic system, fitted to a trajectory. Exact gradients grow exponentially with the horizon (Metz et al., arXiv 2111.05803). */
import {
  add,
  concat,
  exp,
  multiply,
  reshape,
  slice,
  square,
  subtract,
  type Tensor,
} from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import { defineProblem, type Problem } from '../problem/problem.ts';
import { joinSum, splitSum } from './summed.ts';

/** What the Lorenz problem is made from. */
export interface LorenzOptions {
  /** T: the outer loss is the sum of the losses divided by it. */
  readonly steps: number;
  /** θ = (log a, log r). (3.116, 3.7) when left out. */
  readonly theta?: readonly [number, number];
}

/** Euler's step. */
const dt = 0.005;
const b = 8 / 3;
/** (log a, log r) of the trajectory that is fitted. */
const truth = [Math.log(10), Math.log(28)] as const;
const origin = [1.2, 1.3, 1.6] as const;

/**
 * x ← x + dt a(y − x), y ← y + dt (x(r − z) − y), z ← z + dt (xy − bz) by Euler's method, dt = 0.005, b = 8/3, beside the same with a = 10, r = 28, both
 * from (1.2, 1.3, 1.6); the outer loss is the mean over T steps of (z − z_true)². float32 follows it to some 500 steps, and after that has
 * the order of magnitude alone.
 */
export function lorenz({ steps, theta = [3.116, 3.7] }: LorenzOptions): Problem {
  if (!(Number.isInteger(steps) && steps >= 1))
    throw new RangeError(`lorenz: ${steps} steps were asked for; give a whole number of 1 or more.`);
  const given = { truth: hostArray(truth) };
  return defineProblem({
    name: 'lorenz',
    title: 'two parameters of a chaotic system',
    d: 7,
    p: 2,
    weightLength: 7,
    hyperparameterLength: 2,
    state: {},
    given,
    initial: { weights: [...origin, ...origin, 0], hyperparameters: theta },
    // The steps are those of a system, not a descent.
    innerLoss: (w) => multiply(0, splitSum(w).total),
    outerLoss: (w) => multiply(1 / steps, splitSum(w).total),
    update: ({ w, state }, lambda, { truth }) => {
      const before = splitSum(w);
      const fitted = eulerStep(slice(before.state, [0], [3]), lambda);
      const real = eulerStep(slice(before.state, [3], [6]), truth);
      const height = (point: Tensor) => reshape(slice(point, [2], [3]), []);
      const loss = square(subtract(height(fitted), height(real)));
      return { w: joinSum(before, concat([fitted, real], 0), loss), state };
    },
  }) as Problem;
}

function eulerStep(point: Tensor, logarithms: Tensor): Tensor {
  const [x, y, z] = [0, 1, 2].map((k) => slice(point, [k], [k + 1])) as [Tensor, Tensor, Tensor];
  const [a, r] = [0, 1].map((k) => exp(slice(logarithms, [k], [k + 1]))) as [Tensor, Tensor];
  return concat(
    [
      add(x, multiply(dt, multiply(a, subtract(y, x)))),
      add(y, multiply(dt, subtract(multiply(x, subtract(r, z)), y))),
      add(z, multiply(dt, subtract(multiply(x, y), multiply(b, z)))),
    ],
    0,
  );
}
