/**
 * @file Which materialised values a node reads, and at which elements: the definition of a node followed symbolically, through
 * everything that is computed on the way, down to what lies in memory.
 */

import { elementCount } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { constantIndex, type Index, linearize, plus } from '../indexing/index-expression.ts';
import { constantValue } from '../ops/leaf/constant.ts';
import { isStepIndex } from '../ops/leaf/input.ts';
import { evaluateAbstractly } from './abstract-evaluation.ts';

/** One read: element `index` of `source`; undefined when a kernel reads all of it in its own order. */
export interface Access {
  readonly source: Tensor;
  readonly index: Index | undefined;
}

/** Calls `visit` with every materialised value that `tensor` at `coordinates` reads, computing through what is not materialised. */
export function traceReads(
  tensor: Tensor,
  coordinates: readonly Index[],
  isStored: (tensor: Tensor) => boolean,
  visit: (source: Tensor, index: Index) => void,
  seen: Set<string> = new Set(),
): void {
  const read = (node: Tensor, at: readonly Index[]): void => {
    if (constantValue(node) !== undefined || isStepIndex(node)) return;
    const key = `${node.id},${at.map((c) => c.key).join(',')}`;
    if (seen.has(key)) return;
    seen.add(key);
    if (isStored(node)) visit(node, linearize(at, node.shape));
    else define(node, at);
  };
  const define = (node: Tensor, at: readonly Index[]): void => {
    const { lower } = node.op;
    switch (lower.kind) {
      case 'elementwise':
        for (const input of node.inputs) read(input, at);
        return;
      case 'movement': {
        const input = node.inputs[0]!;
        read(input, lower.coordinates(at, input.shape, node.parameters, node.shape));
        return;
      }
      case 'concat': {
        const axis = lower.axis(node.parameters);
        let start = 0;
        for (const piece of node.inputs) {
          const offset = -start;
          if (elementCount(piece.shape) > 0)
            read(
              piece,
              at.map((c, k) => (k === axis ? plus(c, constantIndex(offset)) : c)),
            );
          start += piece.shape[axis]!;
        }
        return;
      }
      case 'indexed':
        evaluateAbstractly(node, at, { read: (slot, own) => read(node.inputs[slot]!, own) });
        return;
      default:
        throw new Error(`internal: ${node.op.name} is read through but not materialised.`);
    }
  };
  define(tensor, coordinates);
}

/**
 * The value under a chain of movements, with the element of it that coordinates reach. The chain ends early at a node that `isStored`:
 * what lies in memory is read there, even if it only moves what lies below.
 */
export function throughMovement(
  tensor: Tensor,
  coordinates: readonly Index[],
  isStored: (tensor: Tensor) => boolean = () => false,
): { base: Tensor; coordinates: readonly Index[] } {
  let base = tensor;
  let at = coordinates;
  while (base.op.lower.kind === 'movement' && !isStored(base)) {
    const input = base.inputs[0]!;
    at = base.op.lower.coordinates(at, input.shape, base.parameters, base.shape);
    base = input;
  }
  return { base, coordinates: at };
}

/** The value under reshapes only: the same elements in the same order. */
export function throughReshape(tensor: Tensor): Tensor {
  let base = tensor;
  while (base.op.name === 'reshape') base = base.inputs[0]!;
  return base;
}
