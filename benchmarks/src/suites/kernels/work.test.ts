import { expect, it } from 'vitest';
import { bytesMovedBy, copyBeside, operationsOf, sizesOf, type Work } from './work.ts';

const product: Work = { kind: 'matmul', batch: 2, rows: 3, inner: 5, columns: 7 };
const forward: Work = {
  kind: 'convolution',
  pass: 'forward',
  images: 2,
  size: 4,
  inChannels: 3,
  outChannels: 5,
};
const sumOver = (over: 'all' | 'rows' | 'columns'): Work => ({
  kind: 'reduction',
  over,
  rows: 6,
  columns: 10,
});

it('operations are a multiplication and an addition for each product, and none where bytes are what counts', () => {
  // 2 · 3 · 7 results of 5 products each.
  expect(operationsOf(product)).toBe(2 * 210);
  // 2 · 4 · 4 · 5 results of 3 · 3 · 3 products each, padding counted as if it were there.
  expect(operationsOf(forward)).toBe(2 * 160 * 27);
  for (const pass of ['input-gradient', 'filter-gradient'] as const)
    expect(operationsOf({ ...forward, pass } as Work)).toBe(2 * 160 * 27);
  expect(operationsOf(sumOver('all'))).toBeUndefined();
  expect(operationsOf({ kind: 'descent-step', network: 'mlp' })).toBeUndefined();
});

it('bytes are those of every operand and result, four each, once', () => {
  expect(bytesMovedBy(product)).toBe(4 * (30 + 70 + 42));
  // 96 of x, 135 of the filter, 160 of y, whichever of them is the result.
  for (const pass of ['forward', 'input-gradient', 'filter-gradient'] as const)
    expect(bytesMovedBy({ ...forward, pass } as Work)).toBe(4 * (96 + 135 + 160));
  expect(bytesMovedBy({ kind: 'pointwise', expression: 'add', elements: 100 })).toBe(1200);
  expect(bytesMovedBy({ kind: 'pointwise', expression: 'fused', elements: 100 })).toBe(1600);
  expect(['all', 'rows', 'columns'].map((over) => bytesMovedBy(sumOver(over as 'all')))).toEqual([
    4 * 61,
    4 * 66,
    4 * 70,
  ]);
  expect(bytesMovedBy({ kind: 'copy', elements: 100 })).toBe(800);
  expect(bytesMovedBy({ kind: 'horizon', steps: 100 })).toBeUndefined();
});

it('a row bound by memory stands beside a copy of as many elements, others beside none', () => {
  expect(copyBeside({ kind: 'pointwise', expression: 'fused', elements: 100 })).toEqual({
    kind: 'copy',
    elements: 100,
  });
  expect(copyBeside(sumOver('rows'))).toEqual({ kind: 'copy', elements: 60 });
  expect([product, forward].map(copyBeside)).toEqual([undefined, undefined]);
});

it('a record keeps the sizes of a work and not its words', () => {
  expect(sizesOf(forward)).toEqual({ images: 2, size: 4, inChannels: 3, outChannels: 5 });
  expect(sizesOf({ kind: 'descent-step', network: 'mlp' })).toEqual({});
});
