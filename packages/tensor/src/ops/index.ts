/** @file The functions of tensors and the list of all ops. */
import type { Op } from '../graph/op.ts';
import * as functions from './functions.ts';

export type { Op, OpCase, ReferenceArray, Tolerance } from '../graph/op.ts';
export type { OpFunction } from './define.ts';
export * from './functions.ts';
export { checkTensor } from './helpers/check-tensor.ts';
export type { Operand } from './helpers/elementwise.ts';
export type { PoolParameters, UnpoolParameters } from './helpers/pools.ts';
export type { Padding, PaddingChoice, Pair, WindowOptions } from './helpers/windows.ts';
export { constant } from './leaf/constant.ts';
export { array, input, stepIndex } from './leaf/input.ts';

/** Every op: what tests, documentation and the compiler's checks walk through. */
export const allOps: readonly Op[] = [
  ...new Set(Object.values(functions).flatMap((exported) => ('op' in exported ? [exported.op] : []))),
];
