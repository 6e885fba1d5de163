/** @file In which order kernels run that have a dispatch each. */
import { expect, it } from 'vitest';
import { adapterProfiles } from '../adapters/index.ts';
import type { Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { matmul } from '../ops/contraction/matmul.ts';
import { input } from '../ops/leaf/input.ts';
import { transpose } from '../ops/movement/transpose.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { compileProgram } from './program.ts';
import type { Target } from './target.ts';

const targetWith = (shareDispatches: boolean): Target => ({
  profile: { ...adapterProfiles.gpu, shareDispatches },
  features: new Set(),
  limits: {
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeWorkgroupsPerDimension: 65535,
  },
  maxBindings: 8,
});
const bytesOf = (output: Tensor, shareDispatches = false) =>
  compileProgram({ outputs: [output] }, targetWith(shareDispatches)).arena.bytes;

const size = 64;
const product = (): Tensor => matmul(input([size, size]), input([size, size]));
const productBytes = 4 * size * size;
/** The last row of a product of a row and a matrix: a kernel that reads all of the matrix and writes little. */
const little = (matrix: Tensor): Tensor => matmul(input([1, size]), matrix);

it('what frees a large value runs before the next one is made', () => {
  const products = Array.from({ length: 4 }, product);
  const total = products.map(little).reduce((a, b) => add(a, b));
  // One product at a time, beside the rows that were made of others.
  expect(bytesOf(total)).toBeLessThan(1.25 * productBytes);
});

it('what a large value is made for, and what that waits for, is brought forward', () => {
  const [early, late] = [product(), product()];
  // Of the two, `early` is written first and read last.
  const chain = little(transpose(matmul(late, product())));
  expect(bytesOf(add(little(early), chain))).toBeLessThan(3.25 * productBytes);
});

it('the order as written stays where none is lighter', () => {
  const chain = little(matmul(product(), product()));
  const { schedule } = compileProgram({ outputs: [chain] }, targetWith(false));
  const ids = schedule.fusions.map(({ nodes }) => nodes.at(-1)!.id);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
});

it('kernels that share dispatches keep their order, for dispatches have one of their own', () => {
  const products = Array.from({ length: 4 }, product);
  const total = sum(products.map(little).reduce((a, b) => add(a, b)));
  const { schedule } = compileProgram({ outputs: [total] }, targetWith(true));
  const ids = schedule.fusions.map(({ nodes }) => nodes.at(-1)!.id);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
});
