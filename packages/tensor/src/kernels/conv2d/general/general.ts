/** @file The two variants that see every kind of convolution as a plain matrix product, elements addressed one by one. */
import type { Conv2dProblem, KernelVariant } from '../../contraction.ts';
import { parallelTime } from '../../cost.ts';
import { gridLimit } from '../../launch.ts';
import { readWgsl } from '../../source.ts';
import { serialTime } from '../cost.ts';
import { blockOfSum, emptyProblem, longSum, matrixView, shapeConstants } from '../problem.ts';

const views = {
  forward: readWgsl(new URL('./forward.wgsl', import.meta.url)),
  inputGradient: readWgsl(new URL('./input-gradient.wgsl', import.meta.url)),
  filterGradient: readWgsl(new URL('./filter-gradient.wgsl', import.meta.url)),
} as const;
const naive = readWgsl(new URL('./naive.wgsl', import.meta.url));
const tile = readWgsl(new URL('./tile.wgsl', import.meta.url));

export const naiveVariant: KernelVariant<Conv2dProblem> = {
  name: 'naive',
  doc: 'One invocation per element of the result: takes every shape, never fast.',
  prerequisites: () => undefined,
  score: (problem, adapter) => {
    const { rows, columns, depth } = matrixView(problem);
    const groups = Math.ceil((problem.tasks * rows * columns) / 64);
    // Every product decodes its address, loads two elements and waits for both.
    const { cost } = adapter.profile;
    return cost.kind === 'serial'
      ? 1e9 / serialTime(cost, groups, 64 * (8 + depth * 3), 40)
      : 1e9 / parallelTime(cost, depth * 60, groups, 64);
  },
  emit: (problem, adapter) => {
    const view = matrixView(problem);
    const groups = Math.max(1, Math.ceil((problem.tasks * view.rows * view.columns) / 64));
    const x = Math.min(groups, adapter.limits.maxComputeWorkgroupsPerDimension);
    return {
      wgsl: [views[problem.kind], naive].join('\n'),
      constants: { ...shapeConstants(problem), BLOCK: blockOfSum(problem) },
      uses: ['load_a', 'load_b', 'store'],
      workgroups: [x, Math.ceil(groups / x), 1],
    };
  },
};

export const tileVariant: KernelVariant<Conv2dProblem> = {
  name: 'tile',
  doc: 'A 32 × 32 tile per workgroup of 64, operands in workgroup memory: the safe choice on graphics processors.',
  prerequisites: (problem, adapter) => {
    const { depth } = matrixView(problem);
    if (depth > longSum)
      return `needs sums of at most ${longSum} products, which it adds one by one; these have ${depth}`;
    return emptyProblem(problem) ?? gridLimit(tileVariant.emit(problem, adapter).workgroups, adapter);
  },
  score: (problem, adapter) => {
    const { rows, columns, depth } = matrixView(problem);
    const groups = Math.ceil(rows / 32) * Math.ceil(columns / 32) * problem.tasks;
    // Per k and invocation: 16 multiply-adds, and reads of workgroup memory that mostly hide behind them.
    const { cost } = adapter.profile;
    return cost.kind === 'serial'
      ? 1e9 / serialTime(cost, groups, 1000 + depth * 1000, 600)
      : 1e9 / parallelTime(cost, depth * 20, groups, 64);
  },
  emit: (problem) => {
    const view = matrixView(problem);
    return {
      wgsl: [views[problem.kind], tile].join('\n'),
      constants: shapeConstants(problem),
      uses: ['load_a', 'load_b', 'store'],
      workgroups: [Math.ceil(view.columns / 32), Math.ceil(view.rows / 32), problem.tasks],
    };
  },
};
