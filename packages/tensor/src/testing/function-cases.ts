/** @file Functions made of ops, as test cases: for float64 (functions.test.ts) and for devices (functions.gpu-correctness.test.ts). */
import type { Tensor } from '../graph/tensor.ts';
import * as ops from '../ops/index.ts';
import type { Tested } from './tested.ts';

const key = { shape: [2], dtype: 'u32', domain: [0, 4294967295] } as const;

export const testedFunctions: readonly Tested[] = [
  {
    name: 'logsumexp',
    tolerance: { ulp: 64 },
    cases: [
      { inputs: [{ shape: [3, 4] }], apply: (x) => ops.logsumexp(x, 1) },
      { inputs: [{ shape: [2, 3] }], apply: (x) => ops.logsumexp(x) },
      { inputs: [{ shape: [4], domain: [500, 504] }], apply: (x) => ops.logsumexp(x, 0, { keep: true }) },
    ],
  },
  {
    name: 'softmax',
    tolerance: { ulp: 64 },
    cases: [
      { inputs: [{ shape: [3, 4] }], apply: (x) => ops.softmax(x) },
      { inputs: [{ shape: [3, 2], domain: [-900, -896] }], apply: (x) => ops.softmax(x, 0) },
    ],
  },
  {
    name: 'logSoftmax',
    tolerance: { ulp: 64 },
    cases: [{ inputs: [{ shape: [3, 4], domain: [-300, 300] }], apply: (x) => ops.logSoftmax(x) }],
  },
  {
    name: 'variance',
    tolerance: { ulp: 64, absolute: 1e-4 },
    cases: [
      { inputs: [{ shape: [3, 4], domain: [100, 104] }], apply: (x) => ops.variance(x, 0) },
      { inputs: [{ shape: [2, 5] }], apply: (x) => ops.variance(x, 1, { keep: true, correction: 1 }) },
    ],
  },
  {
    name: 'mean, dot and norm',
    tolerance: { ulp: 32, absolute: 1e-6 },
    cases: [
      { inputs: [{ shape: [3, 4] }], apply: (x) => ops.mean(x, 1) },
      { inputs: [{ shape: [5] }, { shape: [5] }], apply: (a, b) => ops.dot(a, b) },
      { inputs: [{ shape: [3, 4] }], apply: (x) => ops.norm(x, 0) },
    ],
  },
  {
    name: 'power of a whole number',
    tolerance: { ulp: 16 },
    cases: [-3, -1, 1, 2, 5].map((exponent) => ({
      inputs: [{ shape: [6], domain: [-2, -0.5] as const }],
      apply: (x: Tensor) => ops.power(x, exponent),
    })),
  },
  {
    name: 'stack and split',
    tolerance: { ulp: 1 },
    cases: [
      { inputs: [{ shape: [3] }, { shape: [3] }], apply: (a, b) => ops.stack([a, b], 1) },
      { inputs: [{ shape: [4, 3] }], apply: (x) => ops.multiply(...(ops.split(x, 2) as [Tensor, Tensor])) },
      { inputs: [{ shape: [6] }], apply: (x) => ops.split(x, [1, 3, 2])[1]! },
    ],
  },
  {
    name: 'take and dynamicUpdate',
    tolerance: { ulp: 0 },
    cases: [
      {
        inputs: [{ shape: [4, 3] }, { shape: [], dtype: 'u32', domain: [0, 3] }],
        apply: (x, i) => ops.take(x, i),
      },
      {
        inputs: [{ shape: [4, 3] }, { shape: [3] }, { shape: [], dtype: 'u32', domain: [0, 4] }],
        apply: (x, update, i) => ops.dynamicUpdate(x, update, i),
      },
    ],
  },
  {
    name: 'pools of images',
    tolerance: { ulp: 16, absolute: 1e-6 },
    cases: [
      { inputs: [{ shape: [2, 1, 4, 5, 2] }], apply: (x) => ops.maxPool(x, 2) },
      { inputs: [{ shape: [1, 4, 5, 2] }], apply: (x) => ops.maxPool(x, 3, { stride: 2, padding: 'same' }) },
      {
        inputs: [{ shape: [2, 4, 5, 1] }],
        apply: (x) => ops.averagePool(x, [2, 3], { stride: 1, padding: 'same' }),
      },
      { inputs: [{ shape: [1, 4, 4, 2] }], apply: (x) => ops.averagePool(x, 2) },
      { inputs: [{ shape: [2, 3, 4, 2] }], apply: (x) => ops.globalAveragePool(x) },
    ],
  },
  {
    name: 'oneHot',
    tolerance: { ulp: 0 },
    cases: [
      { inputs: [{ shape: [2, 3], dtype: 'u32', domain: [0, 5] }], apply: (index) => ops.oneHot(index, 5) },
    ],
  },
  {
    name: 'random numbers of a key',
    tolerance: { ulp: 0 },
    cases: [
      { inputs: [key], apply: (k) => ops.randomBits(k, [3, 5]) },
      { inputs: [key], apply: (k) => ops.uniform(k, [7]) },
      { inputs: [key], apply: (k) => ops.bernoulli(k, 0.25, [2, 9]) },
      { inputs: [key], apply: (k) => ops.randomIntegers(k, [11], 6) },
      {
        inputs: [key, { shape: [], dtype: 'u32', domain: [0, 99] }],
        apply: (k, step) => ops.foldIn(k, step, 'step'),
      },
      { inputs: [key], apply: (k) => ops.splitKey(k, 3) },
      { inputs: [key], apply: (k) => ops.randomPermutation(ops.foldIn(k, 1), 19) },
      { inputs: [key], apply: (k) => ops.choice(k, 60_000, 5) },
    ],
  },
  {
    name: 'normal numbers of a key',
    tolerance: { ulp: 16, absolute: 1e-6 },
    cases: [{ inputs: [key], apply: (k) => ops.normal(k, [4, 8], 1, 0.5) }],
  },
  {
    name: 'a block of a convolutional network',
    tolerance: { ulp: 256, absolute: 1e-5 },
    cases: [
      {
        inputs: [{ shape: [2, 6, 6, 2] }, { shape: [3, 3, 2, 3] }, { shape: [3] }, { shape: [3] }],
        apply: (x, filter, gain, bias) => {
          const y = ops.conv2d(x, filter, { padding: 'same' });
          const centred = ops.subtract(y, ops.mean(y, [0, 1, 2], { keep: true }));
          const scale = ops.rsqrt(ops.add(ops.variance(y, [0, 1, 2], { keep: true }), 1e-3));
          const normal = ops.add(ops.multiply(ops.multiply(centred, scale), gain), bias);
          return ops.maxPool(ops.softplus(normal), 2);
        },
      },
    ],
  },
];
