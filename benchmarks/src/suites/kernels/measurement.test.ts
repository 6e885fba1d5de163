import { summarise } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { rowNamed } from './declaration.ts';
import type { ArmResult } from './measure.ts';
import { measurementOf } from './measurement.ts';

const arm = (more: Partial<ArmResult> = {}): ArmResult => ({
  library: 'longhorizon',
  status: 'ok',
  phase: {
    clock: 'host',
    unit: 'ms',
    samples: [3, 4, 8],
    innerIterations: 1,
    warmUpCalls: 0,
    stopped: 'fixed',
    summary: summarise([3, 4, 8]),
  },
  ...more,
});

it('what compiling took is the first call less a usual one, never below zero', () => {
  const compileMs = (firstMs?: number) =>
    measurementOf(rowNamed('matmul-64'), arm(firstMs === undefined ? {} : { firstMs }), []).time?.compileMs;
  expect(compileMs(104)).toBe(100);
  expect(compileMs(1)).toBe(0);
  expect(compileMs()).toBeNull();
});

it('a kernel has its family, sizes, operations and bytes', () => {
  const { kernel, counters, kernelVariants, memory, details, notes } = measurementOf(
    rowNamed('matmul-64'),
    arm({
      dispatches: 1,
      error: 2.04e-7,
      facts: { variants: { 'tile-8x4': '2' }, notes: ['padded'], peakBytes: 4096 },
    }),
    ['+a', '-b'],
  );
  expect(kernel).toEqual({
    family: 'matmul',
    variant: 'tile-8x4',
    shape: { batch: 1, rows: 64, inner: 64, columns: 64 },
    dtype: 'f32',
    flops: 2 * 64 ** 3,
    bytesMoved: 3 * 64 * 64 * 4,
  });
  expect(counters).toEqual({ dispatches: 1 });
  expect(kernelVariants).toEqual({ 'tile-8x4': '2' });
  expect(memory).toEqual({ peakBytes: 4096, predictedPeakBytes: null });
  expect(details).toEqual({ toggles: ['+a', '-b'] });
  expect(notes).toEqual(['largest error over largest element: 2.0e-7', 'padded']);
});

it('the copy beside a row has the bytes of a copy, and a row the bandwidth of the copy beside it', () => {
  const row = rowNamed('add-2e20');
  const copy = measurementOf(row, arm({ library: 'copy' }), []).kernel;
  expect(copy).toMatchObject({ shape: { elements: 2 ** 20 }, bytesMoved: 8 * 2 ** 20, flops: null });
  const own = measurementOf(row, arm(), [], 5e9).kernel;
  expect(own).toMatchObject({ bytesMoved: 12 * 2 ** 20, peakBytesPerSecond: 5e9 });
  expect(copy).not.toHaveProperty('peakBytesPerSecond');
});

it.each(['unsupported', 'timeout', 'error'] as const)('%s is the result, with its reason', (status) => {
  const row = rowNamed('matmul-64');
  expect(measurementOf(row, { library: 'gpu.js', status, reason: 'it has no batches' }, [])).toEqual({
    status,
    reason: 'it has no batches',
  });
  expect(measurementOf(row, { library: 'gpu.js', status }, [])).toMatchObject({
    reason: 'no reason was given',
  });
});
