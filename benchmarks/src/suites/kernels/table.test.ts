/** @file What the kernel benchmark prints: numbers worked out by hand, and words where there are none. */
import { type Phase, summarise } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { rowNamed } from './declaration.ts';
import type { ArmResult, RowResult } from './measure.ts';
import { dispatchTable, headerLine, horizonTable, reasonLines, rowLine, targetTable } from './table.ts';

const phase = (samples: readonly number[]): Phase => ({
  clock: 'host',
  unit: 'ms',
  samples: [...samples],
  innerIterations: 1,
  warmUpCalls: 0,
  stopped: 'fixed',
  summary: summarise(samples),
});
const ok = (library: ArmResult['library'], samples: readonly number[], more: Partial<ArmResult> = {}) =>
  ({ library, status: 'ok', phase: phase(samples), ...more }) as const;
const result = (name: string, ...arms: ArmResult[]): RowResult => ({ row: rowNamed(name), arms });
/** The columns of a printed line. */
const columns = (text: string) => text.trim().split(/ {2,}/);

it('a line has the median with half the distance of the quartiles, the ratio to the best peer, and the rate', () => {
  const line = rowLine(
    result('matmul-64', ok('longhorizon', [1, 2, 3, 4, 5]), ok('jax-js', [12]), ok('tfjs-webgpu', [240])),
  );
  // Quartiles 2 and 4 of median 3; one sample has none. 2 · 64³ operations in 3 ms.
  expect(columns(line)).toEqual([
    '64 × 64 · 64 × 64',
    '3.00 ±33%',
    '240',
    '12.0',
    '4.00',
    `${((2 * 64 ** 3) / 3e-3 / 1e9).toFixed(1)} GFLOP/s`,
  ]);
});

it('a row bound by memory has bytes a second, and its share of those of a copy', () => {
  const line = rowLine(result('add-2e20', ok('longhorizon', [4]), ok('copy', [2])));
  // 12 bytes an element in 4 ms; the copy moves 8 in 2 ms.
  expect(columns(line)).toEqual([
    'a + b, 2^20 elements',
    '4.00',
    `${((12 * 2 ** 20) / 4e-3 / 1e9).toFixed(1)} GB/s`,
    '75 %',
  ]);
});

it('a library without a time says why in a word', () => {
  const failed = (status: 'unsupported' | 'timeout' | 'error') =>
    columns(rowLine(result('matmul-64', { library: 'gpu.js', status }))).at(-1);
  expect(failed('unsupported')).toBe('cannot');
  expect(failed('timeout')).toBe('too slow');
  expect(failed('error')).toBe('failed');
  expect(columns(rowLine(result('matmul-64')))).toEqual(['64 × 64 · 64 × 64']);
});

it('columns stand below their heads', () => {
  const head = headerLine();
  const line = rowLine(result('matmul-64', ok('longhorizon', [1]), ok('gpu.js', [7])));
  const endOf = (text: string, part: string) => text.indexOf(part) + part.length;
  expect(endOf(line, '1.00')).toBe(endOf(head, 'longhorizon ms'));
  expect(endOf(line, '7.00 ')).toBe(endOf(head, 'gpu.js ms') + 1);
});

it('reasons are said once, with the rows that they hold for', () => {
  const cannot = { library: 'gpu.js', status: 'unsupported', reason: 'it has no batches' } as const;
  expect(
    reasonLines([
      result('matmul-64', cannot, ok('jax-js', [1])),
      result('matmul-256', cannot, { library: 'jax-js', status: 'error' }),
    ]),
  ).toEqual([
    'gpu.js (unsupported): it has no batches [matmul-64, matmul-256]',
    'jax-js (error):  [matmul-256]',
  ]);
});

it('dispatches of a training step stand beside the fewest that there can be', () => {
  const text = dispatchTable([
    result('sgd-step-mlp', ok('longhorizon', [1], { dispatches: 9 }), ok('jax-js', [1], { dispatches: 40 })),
    result('matmul-64', ok('longhorizon', [1], { dispatches: 1 })),
  ]);
  const lines = text.split('\n').map(columns);
  expect(lines[0]).toEqual(['dispatches', 'longhorizon', 'tfjs-webgpu', 'jax-js', 'gpu.js', 'lower bound']);
  expect(lines.slice(1)).toEqual([['SGD step, MLP 784-64-64-10, batch 32', '9', '40', '8']]);
});

it('a horizon has microseconds a step, and its bytes', () => {
  const facts = { peakBytes: 1000, predictedBytes: 1000, notes: ['chunks of 50', 'one plan'] };
  const text = horizonTable([
    result('horizon-100', ok('longhorizon', [2], { facts })),
    result('horizon-10000', { library: 'longhorizon', status: 'timeout' }),
  ]);
  expect(text.split('\n').slice(1).map(columns)).toEqual([
    ['T = 100 steps of a small problem', '20.0', '1000', '1000', 'chunks of 50; one plan'],
  ]);
});

it('a target that was not reached stands out', () => {
  const text = targetTable([
    { text: 'one', wanted: '≥ 1', found: '2', reached: true },
    { text: 'other', wanted: '≥ 3', found: '2', reached: false },
  ]);
  expect(text.split('\n').slice(1).map(columns)).toEqual([
    ['one', '≥ 1', '2', 'reached'],
    ['other', '≥ 3', '2', 'MISSED'],
  ]);
});
