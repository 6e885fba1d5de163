/** @file Follows the code of an indexed op without writing it: what it reads at which coordinates, and which indices it needs as numbers. */

import type { IndexedContext, IndexedLowering } from '../graph/lowering.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Index, mentions, opaque, variable } from '../indexing/index-expression.ts';
import { wgslType } from './emit/wgsl-types.ts';

export interface AbstractEvaluation {
  /** A read of an input, done `turns` times by the loops around it. */
  readonly read: (slot: number, coordinates: readonly Index[], turns: number) => void;
  /** An index that becomes a number in the code. */
  readonly compute?: (index: Index) => void;
}

let names = 0;

export function evaluateAbstractly(
  tensor: Tensor,
  coordinates: readonly Index[],
  { read, compute }: AbstractEvaluation,
): void {
  let turns = 1;
  const context: IndexedContext = {
    coordinates,
    parameters: tensor.parameters,
    inputs: tensor.inputs,
    output: tensor,
    type: wgslType(tensor.dtype, 1),
    value: (slot, own) => {
      read(slot, own, turns);
      return 'value';
    },
    text: (index) => {
      compute?.(index);
      return 'index';
    },
    runtime: (_, count) => opaque(`runtime${names++}`, count),
    name: () => 'name',
    variable: () => 'variable',
    line: () => undefined,
    loop: (count, body) => {
      const outside = turns;
      turns *= count;
      body(variable(`loop${names++}`, Math.max(count, 2)));
      turns = outside;
    },
    keep: () => undefined,
    functions: () => undefined,
  };
  (tensor.op.lower as IndexedLowering).emit(context);
}

/**
 * Whether one run of the code can compute four lanes: they differ in the last coordinate only, and no index that the code needs as
 * a number differs between them.
 */
export function passesLanes(tensor: Tensor, coordinates: readonly Index[]): boolean {
  if ((tensor.op.lower as IndexedLowering).lanes !== true) return false;
  let passes = coordinates.slice(0, -1).every((coordinate) => !mentions(coordinate, 'lane'));
  if (!passes) return false;
  evaluateAbstractly(tensor, coordinates, {
    read: () => undefined,
    compute: (index) => {
      if (mentions(index, 'lane')) passes = false;
    },
  });
  return passes;
}
