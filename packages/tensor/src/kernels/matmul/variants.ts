/**
 * @file The matmul family: one row a variant, its body in the `.wgsl` file beside this one. Adding a variant is adding a
 * file and a row.
 */
import type { EmittedKernel, KernelAdapter, KernelVariant, MatmulProblem, SplitRule } from '../contraction.ts';
import { readWgsl } from '../source.ts';
import { subgroupVariant } from './subgroup.ts';

const naive = readWgsl(new URL('./naive.wgsl', import.meta.url));
const registers = readWgsl(new URL('./registers.wgsl', import.meta.url));

/** The sizes and strides under the names that the bodies use. */
function problemConstants(problem: MatmulProblem): Record<string, number> {
  return {
    BATCH: problem.batch,
    M: problem.m,
    N: problem.n,
    K: problem.k,
    A_ROW_STRIDE: problem.aRowStride,
    A_COLUMN_STRIDE: problem.aColumnStride,
    B_ROW_STRIDE: problem.bRowStride,
    B_COLUMN_STRIDE: problem.bColumnStride,
  };
}

function gridLimit(kernel: EmittedKernel, adapter: KernelAdapter): string | undefined {
  const limit = adapter.limits.maxComputeWorkgroupsPerDimension;
  return kernel.workgroups.every((count) => count <= limit)
    ? undefined
    : `needs ${kernel.workgroups.join(' × ')} workgroups; this adapter launches at most ${limit} in one direction`;
}

const naiveVariant: KernelVariant<MatmulProblem> = {
  name: 'naive',
  doc: 'One invocation per element of the result: always valid, never fast.',
  prerequisites: () => undefined,
  score: () => 1,
  emit: (problem, adapter) => {
    const groups = Math.max(1, Math.ceil((problem.batch * problem.m * problem.n) / 64));
    const groupsX = Math.min(groups, adapter.limits.maxComputeWorkgroupsPerDimension);
    return {
      wgsl: naive,
      constants: { ...problemConstants(problem), GROUPS_X: groupsX },
      uses: ['load_a', 'load_b', 'store'],
      workgroups: [groupsX, Math.ceil(groups / groupsX), 1],
    };
  },
};

function registerVariant(tileM: number, tileN: number, lanes: number): KernelVariant<MatmulProblem> {
  const emit = (problem: MatmulProblem): EmittedKernel => ({
    wgsl: registers,
    constants: { ...problemConstants(problem), TILE_M: tileM, TILE_N: tileN, LANES: lanes },
    uses: ['load_a', 'load_b', 'store'],
    workgroups: [Math.ceil(problem.n / (tileN * lanes)), Math.ceil(problem.m / tileM), problem.batch],
  });
  return {
    name: `registers-${tileM}x${tileN}x${lanes}`,
    doc: `Each invocation keeps ${tileM} rows × ${tileN} columns in registers; ${lanes} invocations share the rows.`,
    prerequisites: (problem, adapter) =>
      problem.batch * problem.m * problem.n === 0 ? 'has no results' : gridLimit(emit(problem), adapter),
    score: (problem) => {
      const rows = Math.ceil(problem.m / tileM) * tileM;
      const columns = Math.ceil(problem.n / (tileN * lanes)) * tileN * lanes;
      return (10 * problem.m * problem.n) / (rows * columns) * Math.sqrt(tileM * tileN);
    },
    emit,
  };
}

export const matmulVariants: readonly KernelVariant<MatmulProblem>[] = [
  naiveVariant,
  subgroupVariant('b', 16),
  subgroupVariant('a', 16),
  subgroupVariant('b', 8),
  subgroupVariant('a', 8),
  registerVariant(8, 8, 8),
  registerVariant(4, 4, 8),
];

export const matmulSplit: SplitRule<MatmulProblem> = (problem) => {
  const results = problem.batch * problem.m * problem.n;
  if (results >= 2048 || problem.k < 2048) return 1;
  for (const ways of [16, 8, 4, 2]) if (problem.k % ways === 0) return ways;
  return 1;
};
