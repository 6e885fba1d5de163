/**
 * @file Influence balancing: a linear system whose short-term response to θ has the wrong sign. Every truncated derivative points away
 * from the optimum (Tallec and Ollivier, "Unbiasing truncated backpropagation through time", 2017).
 */
import {
  add,
  concat,
  constant,
  multiply,
  reshape,
  slice,
  square,
  subtract,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import { defineProblem, type Problem } from '../problem/problem.ts';
import { joinSum, splitSum } from './summed.ts';

/** What influence balancing is made from; every part has the published value when left out. */
export interface InfluenceBalancingOptions {
  /** n: length of the state. 23. */
  readonly size?: number;
  /** How many of the inputs, from the first, push upwards; the others push downwards. 10. */
  readonly positive?: number;
  /** θ. 0.5 */
  readonly theta?: number;
  /** The outer loss: that of the last state, or the sum over all states after s_0. `last` when left out. */
  readonly objective?: 'last' | 'sum';
}

/**
 * s ← A s + θ v, A = ½ on the diagonal and above it, v = +1 for the first inputs and −1 for the others, s_0 = 1; the loss of a state is ½(s[0] − 1)².
 * In the long run s[0] = θ Σ_k (A^k v)_0, −6θ with the published sizes: the best θ is −1/6, and d loss/dθ = −6(−6θ − 1). The response within K steps,
 * Σ_{k<K} (A^k v)_0, is above 0 for every K ≤ 40.
 */
export function influenceBalancing(options: InfluenceBalancingOptions = {}): Problem {
  const { size = 23, positive = 10, theta = 0.5, objective = 'last' } = options;
  const given = { v: hostArray(Array.from({ length: size }, (_, i) => (i < positive ? 1 : -1))) };
  const stepOf = (s: Tensor, lambda: Tensor, v: Tensor): Tensor => {
    const above = concat([slice(s, [1], [size]), reshape(constant(0), [1])], 0);
    return add(multiply(0.5, add(s, above)), multiply(lambda, v));
  };
  const lossOf = (s: Tensor): Tensor => multiply(0.5, square(subtract(reshape(slice(s, [0], [1]), []), 1)));
  const isSum = objective === 'sum';
  const d = isSum ? size + 1 : size;
  return defineProblem({
    name: 'influence-balancing',
    title: 'a linear system whose first response has the wrong sign',
    d,
    p: 1,
    weightLength: d,
    hyperparameterLength: 1,
    state: {},
    given,
    initial: {
      weights: Array.from({ length: d }, (_, i) => (i < size ? 1 : 0)),
      hyperparameters: [theta],
    },
    // The steps are those of a system, not a descent.
    innerLoss: (w) => multiply(0, sum(w)),
    outerLoss: (w) => (isSum ? splitSum(w).total : lossOf(w)),
    update: ({ w, state }, lambda, { v }) => {
      if (!isSum) return { w: stepOf(w, lambda, v), state };
      const before = splitSum(w);
      const next = stepOf(before.state, lambda, v);
      return { w: joinSum(before, next, lossOf(next)), state };
    },
  }) as Problem;
}
