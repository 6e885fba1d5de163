/**
 * @file The matmul family. A variant is a row of this table and the `.wgsl` files that its module reads; adding one is
 * adding a file and a line.
 */
import type { KernelVariant, MatmulProblem, SplitRule } from '../contraction.ts';
import { naiveVariant } from './naive.ts';
import { tileVariant } from './tile.ts';
import { workgroupVariant } from './workgroup.ts';

export const matmulVariants: readonly KernelVariant<MatmulProblem>[] = [
  naiveVariant,
  tileVariant({ vector: 'b', shared: true, largest: 16 }),
  tileVariant({ vector: 'a', shared: true, largest: 16 }),
  tileVariant({ vector: 'b', shared: true, largest: 32, quads: 2 }),
  tileVariant({ vector: 'a', shared: true, largest: 32, quads: 2 }),
  tileVariant({ vector: 'b', shared: true, largest: 8 }),
  tileVariant({ vector: 'a', shared: true, largest: 8 }),
  tileVariant({ vector: 'b', shared: false, largest: 8 }),
  tileVariant({ vector: 'a', shared: false, largest: 8 }),
  workgroupVariant({ quads: 1 }),
  workgroupVariant({ quads: 2 }),
];

/**
 * A product with few results and a long sum is split until the machine has workgroups to run. Each part must be long
 * enough to pay for the reduction's dispatch: about 25 µs on llvmpipe, where a tile needs 32 ns a step of k.
 */
export const matmulSplit: SplitRule<MatmulProblem> = (problem, adapter) => {
  const { batch, m, n, k } = problem;
  const tiles = (rows: number, columns: number) => batch * Math.ceil(m / rows) * Math.ceil(n / columns);
  const { productTile, splitProduct } = adapter.profile;
  const { wanted, shortest } = splitProduct;
  const workgroups = Math.min(tiles(productTile, 32), tiles(32, productTile));
  const ways = Math.min(Math.ceil(wanted / Math.max(1, workgroups)), Math.floor(k / shortest));
  for (let parts = ways; parts > 1; parts--) if (k % parts === 0) return parts;
  return 1;
};
