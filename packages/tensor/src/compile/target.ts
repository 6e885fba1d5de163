import type { KernelAdapter } from '../kernels/contraction.ts';

/** What the compiler must know of the adapter. */
export interface Target extends KernelAdapter {
  readonly maxBindings: number;
}
