/** @file The product that is always valid. */
import type { KernelVariant, MatmulProblem } from '../contraction.ts';
import { readWgsl } from '../source.ts';
import { naiveNanoseconds } from './cost.ts';
import { problemConstants } from './problem.ts';

const body = [
  readWgsl(new URL('./opaque-zero.wgsl', import.meta.url)),
  readWgsl(new URL('./naive.wgsl', import.meta.url)),
].join('\n');

/** 64 results a workgroup, over two directions of the grid so that any number of them can be launched. */
export const naiveVariant: KernelVariant<MatmulProblem> = {
  name: 'naive',
  doc: 'One invocation per element of the result: takes every problem, K = 0 included; for results so few that tiles are waste.',
  prerequisites: (problem) => (problem.batch * problem.m * problem.n === 0 ? 'has no results' : undefined),
  score: (problem, adapter) => 1e9 / naiveNanoseconds(problem, adapter),
  emit: (problem, adapter) => {
    const groups = Math.ceil((problem.batch * problem.m * problem.n) / 64);
    const groupsX = Math.min(groups, adapter.limits.maxComputeWorkgroupsPerDimension);
    return {
      wgsl: body,
      constants: { ...problemConstants(problem), GROUPS_X: groupsX },
      uses: ['load_a', 'load_b', 'store'],
      workgroups: [groupsX, Math.ceil(groups / groupsX), 1],
    };
  },
};
