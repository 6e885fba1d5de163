import { UsageError } from '../errors.ts';
import type { CellConfig } from './config.ts';
import { hashOf } from './identity.ts';

/** One of several machines that share a list of cells: `index` from 1 to `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** The shard that is all cells. */
export const allCells: Shard = { index: 1, count: 1 };

/**
 * Reads `i/n`.
 *
 * @throws UsageError when it is not two whole numbers with 1 ≤ i ≤ n.
 */
export function parseShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const shard = { index: Number(match?.[1]), count: Number(match?.[2]) };
  if (match === null || shard.index < 1 || shard.index > shard.count) {
    throw new UsageError(`--shard ${text}: write i/n with i from 1 to n, for instance 2/4.`);
  }
  return shard;
}

/**
 * This shard's cells, in their order. Cells that differ only in the method stay together, because they are
 * compared with each other and times are comparable on one machine only. Groups are dealt out in the order
 * of their hashes, so that no shard gets all the long horizons. Together the n shards are all cells and
 * no cell is in two of them.
 */
export function takeShard<Cell extends { readonly config: CellConfig }>(
  cells: readonly Cell[],
  shard: Shard,
): readonly Cell[] {
  if (shard.count === 1) return cells;
  const groups = cells.map(({ config }) => hashOf(comparisonOf(config)));
  const dealt = new Map(
    [...new Set(groups)].sort().map((group, position) => [group, position % shard.count]),
  );
  return cells.filter((_, position) => dealt.get(groups[position] ?? '') === shard.index - 1);
}

/** What the cells have in common that differ in nothing but the method and what belongs to it. */
export function comparisonOf(
  config: CellConfig,
): Pick<CellConfig, 'suite' | 'problem' | 'horizon' | 'dimension' | 'seed' | 'profile' | 'pass'> {
  const { suite, problem, horizon, dimension, seed, profile, pass } = config;
  return { suite, problem, horizon, dimension, seed, profile, pass };
}
