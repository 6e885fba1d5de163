import { grad, input, type Tensor } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { distance, fed, floats, valuesOf } from '../testing/support.ts';
import { accuracy, correctPerExample } from './accuracy.ts';
import { expectedCalibrationError } from './calibration.ts';
import { crossEntropy, crossEntropyPerExample, nll, nllPerExample } from './cross-entropy.ts';
import { meanSquaredError, squaredErrorPerExample } from './squared-error.ts';

const [count, classes] = [5, 3];
const logitValues = floats(count * classes, 3, -4, 4);
const labelValues = [0, 2, 1, 1, 2];
const weightValues = [0.5, 0, 2, 1, 3];

function given() {
  const feeds = new Map<Tensor, ArrayLike<number>>();
  const logits = fed(feeds, [count, classes], logitValues);
  const labels = fed(feeds, [count], labelValues, 'u32');
  const weights = fed(feeds, [count], weightValues);
  return { feeds, logits, labels, weights };
}

const row = (n: number) => [...logitValues.slice(n * classes, (n + 1) * classes)];
const logSumExp = (values: readonly number[]) =>
  Math.log(values.reduce((total, value) => total + Math.exp(value), 0));
const costs = labelValues.map((label, n) => logSumExp(row(n)) - row(n)[label]!);
const averageOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('cross-entropy', () => {
  it('is log Σ exp(logits) − logit of the label, averaged', () => {
    const { feeds, logits, labels, weights } = given();
    expect(distance(valuesOf(crossEntropyPerExample(logits, labels), feeds), costs)).toBeLessThan(1e-13);
    expect(valuesOf(crossEntropy(logits, labels), feeds)[0]).toBeCloseTo(averageOf(costs), 12);
    const weighted = averageOf(costs.map((cost, n) => cost * weightValues[n]!));
    expect(valuesOf(crossEntropy(logits, labels, weights), feeds)[0]).toBeCloseTo(weighted, 12);
  });

  it('smooths labels: (1 − s) of the label and s spread over all classes', () => {
    const { feeds, logits, labels } = given();
    const expected = costs.map(
      (cost, n) => 0.9 * cost + 0.1 * averageOf(row(n).map((value) => logSumExp(row(n)) - value)),
    );
    expect(distance(valuesOf(crossEntropyPerExample(logits, labels, 0.1), feeds), expected)).toBeLessThan(
      1e-13,
    );
  });

  it('has the gradient softmax − one-hot by logits, and the cost by weights', () => {
    const { feeds, logits, labels, weights } = given();
    const byLogits = grad((z: Tensor) => crossEntropy(z, labels, weights))(logits);
    const expected = labelValues.flatMap((label, n) =>
      row(n).map(
        (value, k) =>
          ((Math.exp(value - logSumExp(row(n))) - (k === label ? 1 : 0)) * weightValues[n]!) / count,
      ),
    );
    expect(distance(valuesOf(byLogits, feeds), expected)).toBeLessThan(1e-13);
    const byWeights = grad((v: Tensor) => crossEntropy(logits, labels, v))(weights);
    expect(
      distance(
        valuesOf(byWeights, feeds),
        costs.map((cost) => cost / count),
      ),
    ).toBeLessThan(1e-13);
  });

  it('stays finite for logits far apart', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const logits = fed(feeds, [1, 2], [-1e30, 1e30]);
    const labels = fed(feeds, [1], [1], 'u32');
    expect(valuesOf(crossEntropy(logits, labels), feeds)[0]).toBeCloseTo(0, 12);
  });

  it('refuses labels that are no class numbers or too few', () => {
    const logits = input([4, 3]);
    expect(() => crossEntropy(logits, input([4]))).toThrow(/labels are f32, but class numbers are u32/);
    expect(() => crossEntropy(logits, input([3], { dtype: 'u32' }))).toThrow(
      /outputs \[4, 3\] and labels \[3\]/,
    );
    expect(() => crossEntropy(logits, input([4], { dtype: 'u32' }), input([3]))).toThrow(
      /\[4\] losses have weights of shape \[3\]/,
    );
  });
});

describe('negative log-likelihood', () => {
  it('takes the label out of log-probabilities', () => {
    const { feeds, logits, labels } = given();
    const expected = labelValues.map((label, n) => -row(n)[label]!);
    expect(valuesOf(nllPerExample(logits, labels), feeds)).toEqual(expected);
    expect(valuesOf(nll(logits, labels), feeds)[0]).toBeCloseTo(averageOf(expected), 12);
  });
});

describe('squared error', () => {
  it('is averaged over outputs and examples', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const outputs = fed(feeds, [2, 2], [1, 2, 3, 4]);
    const targets = fed(feeds, [2, 2], [0, 2, 1, 1]);
    expect(valuesOf(squaredErrorPerExample(outputs, targets), feeds)).toEqual([0.5, 6.5]);
    expect(valuesOf(meanSquaredError(outputs, targets), feeds)).toEqual([3.5]);
    expect(valuesOf(meanSquaredError(outputs, targets, fed(feeds, [2], [2, 0])), feeds)).toEqual([0.5]);
    const gradient = grad((y: Tensor) => meanSquaredError(y, targets))(outputs);
    expect(valuesOf(gradient, feeds)).toEqual([0.5, 0, 1, 1.5]);
    expect(() => meanSquaredError(outputs, input([2]))).toThrow(/do not belong together/);
  });
});

describe('accuracy', () => {
  it('counts labels with the largest output, the first of equals', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const logits = fed(feeds, [4, 3], [1, 5, 2, 3, 0, 0, 2, 2, 1, 0, 1, 7]);
    const labels = fed(feeds, [4], [1, 0, 1, 2], 'u32');
    expect(valuesOf(correctPerExample(logits, labels), feeds)).toEqual([1, 1, 0, 1]);
    expect(valuesOf(accuracy(logits, labels), feeds)).toEqual([0.75]);
  });
});

describe('expected calibration error', () => {
  /** Equation 3 of Guo et al., bin by bin. */
  function byBins(logits: readonly (readonly number[])[], labels: readonly number[], bins: number): number {
    const sums = Array.from({ length: bins }, () => ({ size: 0, right: 0, confidence: 0 }));
    logits.forEach((values, n) => {
      const total = logSumExp(values);
      const confidence = Math.max(...values.map((value) => Math.exp(value - total)));
      const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))]!;
      bin.size++;
      bin.confidence += confidence;
      bin.right += values.indexOf(Math.max(...values)) === labels[n] ? 1 : 0;
    });
    return sums.reduce(
      (error, { size, right, confidence }) =>
        size === 0 ? error : error + (size / labels.length) * Math.abs(right / size - confidence / size),
      0,
    );
  }

  it.each([1, 5, 15])('is the gap of %d bins, weighted by their examples', (bins) => {
    const examples = 200;
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const values = floats(examples * classes, 8, -3, 3);
    const labelled = Array.from({ length: examples }, (_, n) => (n * n) % classes);
    const logits = fed(feeds, [examples, classes], values);
    const labels = fed(feeds, [examples], labelled, 'u32');
    const rows = labelled.map((_, n) => [...values.slice(n * classes, (n + 1) * classes)]);
    expect(valuesOf(expectedCalibrationError(logits, labels, bins), feeds)[0]).toBeCloseTo(
      byBins(rows, labelled, bins),
      12,
    );
  });

  it('is 0 for certain and right, 1 for certain and wrong', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const logits = fed(feeds, [2, 2], [80, -80, -80, 80]);
    const error = (labels: readonly number[]) =>
      valuesOf(expectedCalibrationError(logits, fed(feeds, [2], labels, 'u32')), feeds)[0];
    expect(error([0, 1])).toBeCloseTo(0, 12);
    expect(error([1, 0])).toBeCloseTo(1, 12);
    expect(() => expectedCalibrationError(logits, input([2], { dtype: 'u32' }), 0)).toThrow(/0 bins/);
  });
});

describe('outputs that are NaN', () => {
  it('are no right answer, and have no calibration', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const logits = fed(feeds, [4, 3], [NaN, NaN, NaN, 1, NaN, 0, 3, 1, 2, 0, 1, 5]);
    const labels = fed(feeds, [4], [0, 0, 0, 2], 'u32');
    expect(valuesOf(correctPerExample(logits, labels), feeds)).toEqual([0, 0, 1, 1]);
    expect(valuesOf(accuracy(logits, labels), feeds)).toEqual([0.5]);
    expect(valuesOf(expectedCalibrationError(logits, labels), feeds)).toEqual([NaN]);
  });
});

describe('outputs that are no tensor', () => {
  it('are refused by what they are', () => {
    const { labels } = given();
    const applied = { outputs: input([5, 3]) } as unknown as Tensor;
    expect(() => crossEntropy(applied, labels)).toThrow(
      'crossEntropy: outputs is an object with the tensors outputs; pass one of them, as in .outputs.',
    );
    expect(() => crossEntropy(input([5, 3]), [1, 2] as unknown as Tensor)).toThrow(
      'crossEntropy: labels is an array; use array([...]).',
    );
  });
});
