import type { Op } from '../graph/op.ts';
import * as derivativeFunctions from './derivative-functions.ts';
import * as functions from './functions.ts';

export * from './derivative-functions.ts';
export * from './functions.ts';
export { constant } from './leaf/constant.ts';
export { array, input } from './leaf/input.ts';

/** Every op: what tests, documentation and the compiler's checks walk through. */
export const allOps: readonly Op[] = [
  ...new Set(
    [...Object.values(functions), ...Object.values(derivativeFunctions)].flatMap((exported) =>
      'op' in exported ? [exported.op] : [],
    ),
  ),
];
