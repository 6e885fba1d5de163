/** @file Hyperparameters shared by groups of weights, so that p is a free knob: weight i belongs to group ⌊i·p/d⌋. */
import { array, gather, type Tensor } from '@longhorizon/tensor';

export interface Groups {
  /** From λ ∈ R^p to one number for each weight. The groups are written in the program, so that sums over them are no search. */
  spread(lambda: Tensor): Tensor;
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
  const ids = array(groups, [d], 'u32');
  return {
    spread: (lambda) => gather(lambda, ids),
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
