/**
 * @file Runs a function on fresh names for its arguments, so that its graph can be differentiated or batched.
 *
 * A fresh name is `alias(x)`: equal to x, but no other node depends on it. The derivative with respect to the alias can
 * therefore only see what this call of the function did with its argument: not what an enclosing derivative did with x, and
 * not other uses of x that the function closes over. Afterwards x is put back in the alias's place (`settle`), so that what
 * is common to several derivatives of one function is the same node again.
 */
import { Tensor } from '../graph/tensor.ts';
import { leavesOf, type Tree, unflatten, visitTree } from '../graph/tree.ts';
import { alias } from '../ops/movement/alias.ts';
import { describe } from './arguments.ts';
import { reroot } from './reroot.ts';

/** Tensors nested in plain objects and arrays. */
export type TensorTree = Tree<Tensor>;

/** The tensors of a tree; anything else at a leaf is refused. */
export function tensorsOf(asker: string, what: string, tree: unknown): Tensor[] {
  visitTree(tree, (leaf, path) => {
    if (!(leaf instanceof Tensor))
      throw new TypeError(
        `${asker}: ${what}${path === '' ? '' : `, at '${path}',`} is ${show(leaf)}, not a tensor; write constant(x) for a number.`,
      );
  });
  return leavesOf(tree as TensorTree);
}

function show(leaf: unknown): string {
  if (leaf === undefined || leaf === null || typeof leaf === 'number') return String(leaf);
  return `a ${typeof leaf}`;
}

/** As `tensorsOf`, and all f32. */
function floatsOf(asker: string, what: string, tree: unknown): Tensor[] {
  const tensors = tensorsOf(asker, what, tree);
  visitTree(tree, (leaf, path) => {
    if ((leaf as Tensor).dtype !== 'f32')
      throw new TypeError(
        `${asker}: ${what}${path === '' ? '' : `, at '${path}',`} is ${describe(leaf as Tensor)}, and only f32 values have derivatives; pass it as another argument or close over it.`,
      );
  });
  return tensors;
}

/** One call of a function on fresh names. */
export interface Traced<Result> {
  readonly result: Result;
  /** The fresh names of the leaves of the chosen argument. */
  readonly names: readonly Tensor[];
  /** Puts the argument back in place of its names. */
  settle<T extends Tensor | undefined>(tensors: readonly T[]): T[];
  /** The same for a tree of tensors. */
  settleTree<T>(tree: T): T;
}

export function traceOn<Arguments extends readonly unknown[], Result>(
  asker: string,
  f: (...inputs: Arguments) => Result,
  inputs: Arguments,
  argnum: number,
): Traced<Result> {
  if (!Number.isInteger(argnum) || argnum < 0 || argnum >= inputs.length)
    throw new RangeError(
      `${asker}: argument ${argnum} does not exist; the function was called with ${inputs.length} argument${inputs.length === 1 ? '' : 's'}, so argnum lies in 0 to ${inputs.length - 1}.`,
    );
  const leaves = floatsOf(asker, `argument ${argnum}`, inputs[argnum]);
  const names = leaves.map((leaf) => alias(leaf));
  const renamed: unknown = inputs.map((input, position) =>
    position === argnum ? unflatten(input, names) : input,
  );
  const result = f(...(renamed as Arguments));
  const replacements = new Map(names.map((name, position) => [name, leaves[position]!]));
  const settle = <T extends Tensor | undefined>(tensors: readonly T[]) => reroot(tensors, replacements);
  return {
    result,
    names,
    settle,
    settleTree: <T>(tree: T) => unflatten<T>(tree, settle(leavesOf(tree as TensorTree))),
  };
}
