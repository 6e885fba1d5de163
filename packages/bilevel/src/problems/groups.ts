/** @file Hyperparameters shared by groups of weights, so that p is a free knob: weight i belongs to group ⌊i·p/d⌋. */
import { gather, type Tensor } from '@longhorizon/tensor';
import { type HostArray, hostArray } from '../problem/host-array.ts';
import type { GivenTensors } from '../problem/problem.ts';

export interface Groups {
  readonly given: Readonly<Record<string, HostArray>>;
  /** From λ ∈ R^p to one number for each weight. */
  spread(lambda: Tensor, given: GivenTensors): Tensor;
  spreadNumbers(lambda: ArrayLike<number>): Float64Array;
  /** Sums over each group: the transpose of `spreadNumbers`. */
  gather(perWeight: ArrayLike<number>): Float64Array;
}

export function groupsOf(d: number, p: number): Groups {
  if (!(Number.isInteger(p) && p >= 1 && p <= d))
    throw new RangeError(
      `${p} hyperparameters were asked for ${d} weights; give a whole number from 1 to the number of weights.`,
    );
  const groups = Uint32Array.from({ length: d }, (_, i) => Math.floor((i * p) / d));
  return {
    given: p === d ? {} : { groups: hostArray(groups, [d], { dtype: 'u32' }) },
    spread: (lambda, given) => (p === d ? lambda : gather(lambda, given.groups!)),
    spreadNumbers: (lambda) => Float64Array.from(groups, (group) => lambda[group]!),
    gather: (perWeight) => {
      const sums = new Float64Array(p);
      groups.forEach((group, i) => {
        sums[group] = sums[group]! + perWeight[i]!;
      });
      return sums;
    },
  };
}
