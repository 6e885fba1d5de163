/** @file Errors of the library that are results of a cell: what did not fit, what was refused, what was lost. */
import { RefusedError } from '@longhorizon/bilevel';
import { DatasetError } from '@longhorizon/datasets';
import { CellFailure } from '@longhorizon/harness';
import {
  BufferTooLargeError,
  DeviceLostError,
  MemoryBudgetError,
  NoAdapterError,
  OutOfMemoryError,
} from '@longhorizon/tensor';

export function classifyError(error: unknown): CellFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof RefusedError || error instanceof DatasetError)
    return new CellFailure('unsupported', error.message);
  // An adapter was there when the run began: a driver that failed again and again is given up.
  if (error instanceof DeviceLostError || error instanceof NoAdapterError)
    return new CellFailure('device-lost', error.message);
  const isMemory = [OutOfMemoryError, BufferTooLargeError, MemoryBudgetError].some(
    (kind) => error instanceof kind,
  );
  // What JavaScript says when an array does not fit.
  const isHostMemory = error instanceof RangeError && /array (length|buffer allocation)/i.test(error.message);
  return isMemory || isHostMemory ? new CellFailure('oom', error.message) : undefined;
}
