/** @file Where a choice of kernel comes from beside the built-in model: tables of what was measured, asked by family and problem. */
import type { Configuration } from './family.ts';

/** What a table says of one problem. */
export interface TableChoice {
  /** The kernel's parameters, or its name. */
  readonly kernel: Configuration | string;
  /** The table's name, for records and `kernels explain`. */
  readonly table: string;
  /** One clause: what was measured, when. */
  readonly why: string;
}

/** Tables in the order in which they are asked. */
export interface KernelChoices {
  /**
   * @param family `matmul` or `conv2d`; `matmul split` and `conv2d split` tell into how many parts a sum is cut
   * @param key the problem, as the family's `keyOf` writes it
   */
  readonly of: (family: string, key: string) => TableChoice | undefined;
}

/** How a kernel of a program was chosen. */
export interface ChosenKernel {
  readonly family: string;
  readonly key: string;
  readonly variant: string;
  /** `asked for`, `model`, or the name of a table. */
  readonly source: string;
  readonly why: string;
  /** Where a table chose. */
  readonly configuration?: Configuration;
}
