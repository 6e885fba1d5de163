/** @file How the sums of a row are cut into blocks, and that layers of all sizes still have one module. */
import { expect, it } from 'vitest';
import { adapterProfiles } from '../../adapters/index.ts';
import { input, mean, multiply, rsqrt, square, subtract } from '../../index.ts';
import { makeProgram } from '../known-programs.ts';
import type { Target } from '../target.ts';
import { blocksOf } from './reduction-sums.ts';

const target: Target = {
  profile: adapterProfiles.llvmpipe,
  features: new Set(['subgroups']),
  limits: {
    maxComputeInvocationsPerWorkgroup: 1024,
    maxComputeWorkgroupStorageSize: 32768,
    maxComputeWorkgroupsPerDimension: 65535,
  },
  subgroupMinSize: 8,
  maxBindings: 16,
};

function batchNorm(places: number) {
  const x = input([places, 32]);
  const centred = subtract(x, mean(x, 0, { keep: true }));
  return multiply(centred, rsqrt(mean(square(centred), 0, { keep: true })));
}

it('batch norms over 25 images of 28, 14, 7 and 3 places a side share one module', () => {
  const outputs = [28, 14, 7, 3].map((side) => batchNorm(25 * side ** 2));
  const norms = makeProgram({ outputs }, target).kernels.filter(({ label }) => label.startsWith('reduction'));
  expect(norms).toHaveLength(4);
  expect(new Set(norms.map(({ wgsl }) => wgsl)).size).toBe(1);
});

it('a thread adds at most 128 elements one by one, and at most 64 blocks a level', () => {
  const levels = (positions: number) => blocksOf(positions, 4, false);
  expect([4, 512].map(levels)).toEqual([[], []]);
  expect([513, 4 * 8192].map(levels)).toEqual([[128], [128]]);
  expect([4 * 8192 + 1, 4 * 524_288].map(levels)).toEqual([
    [128, 8192],
    [128, 8192],
  ]);
  expect(levels(4 * 524_288 + 1)).toEqual([128, 8192, 524_288]);
});

it('short rows take a level of blocks only where it lets them share a module', () => {
  expect([16, 17, 512].map((positions) => blocksOf(positions, 4, true))).toEqual([[], [128], [128]]);
  expect(blocksOf(16, 1, true)).toEqual([]);
});
