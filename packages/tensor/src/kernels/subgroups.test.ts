/** @file Kernels whose threads exchange values by shuffles number them as the subgroup does, not as the workgroup does. */
import { expect, it } from 'vitest';
import { adapterProfiles } from '../adapters/index.ts';
import { makeProgram } from '../compiler.ts';
import { input, sum } from '../index.ts';
import { matmulTask } from '../judge/task.ts';
import type { EmittedKernel, KernelAdapter } from './contraction.ts';
import { problemOf, testShapes } from './conv2d/testing/shapes.ts';
import { conv2dVariants } from './conv2d/variants.ts';
import { matmulVariants } from './matmul/variants.ts';

const adapter: KernelAdapter = {
  profile: adapterProfiles.llvmpipe,
  features: new Set(['subgroups']),
  limits: {
    maxComputeInvocationsPerWorkgroup: 1024,
    maxComputeWorkgroupStorageSize: 32_768,
    maxComputeWorkgroupsPerDimension: 65_535,
  },
  subgroupMinSize: 8,
};

const shuffles = ({ enables }: EmittedKernel) => enables?.includes('subgroups') === true;

function expectNumbersOfSubgroup(wgsl: string): void {
  expect(wgsl).toContain('@builtin(subgroup_invocation_id)');
  expect(wgsl).not.toContain('local_invocation_index');
}

it('in products', () => {
  const { problem } = matmulTask({ m: 48, n: 96, k: 40 });
  const kernels = matmulVariants.map((variant) => variant.emit(problem, adapter)).filter(shuffles);
  expect(kernels.length).toBeGreaterThan(0);
  for (const { wgsl } of kernels) expectNumbersOfSubgroup(wgsl);
});

it('in convolutions', () => {
  const kinds = ['forward', 'inputGradient', 'filterGradient'] as const;
  const kernels = kinds
    .flatMap((kind) => {
      const problem = problemOf(testShapes.blocks, kind, true);
      const fitting = conv2dVariants.filter(
        (variant) => variant.prerequisites(problem, adapter) === undefined,
      );
      return fitting.map((variant) => variant.emit(problem, adapter));
    })
    .filter(shuffles);
  expect(kernels.length).toBeGreaterThan(3);
  for (const { wgsl } of kernels) expectNumbersOfSubgroup(wgsl);
});

it('in sums along rows', () => {
  const { kernels } = makeProgram({ outputs: [sum(input([4, 4096]), 1)] }, { ...adapter, maxBindings: 8 });
  const withShuffles = kernels.filter(({ wgsl }) => wgsl.includes('subgroupShuffleXor'));
  expect(withShuffles.length).toBe(1);
  for (const { wgsl } of withShuffles) expectNumbersOfSubgroup(wgsl);
});
