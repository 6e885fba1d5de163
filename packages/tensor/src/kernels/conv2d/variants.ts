/**
 * @file The convolution family: forward, input gradient, filter gradient. A variant is a row of this table and the `.wgsl`
 * files that its module reads; one that does not compute a kind excludes it in its prerequisites.
 */
import type { Conv2dProblem, KernelVariant, SplitRule } from '../contraction.ts';
import { filterVariant } from './filter/filter.ts';
import { naiveVariant, tileVariant } from './general/general.ts';
import { patchVariant } from './patch/patch.ts';
import { longSum, matrixView } from './problem.ts';

export const conv2dVariants: readonly KernelVariant<Conv2dProblem>[] = [
  naiveVariant,
  tileVariant,
  patchVariant({ pixels: 1, columnLanes: 8 }),
  patchVariant({ pixels: 2, columnLanes: 8 }),
  patchVariant({ pixels: 4, columnLanes: 8 }),
  patchVariant({ pixels: 2, columnLanes: 4 }),
  patchVariant({ pixels: 4, columnLanes: 4 }),
  patchVariant({ pixels: 8, columnLanes: 4 }),
  patchVariant({ pixels: 4, columnLanes: 2 }),
  patchVariant({ pixels: 4, columnLanes: 1 }),
  filterVariant({ columnLanes: 8 }),
  filterVariant({ columnLanes: 4 }),
  filterVariant({ columnLanes: 2 }),
  filterVariant({ columnLanes: 1 }),
];

/**
 * A filter gradient has few results and a long sum: its images are split until the machine has workgroups to run and each part's sum is short enough to
 * be added in one chain, by the smallest divisor that is enough. Each part keeps a sum long enough to pay for the reduction's dispatch (about 15 µs on
 * llvmpipe). The other kinds have rows enough.
 */
export const conv2dSplit: SplitRule<Conv2dProblem> = (problem, adapter) => {
  if (problem.kind !== 'filterGradient') return 1;
  const { rows, columns, depth } = matrixView(problem);
  const tiles = problem.tasks * Math.ceil(rows / 32) * Math.ceil(columns / 32);
  const { wanted, shortest } = adapter.profile.splitFilterGradient;
  let split = 1;
  for (let ways = 2; ways <= problem.images; ways++) {
    const isEnough = tiles * split >= wanted && depth / split <= longSum;
    if (isEnough || depth / ways < shortest) break;
    if (problem.images % ways === 0) split = ways;
  }
  return split;
};
