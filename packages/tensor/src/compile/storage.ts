/** @file Where the value of a node lives while a plan runs. */

import type { ByteClass } from '../device/ledger.ts';
import type { DType } from '../graph/tensor.ts';
import { constantIndex, divide, type Index, plus, remainder, times } from '../indexing/index-expression.ts';

/** A stretch of GPU memory that holds one array of `elements` 4-byte elements. */
export interface Region {
  readonly id: number;
  readonly label: string;
  readonly dtype: DType;
  readonly elements: number;
  readonly class: ByteClass;
  /**
   * `arena`: placed by the planner, may share memory with others over time; `own`: memory of its own within the plan, so that parts
   * are not written stay zero; `external`: an array that outlives the plan.
   */
  readonly kind: 'arena' | 'dedicated' | 'external';
}

/** Elements of a node inside a region: element j lies at (j div inner)·stride + offset + j mod inner. */
export interface Storage {
  readonly region: Region;
  readonly inner?: number;
  readonly stride?: number;
  readonly offset?: number;
}

/** Element of the region that holds element `linear` of the node. */
export function elementInRegion(storage: Storage, linear: Index): Index {
  const { inner, stride, offset } = storage;
  if (inner === undefined || stride === undefined)
    return offset ? plus(linear, constantIndex(offset)) : linear;
  return plus(
    plus(times(divide(linear, inner), stride), remainder(linear, inner)),
    constantIndex(offset ?? 0),
  );
}

/** Bytes of a region: whole 16-byte vectors, at least one. */
export function regionBytes(elements: number): number {
  return Math.max(16, Math.ceil(elements / 4) * 16);
}
