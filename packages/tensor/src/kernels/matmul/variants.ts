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
  tileVariant({ wide: 'b', shared: true, largest: 16 }),
  tileVariant({ wide: 'a', shared: true, largest: 16 }),
  tileVariant({ wide: 'b', shared: true, largest: 8 }),
  tileVariant({ wide: 'a', shared: true, largest: 8 }),
  tileVariant({ wide: 'b', shared: false, largest: 8 }),
  tileVariant({ wide: 'a', shared: false, largest: 8 }),
  workgroupVariant(1),
  workgroupVariant(2),
];

/**
 * A product with few results and a long sum is split until the machine has workgroups to run. Each part must be long
 * enough to pay for the reduction's dispatch (about 15 µs on a software adapter).
 */
export const matmulSplit: SplitRule<MatmulProblem> = (problem, adapter) => {
  const { batch, m, n, k } = problem;
  const tiles = adapter.isSoftware
    ? batch * Math.ceil((m * n) / 512)
    : batch * Math.ceil(m / 32) * Math.ceil(n / 32);
  const wanted = Math.ceil((adapter.isSoftware ? 4 : 128) / Math.max(1, tiles));
  const shortest = adapter.isSoftware ? 512 : 128;
  for (let ways = Math.min(wanted, Math.floor(k / shortest)); ways > 1; ways--) {
    if (k % ways === 0) return ways;
  }
  return 1;
};
