import { foldIn, grad, input, multiply, randomKey, sum, type Tensor } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { differenceAlong, distance, fed, floats, onReference, valuesOf } from '../testing/support.ts';
import {
  atStep,
  batchNorm,
  batchStatistics,
  normaliseBy,
  updateRunning,
  withRowAtStep,
} from './batch-norm.ts';
import { convolution } from './convolution.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { groupNorm, layerNorm } from './group-norm.ts';
import { shortcutA } from './residual.ts';

/** Each layer's result, and its gradient by every input against a difference. */
function checkGradients(layer: (...inputs: Tensor[]) => Tensor, shapes: readonly (readonly number[])[]) {
  const feeds = new Map<Tensor, ArrayLike<number>>();
  const inputs = shapes.map((shape, k) => fed(feeds, shape, 31 + k));
  const weights = fed(feeds, layer(...inputs).shape, 77);
  inputs.forEach((x, position) => {
    const loss = sum(multiply(layer(...inputs), weights));
    const gradient = grad((given: Tensor) =>
      sum(multiply(layer(...inputs.map((one, k) => (k === position ? given : one))), weights)),
    )(x);
    const direction = floats(feeds.get(x)!.length, 90 + position);
    const slope = valuesOf(sum(multiply(gradient, fed(feeds, x.shape, direction))), feeds);
    expect(distance(slope, differenceAlong(loss, feeds, x, direction))).toBeLessThan(1e-9);
  });
}

describe('dense', () => {
  it('is x · W + b', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const x = fed(feeds, [2, 3], [1, 2, 3, -1, 0, 2]);
    const weight = fed(feeds, [3, 2], [1, 0, 2, -1, 0.5, 4]);
    const bias = fed(feeds, [2], [10, 20]);
    expect(valuesOf(dense(x, weight, bias), feeds)).toEqual([16.5, 30, 10, 28]);
    expect(valuesOf(dense(x, weight), feeds)).toEqual([6.5, 10, 0, 8]);
    checkGradients(dense, [[4, 3], [3, 2], [2]]);
  });
});

describe('convolution', () => {
  it('is what the sums written out are, padded to the same size', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const [height, width, inputs, outputs] = [4, 5, 2, 3];
    const [xs, fs, bs] = [
      floats(2 * height * width * inputs, 1),
      floats(9 * inputs * outputs, 2),
      floats(outputs, 3),
    ];
    const y = convolution(
      fed(feeds, [2, height, width, inputs], xs),
      fed(feeds, [3, 3, inputs, outputs], fs),
      fed(feeds, [outputs], bs),
    );
    expect(y.shape).toEqual([2, height, width, outputs]);
    const expected: number[] = [];
    for (let n = 0; n < 2; n++)
      for (let p = 0; p < height; p++)
        for (let q = 0; q < width; q++)
          for (let o = 0; o < outputs; o++) {
            let total = bs[o]!;
            for (let i = -1; i <= 1; i++)
              for (let j = -1; j <= 1; j++)
                for (let c = 0; c < inputs; c++) {
                  const [row, column] = [p + i, q + j];
                  if (row < 0 || row >= height || column < 0 || column >= width) continue;
                  total +=
                    xs[((n * height + row) * width + column) * inputs + c]! *
                    fs[(((i + 1) * 3 + j + 1) * inputs + c) * outputs + o]!;
                }
            expected.push(total);
          }
    expect(distance(valuesOf(y, feeds), expected)).toBeLessThan(1e-14);
    checkGradients((x, filter, bias) => convolution(x!, filter!, bias), [[2, 3, 4, 2], [3, 3, 2, 2], [2]]);
  });

  it('takes a stride and another padding', () => {
    const x = input([1, 7, 7, 1]);
    expect(convolution(x, input([3, 3, 1, 4]), undefined, { stride: 2 }).shape).toEqual([1, 4, 4, 4]);
    expect(convolution(x, input([3, 3, 1, 4]), undefined, { padding: 'valid' }).shape).toEqual([1, 5, 5, 4]);
  });
});

describe('batch norm', () => {
  const xs = floats(3 * 2 * 2 * 2, 4);

  it('gives each channel mean shift and deviation scale', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const x = fed(feeds, [3, 2, 2, 2], xs);
    const y = valuesOf(batchNorm(x, fed(feeds, [2], [2, 0.5]), fed(feeds, [2], [10, -1])), feeds);
    for (const [channel, scale, shift] of [
      [0, 2, 10],
      [1, 0.5, -1],
    ] as const) {
      const own = xs.filter((_, k) => k % 2 === channel);
      const mean = own.reduce((a, b) => a + b) / 12;
      const variance = own.reduce((total, value) => total + (value - mean) ** 2, 0) / 12;
      own.forEach((value, k) => {
        const expected = ((value - mean) / Math.sqrt(variance + 1e-5)) * scale + shift;
        expect(y[2 * k + channel]).toBeCloseTo(expected, 12);
      });
    }
    checkGradients((x, scale, shift) => batchNorm(x!, scale, shift), [[3, 2, 2, 2], [2], [2]]);
    checkGradients((x, scale, shift) => batchNorm(x!, scale, shift), [[5, 3], [3], [3]]);
  });

  it('moves running statistics by a tenth, with the unbiased variance', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const batch = batchStatistics(fed(feeds, [4, 1], [1, 2, 3, 6]));
    expect(onReference([batch.mean, batch.variance], feeds).map(([v]) => v)).toEqual([3, 3.5]);
    const running = { mean: fed(feeds, [1], [10]), variance: fed(feeds, [1], [1]) };
    const next = updateRunning(running, batch, 4);
    const [mean, variance] = onReference([next.mean, next.variance], feeds);
    expect(mean![0]).toBeCloseTo(0.9 * 10 + 0.1 * 3, 12);
    expect(variance![0]).toBeCloseTo(0.9 * 1 + 0.1 * (14 / 3), 12);
    const by = normaliseBy(fed(feeds, [1, 1], [12]), running);
    expect(valuesOf(by, feeds)[0]).toBeCloseTo(2 / Math.sqrt(1 + 1e-5), 12);
  });

  it('does not differentiate running statistics by the batch', () => {
    const x = input([4, 1]);
    const running = { mean: input([1]), variance: input([1]) };
    const moved = grad((given: Tensor) => sum(updateRunning(running, batchStatistics(given), 4).mean))(x);
    expect(valuesOf(moved, new Map([[x, [1, 2, 3, 4]]]))).toEqual([0, 0, 0, 0]);
  });

  it('keeps rows for each step, the last for all steps beyond', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const rows = fed(feeds, [3, 2], [1, 2, 3, 4, 5, 6]);
    const row = fed(feeds, [2], [7, 8]);
    const at = (step: number) => fed(feeds, [], [step], 'u32');
    expect(valuesOf(atStep(rows, at(1)), feeds)).toEqual([3, 4]);
    expect(valuesOf(atStep(rows, at(9)), feeds)).toEqual([5, 6]);
    expect(valuesOf(withRowAtStep(rows, row, at(0)), feeds)).toEqual([7, 8, 3, 4, 5, 6]);
    expect(valuesOf(withRowAtStep(rows, row, at(4)), feeds)).toEqual([1, 2, 3, 4, 7, 8]);
  });

  it('refuses an array without a batch', () => {
    expect(() => batchNorm(input([3]))).toThrow(/\[3\] has no batch/);
  });
});

describe('group norm and layer norm', () => {
  const [images, height, width, channels] = [2, 2, 3, 4];
  const xs = floats(images * height * width * channels, 6);

  it('normalise each image by groups of channels', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const y = valuesOf(
      groupNorm(
        fed(feeds, [images, height, width, channels], xs),
        2,
        fed(feeds, [4], [1, 2, 3, 4]),
        fed(feeds, [4], [0, 0, 5, 5]),
      ),
      feeds,
    );
    for (let image = 0; image < images; image++)
      for (let group = 0; group < 2; group++) {
        const places = [...xs.keys()].filter(
          (k) => Math.floor(k / 24) === image && Math.floor((k % channels) / 2) === group,
        );
        const mean = places.reduce((total, k) => total + xs[k]!, 0) / places.length;
        const variance = places.reduce((total, k) => total + (xs[k]! - mean) ** 2, 0) / places.length;
        for (const k of places) {
          const channel = k % channels;
          const standard = (xs[k]! - mean) / Math.sqrt(variance + 1e-5);
          expect(y[k]).toBeCloseTo(standard * (channel + 1) + (channel < 2 ? 0 : 5), 12);
        }
      }
    checkGradients((x, scale, shift) => groupNorm(x!, 2, scale, shift), [[2, 2, 2, 4], [4], [4]]);
  });

  it('normalise over the last axes', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const y = valuesOf(layerNorm(fed(feeds, [2, 3], [1, 2, 6, -1, -1, 2])), feeds);
    [
      [1, 2, 6],
      [-1, -1, 2],
    ].forEach((row, n) => {
      const mean = row.reduce((a, b) => a + b) / 3;
      const variance = row.reduce((total, value) => total + (value - mean) ** 2, 0) / 3;
      row.forEach((value, k) => {
        expect(y[3 * n + k]).toBeCloseTo((value - mean) / Math.sqrt(variance + 1e-5), 12);
      });
    });
    // One group of all channels, and the layer norm over height, width and channels, are the same thing.
    const x = fed(feeds, [images, height, width, channels], xs);
    expect(
      distance(valuesOf(layerNorm(x, undefined, undefined, 3), feeds), valuesOf(groupNorm(x, 1), feeds)),
    ).toBeLessThan(1e-14);
    checkGradients((x2, scale, shift) => layerNorm(x2!, scale, shift), [[3, 4], [4], [4]]);
  });

  it('refuse groups that do not divide the channels', () => {
    expect(() => groupNorm(input([1, 2, 2, 6]), 4)).toThrow(/cannot be split into 4 groups/);
    expect(() => layerNorm(input([2, 3]), undefined, undefined, 3)).toThrow(/give a number from 1 to 2/);
  });
});

describe('dropout', () => {
  it('drops the same elements for a key, about as many as asked, and keeps the mean', () => {
    const count = 20_000;
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const x = fed(feeds, [count], new Float64Array(count).fill(3));
    const key = randomKey(11);
    const first = valuesOf(dropout(x, 0.3, key), feeds);
    expect(valuesOf(dropout(x, 0.3, key), feeds)).toEqual(first);
    expect(valuesOf(dropout(x, 0.3, foldIn(key, 1)), feeds)).not.toEqual(first);
    const dropped = first.filter((value) => value === 0).length;
    // Four standard deviations: √(0.21 · 20000) = 65.
    expect(Math.abs(dropped - 6000)).toBeLessThan(260);
    for (const value of first) expect([0, 3 / 0.7].some((one) => Math.abs(one - value) < 1e-12)).toBe(true);
    expect(dropout(x, 0, key)).toBe(x);
    checkGradients((given) => dropout(given!, 0.4, key), [[6, 5]]);
    expect(() => dropout(x, 1, key)).toThrow(/a rate of 1 was asked for/);
  });
});

describe('shortcut of option A', () => {
  it('takes every second pixel and adds zero channels on both sides', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const x = fed(feeds, [1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const y = shortcutA(x, 3, 2);
    expect(y.shape).toEqual([1, 2, 2, 3]);
    expect(valuesOf(y, feeds)).toEqual([0, 1, 0, 0, 3, 0, 0, 7, 0, 0, 9, 0]);
    expect(shortcutA(x, 1, 1)).toBe(x);
    checkGradients((given) => shortcutA(given!, 4, 2), [[2, 4, 4, 2]]);
    expect(() => shortcutA(x, 2, 1)).toThrow(/channels are added in pairs/);
  });
});
