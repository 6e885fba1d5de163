/** @file The work of a program as a number that no clock is needed for. */

import { elementCount } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { variable } from '../indexing/index-expression.ts';
import { constantValue } from '../ops/leaf/constant.ts';
import { isInput, isStepIndex, valuesOfArray } from '../ops/leaf/input.ts';
import { evaluateAbstractly } from './abstract-evaluation.ts';
import type { Program } from './program.ts';

/**
 * How many elements of arrays one run of a program reads, those in loops of indexed code at every turn.
 *
 * @throws Error for contractions and hand-written kernels, whose reads depend on their tiles
 */
export function elementReads({ schedule: { fusionOf, fusions } }: Program): number {
  const isStored = (tensor: Tensor) =>
    fusionOf.has(tensor) || isInput(tensor) || valuesOfArray(tensor) !== undefined;
  const readsToGet = (tensor: Tensor): number => {
    if (constantValue(tensor) !== undefined || isStepIndex(tensor)) return 0;
    return isStored(tensor) ? 1 : readsToCompute(tensor);
  };
  const readsToCompute = (tensor: Tensor): number => {
    const { lower } = tensor.op;
    switch (lower.kind) {
      case 'concat':
        // Its parts, each at its own elements.
        return 1;
      case 'elementwise':
        return tensor.inputs.reduce((reads, input) => reads + readsToGet(input), 0);
      case 'movement':
      case 'reduction':
        return readsToGet(tensor.inputs[0]!);
      case 'indexed': {
        let reads = 0;
        const at = tensor.shape.map((size, axis) => variable(`at${axis}`, Math.max(2, size)));
        evaluateAbstractly(tensor, at, {
          read: (slot, _, turns) => {
            reads += turns * readsToGet(tensor.inputs[slot]!);
          },
        });
        return reads;
      }
      default:
        throw new Error(`elementReads: how much ${tensor.op.name} reads depends on its kernel.`);
    }
  };
  const elementsOf = (tensor: Tensor) =>
    elementCount(tensor.op.lower.kind === 'reduction' ? tensor.inputs[0]!.shape : tensor.shape);
  return fusions
    .flatMap(({ nodes }) => nodes)
    .reduce((reads, tensor) => reads + elementsOf(tensor) * readsToCompute(tensor), 0);
}
