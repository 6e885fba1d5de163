/** @file Which sums into segments get a kernel of their own; its results are checked on the device with all plans. */
import { expect, it } from 'vitest';

import { llvmpipe } from '../adapters/llvmpipe.ts';
import { segmentSum } from '../ops/indexing/gather-segment-sum.ts';
import { input } from '../ops/leaf/input.ts';
import { rangedSegmentSum } from './segment-ranges.ts';
import type { Target } from './target.ts';

const most = 65535;
const target = { limits: { maxComputeWorkgroupsPerDimension: most }, profile: llvmpipe } as Target;

/** A sum that the kernel is for, but for what is changed. */
function isRanged(change: {
  readonly batch?: number;
  readonly count?: number;
  readonly width?: number;
  readonly segments?: number;
  readonly dtype?: 'f32' | 'u32';
}): boolean {
  const { batch = 1, count = 1000, width = 4, segments = 2000, dtype = 'f32' } = change;
  const values = input([batch, count, width], { dtype });
  const sum = segmentSum(values, input([batch, count], { dtype: 'u32' }), segments);
  const made = rangedSegmentSum(sum, sum.inputs, target);
  if (made !== undefined) {
    expect(made.shape).toEqual(sum.shape);
    expect(made.inputs).toEqual(sum.inputs);
  }
  return made !== undefined;
}

it('many segments of few columns have a kernel of their own', () => {
  expect(isRanged({})).toBe(true);
  expect([255, 256].map((segments) => isRanged({ segments }))).toEqual([false, true]);
  // 64 · 1024 comparisons are 65,536.
  expect([63, 64].map((count) => isRanged({ count, segments: 1024 }))).toEqual([false, true]);
  expect([16, 17].map((width) => isRanged({ width }))).toEqual([true, false]);
  expect(isRanged({ dtype: 'u32' })).toBe(false);
});

it('no more workgroups are asked for than a dimension has, by ranges or by the batch', () => {
  // 768 segments a workgroup.
  expect([768 * most, 768 * most + 1].map((segments) => isRanged({ segments }))).toEqual([true, false]);
  expect([most, most + 1].map((batch) => isRanged({ batch }))).toEqual([true, false]);
});

it('other ops are left as they are', () => {
  const x = input([1, 1000, 4]);
  expect(rangedSegmentSum(x, [x], target)).toBeUndefined();
});
