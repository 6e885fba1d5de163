/** @file What running actions in one dispatch saves over replaying them, and what making the module costs: which of the two is quicker. */
import type { AdapterProfile } from '../../adapters/profile.ts';
import { partsOf } from '../../compile/fusions/fusion-kernel.ts';
import type { ActionKind } from './kinds.ts';

/** Nanoseconds that one action of a kind saves; undefined where it is quicker on its own. */
export function saving(kind: ActionKind, { resident: { gain } }: AdapterProfile): number | undefined {
  if (gain === undefined) return undefined;
  if (kind.kind === 'copy') return gain.copy;
  const { kernels } = kind.plan.program;
  const isSmall = kernels.flatMap(partsOf).every(({ operations }) => operations <= gain.mostOperations);
  return isSmall ? kernels.length * gain.dispatch : undefined;
}

/** Nanoseconds that the driver takes to compile a module of these kinds. */
export function compileTime(kinds: readonly ActionKind[], { resident: { gain } }: AdapterProfile): number {
  if (gain === undefined) return Number.POSITIVE_INFINITY;
  const kernels = kinds.map((kind) =>
    kind.kind === 'run' ? kind.plan.program.kernels.flatMap(partsOf).length : 0,
  );
  return gain.compileKernel * kernels.reduce((sum, count) => sum + count, 0);
}
