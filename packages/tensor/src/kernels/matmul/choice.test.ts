/** @file Which variant the scores choose, and how sums are split, on three kinds of adapter. No device is opened. */
import { describe, expect, test } from 'vitest';
import { adapterProfiles } from '../../adapters/index.ts';
import { type MatmulLayout, matmulTask } from '../../judge/task.ts';
import type { KernelAdapter } from '../contraction.ts';
import { matmulSplit, matmulVariants } from './variants.ts';

const limits = {
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeWorkgroupsPerDimension: 65535,
};
const llvmpipe: KernelAdapter = {
  profile: adapterProfiles.llvmpipe,
  features: new Set(['subgroups']),
  limits,
  subgroupMinSize: 8,
};
const withoutSubgroups: KernelAdapter = { profile: adapterProfiles.llvmpipe, features: new Set(), limits };
const graphics: KernelAdapter = {
  profile: adapterProfiles.gpu,
  features: new Set(['subgroups']),
  limits,
  subgroupMinSize: 32,
};

function chosen(layout: MatmulLayout, adapter: KernelAdapter): string {
  const { problem } = matmulTask(layout);
  const takers = matmulVariants.filter((variant) => variant.prerequisites(problem, adapter) === undefined);
  const best = Math.max(...takers.map((variant) => variant.score(problem, adapter)));
  return takers.find((variant) => variant.score(problem, adapter) === best)?.name ?? 'none';
}

describe('the chosen variant', () => {
  test.each<[string, MatmulLayout, string, string, string]>([
    ['large', { m: 1024, n: 1024, k: 1024 }, 'shared-columns-32x2', 'registers-columns-8', 'workgroup-8x8'],
    ['medium', { m: 64, n: 64, k: 64 }, 'shared-columns-16', 'registers-rows-8', 'workgroup-4x4'],
    [
      'both transposed',
      { m: 256, n: 256, k: 256, transposeA: true, transposeB: true },
      'shared-rows-32x2',
      'registers-columns-8',
      'workgroup-4x4',
    ],
    [
      'a batch of small ones',
      { batch: 32, m: 25, n: 64, k: 576 },
      'shared-columns-32x2',
      'registers-columns-8',
      'workgroup-4x4',
    ],
    [
      'few columns',
      { batch: 16, m: 64, n: 5, k: 25, transposeA: true },
      'shared-rows-16',
      'registers-rows-8',
      'workgroup-4x4',
    ],
    [
      'one row',
      { m: 1, n: 1024, k: 1024 },
      'shared-columns-16',
      'registers-columns-8',
      'registers-columns-8',
    ],
    ['one column', { m: 512, n: 1, k: 512 }, 'shared-rows-16', 'registers-rows-8', 'registers-rows-8'],
    ['tiny', { m: 5, n: 5, k: 64 }, 'naive', 'naive', 'workgroup-4x4'],
    ['an empty sum', { m: 5, n: 5, k: 0 }, 'naive', 'naive', 'naive'],
  ])('%s', (_, layout, software, plain, gpu) => {
    expect([chosen(layout, llvmpipe), chosen(layout, withoutSubgroups), chosen(layout, graphics)]).toEqual([
      software,
      plain,
      gpu,
    ]);
  });
});

test('a grid that is too large is refused in a sentence, and something else takes the problem', () => {
  const { problem } = matmulTask({ batch: 70000, m: 8, n: 8, k: 8 });
  const tile = matmulVariants.find(({ name }) => name === 'shared-columns-16');
  expect(tile?.prerequisites(problem, llvmpipe)).toBe(
    'needs 1 × 1 × 70000 workgroups; this adapter launches at most 65535 in one direction',
  );
  expect(chosen({ batch: 70000, m: 8, n: 8, k: 8 }, llvmpipe)).toBe('naive');
});

test('results that do not exist are taken by no variant', () => {
  const { problem } = matmulTask({ m: 0, n: 8, k: 8 });
  for (const { prerequisites } of matmulVariants)
    expect(prerequisites(problem, llvmpipe)).toBe('has no results');
});

describe('the split', () => {
  test.each<[string, MatmulLayout, number, number]>([
    ['no sum to split', { m: 64, n: 64, k: 64 }, 1, 1],
    ['many tiles already', { m: 1024, n: 1024, k: 4096 }, 1, 1],
    ['one tile', { m: 10, n: 32, k: 100000 }, 4, 125],
    ['a dot product', { m: 1, n: 1, k: 16384 }, 4, 128],
    ['a length with few divisors', { m: 1, n: 1, k: 3 * 4099 }, 3, 3],
    ['a prime length', { m: 1, n: 1, k: 104729 }, 1, 1],
  ])('%s', (_, layout, software, gpu) => {
    const { problem } = matmulTask(layout);
    expect([matmulSplit(problem, llvmpipe), matmulSplit(problem, graphics)]).toEqual([software, gpu]);
  });
});
