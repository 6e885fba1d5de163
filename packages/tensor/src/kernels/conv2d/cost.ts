/**
 * @file Estimated nanoseconds of one dispatch, from which the variants' scores follow. Only the order of the estimates for
 * one problem matters.
 *
 * Software adapters: CPU time on llvmpipe (Mesa 25.0.7, 8 lanes, 2 cores), November 2026, measured by
 * timing every variant in turns. llvmpipe loads every lane's elements one by one behind a bounds check each, whether the address is
 * uniform or not, so loads are counted and arithmetic hardly matters.
 *
 * Graphics processors: not measured. A kernel takes as long as one invocation's instructions, times how often the
 * invocations fill the machine.
 */
import type { Serial } from '../cost.ts';

/** Nanoseconds on a software adapter, where they decide, for the 8 lanes of a subgroup together. */
export const software = {
  /** One element, alone or of a vector. */
  element: 3.75,
  multiplyAdd: 0.14,
  /** Four columns of one row, with the row's index. */
  store4: 25,
  /** The same column by column. */
  store1: 50,
  /** Dispatches that share the cost of compiling. */
  dispatchesPerCompile: 2000,
  /** How much faster than the tile of the large layers a small layer's own must be, being one more module to compile. */
  anotherModule: 1.15,
} as const;

/** Milliseconds to compile a loop body with these instructions on a software adapter. */
export function compileMilliseconds(loads4: number, loads1: number, multiplyAdds: number): number {
  return 40 + 12 * loads4 + 4 * loads1 + 0.22 * multiplyAdds;
}

export function serialTime(
  { workgroup, parallel }: Serial,
  workgroups: number,
  nanosecondsEach: number,
  compileMs: number,
): number {
  const launched = Math.ceil(workgroups / parallel) * (workgroup + nanosecondsEach);
  return launched + (compileMs * 1e6) / software.dispatchesPerCompile;
}
