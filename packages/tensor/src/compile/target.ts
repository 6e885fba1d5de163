import type { KernelChoices } from '../kernels/choices.ts';
import type { KernelAdapter } from '../kernels/contraction.ts';

/** What the compiler must know of the adapter. */
export interface Target extends KernelAdapter {
  readonly maxBindings: number;
  /** Tables that are asked before the built-in model. */
  readonly choices?: KernelChoices | undefined;
}
