/** @file The kernels of the convolution family: forward, input gradient, filter gradient. */
import type { Conv2dProblem, KernelVariant, SplitRule } from '../contraction.ts';
import { readWgsl } from '../source.ts';
import { matrixView, shapeConstants } from './problem.ts';

const viewFiles = {
  forward: 'forward.view.wgsl',
  inputGradient: 'input-gradient.view.wgsl',
  filterGradient: 'filter-gradient.view.wgsl',
} as const;

function withView(problem: Conv2dProblem, kernelFile: string): string {
  return `${readWgsl(new URL(viewFiles[problem.kind], import.meta.url))}\n${readWgsl(new URL(kernelFile, import.meta.url))}`;
}

const naive: KernelVariant<Conv2dProblem> = {
  name: 'naive',
  doc: 'One invocation per element of the result; takes every shape of every kind, and wins on none that matters.',
  prerequisites: () => undefined,
  score: () => 1,
  emit: (problem, adapter) => {
    const view = matrixView(problem);
    const groups = Math.ceil((problem.tasks * view.rows * view.columns) / 64);
    const x = Math.min(groups, adapter.limits.maxComputeWorkgroupsPerDimension);
    return {
      wgsl: withView(problem, 'naive.wgsl'),
      constants: shapeConstants(problem),
      uses: ['load_a', 'load_b', 'store'],
      workgroups: [x, Math.ceil(groups / x), 1],
    };
  },
};

const tile: KernelVariant<Conv2dProblem> = {
  name: 'tile',
  doc: 'A 32 × 32 tile per workgroup of 64, operands in workgroup memory: the safe choice on graphics processors.',
  prerequisites: (problem, adapter) => {
    const view = matrixView(problem);
    const limit = adapter.limits.maxComputeWorkgroupsPerDimension;
    if (Math.max(Math.ceil(view.rows / 32), problem.tasks) <= limit) return undefined;
    return `conv2d 'tile' launches at most ${limit} workgroups along rows and tasks, and was given ${view.rows} rows and ${problem.tasks} tasks; use 'naive', or fewer images at a time.`;
  },
  score: (_problem, adapter) => (adapter.isSoftware ? 2 : 100),
  emit: (problem) => {
    const view = matrixView(problem);
    return {
      wgsl: withView(problem, 'tile.wgsl'),
      constants: shapeConstants(problem),
      uses: ['load_a', 'load_b', 'store'],
      workgroups: [Math.ceil(view.columns / 32), Math.ceil(view.rows / 32), problem.tasks],
    };
  },
};

/** Every variant; the compiler takes the highest score among those whose prerequisites hold. */
export const conv2dVariants: readonly KernelVariant<Conv2dProblem>[] = [naive, tile];

/**
 * Ways to split the images of a filter gradient: the smallest divisor of `images` that gives the adapter enough
 * workgroups; 1 for the other kinds, which have plenty of rows.
 */
export const conv2dSplit: SplitRule<Conv2dProblem> = (problem, adapter) => {
  if (problem.kind !== 'filterGradient') return 1;
  const view = matrixView(problem);
  const groups = problem.tasks * Math.ceil(view.rows / 32) * Math.ceil(view.columns / 32);
  const wanted = adapter.isSoftware ? 8 : 256;
  let split = 1;
  while (groups * split < wanted && split < problem.images) {
    split += 1;
    while (problem.images % split !== 0) split += 1;
  }
  return split;
};
