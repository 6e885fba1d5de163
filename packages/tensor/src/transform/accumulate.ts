/**
 * @file The sum of what a node receives from its consumers.
 *
 * The parameters of a network are one flat vector, cut into slices. The cotangent of a slice, seen in the vector, is the
 * slice's cotangent with zeros around it: a pad. Adding such pads would write the whole vector once for every slice.
 * Pads of disjoint ranges along one axis are therefore laid side by side: the flat gradient is one concat of its pieces.
 */
import type { Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';

export function accumulate(contributions: readonly Tensor[]): Tensor {
  return contributions.reduce((total, term) => add(total, term));
}
