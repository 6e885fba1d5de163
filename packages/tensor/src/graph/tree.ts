/** @file Trees: tensors (or any leaves) nested in plain objects and arrays, flattened in a fixed order. */

/** A leaf, or a plain object or array of trees. */
export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [key: string]: Tree<Leaf> };

/** The same nesting with other leaves. */
export type TreeMap<T, Leaf, Result> = T extends Leaf
  ? Result
  : T extends readonly unknown[]
    ? { [K in keyof T]: TreeMap<T[K], Leaf, Result> }
    : T extends object
      ? { [K in keyof T]: TreeMap<T[K], Leaf, Result> }
      : Result;

function isBranch(value: unknown): value is Record<string, unknown> | unknown[] {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The leaves in order: arrays by position, objects by key in alphabetical order. Anything that is not a plain object or array is a leaf. */
export function leavesOf<Leaf>(tree: Tree<Leaf>): Leaf[] {
  const leaves: Leaf[] = [];
  visitTree(tree, (leaf) => {
    leaves.push(leaf as Leaf);
  });
  return leaves;
}

/** Calls `visit` with every leaf and its path, such as `layers.0.weight`. */
export function visitTree(tree: unknown, visit: (leaf: unknown, path: string) => void, path = ''): void {
  if (!isBranch(tree)) {
    visit(tree, path);
    return;
  }
  const prefix = path === '' ? '' : `${path}.`;
  if (Array.isArray(tree))
    tree.forEach((child, index) => {
      visitTree(child, visit, `${prefix}${index}`);
    });
  else for (const key of Object.keys(tree).sort()) visitTree(tree[key], visit, `${prefix}${key}`);
}

function replaceLeaves(
  tree: unknown,
  replace: (leaf: unknown, path: string) => unknown,
  path: string,
): unknown {
  if (!isBranch(tree)) return replace(tree, path);
  const prefix = path === '' ? '' : `${path}.`;
  if (Array.isArray(tree))
    return tree.map((child, index) => replaceLeaves(child, replace, `${prefix}${index}`));
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(tree).sort())
    result[key] = replaceLeaves(tree[key], replace, `${prefix}${key}`);
  return result;
}

/** The same nesting with each leaf replaced. */
export function mapTree<Leaf, Result, T = Tree<Leaf>>(
  tree: T,
  replace: (leaf: Leaf, path: string) => Result,
): TreeMap<T, Leaf, Result> {
  return replaceLeaves(tree, (leaf, path) => replace(leaf as Leaf, path), '') as TreeMap<T, Leaf, Result>;
}

/**
 * Puts leaves back into the nesting of `like`, in the order of `leavesOf`. TypeScript cannot follow leaves through a list, so the caller says
 * what type the result has: `unflatten<AsArrays<Carry>>(carry, arrays)`.
 */
export function unflatten<Result>(like: unknown, leaves: readonly unknown[]): Result {
  let next = 0;
  return replaceLeaves(like, () => leaves[next++], '') as Result;
}
