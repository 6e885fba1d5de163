/** @file Whether a run is made of numbers: what is counted on the device, read once at the end, and said in the outcome. */
import { add, concat, reshape, type Tensor } from '@longhorizon/tensor';
import type { Engine } from '../workspace/engine.ts';
import { countNotFinite } from '../workspace/finite.ts';
import { type Action, execute, type Variable, type Workspace } from '../workspace/workspace.ts';

export interface Health<Quantity extends string> {
  /** Counts; costs one pass over what is watched. */
  readonly check: Action;
  /** Elements that are not finite, one number a quantity, in the order of `quantities`. */
  readonly counts: Variable;
  readonly quantities: readonly Quantity[];
}

/**
 * Declares a check of some quantities.
 *
 * @param watched the tensors of each quantity, f32
 */
export function declareHealth<Quantity extends string>(
  workspace: Workspace,
  watched: Readonly<Record<Quantity, readonly Tensor[]>>,
): Health<Quantity> {
  const quantities = Object.keys(watched) as Quantity[];
  const counts = workspace.variable('numbers that are not finite', [quantities.length]);
  const each = quantities.map((quantity) =>
    reshape(
      watched[quantity].map(countNotFinite).reduce((total, one) => add(total, one)),
      [1],
    ),
  );
  const computation = workspace.computation('check of finiteness', [
    [counts, each.length === 1 ? each[0]! : concat(each, 0)],
  ]);
  return { check: execute(computation, 0), counts, quantities };
}

/** The first quantity, in their order, that has an element which is not finite. */
export async function firstNotFinite<Quantity extends string>(
  engine: Engine,
  { check, counts, quantities }: Health<Quantity>,
): Promise<Quantity | undefined> {
  await engine.perform([check]);
  const found = await engine.read(counts);
  return quantities.find((_, k) => found[k] !== 0);
}
