import { foldIn, randomKey } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { Layout } from '../layout/layout.ts';
import { conv4 } from '../models/convolutional.ts';
import { valuesOf } from '../testing/support.ts';
import { initialise, type ParameterDescription } from './initialise.ts';
import {
  fanOf,
  type Initialiser,
  identityFilter,
  kaimingNormal,
  kaimingUniform,
  normalOf,
  ones,
  uniformFanIn,
  xavierNormal,
  xavierUniform,
} from './initialisers.ts';

const shape = [3, 3, 16, 32];
const fan = fanOf(shape);
const sampled = (initial: Initialiser, seed = 5) => valuesOf(initial.sample(randomKey(seed), shape, fan));

function moments(values: readonly number[]) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  const fourth = values.reduce((total, value) => total + (value - mean) ** 4, 0) / values.length;
  return {
    mean,
    deviation: Math.sqrt(variance),
    kurtosis: fourth / variance ** 2,
    largest: Math.max(...values.map(Math.abs)),
  };
}

describe('initialisers', () => {
  it('know the fan of weights and filters', () => {
    expect(fanOf([40, 20])).toEqual({ in: 40, out: 20 });
    expect(fan).toEqual({ in: 144, out: 288 });
    expect(() => fanOf([4])).toThrow(/neither a weight/);
  });

  // 4,608 numbers: the deviation is known to 1 %, the mean to 1.5 % of it.
  it.each([
    ['PyTorch', uniformFanIn, 1 / 12],
    ['Kaiming', kaimingUniform(), Math.sqrt(6 / 144)],
    ['Kaiming by fan_out', kaimingUniform({ fan: 'out', gain: 1 }), Math.sqrt(3 / 288)],
    ['Xavier', xavierUniform(), Math.sqrt(6 / 432)],
  ])('%s: uniform within its bound', (_, initial, bound) => {
    const { mean, deviation, kurtosis, largest } = moments(sampled(initial));
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.99 * bound);
    expect(deviation / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
    expect(Math.abs(deviation / (bound / Math.sqrt(3)) - 1)).toBeLessThan(0.02);
    expect(Math.abs(mean / bound)).toBeLessThan(0.03);
    expect(Math.abs(kurtosis - 1.8)).toBeLessThan(0.1);
  });

  it.each([
    ['Kaiming', kaimingNormal(), Math.sqrt(2 / 144)],
    ['Kaiming by fan_out', kaimingNormal({ fan: 'out' }), Math.sqrt(2 / 288)],
    ['Xavier', xavierNormal(2), 2 * Math.sqrt(2 / 432)],
    ['a given deviation', normalOf(0.01), 0.01],
  ])('%s: normal with its deviation', (_, initial, expected) => {
    const { mean, deviation, kurtosis } = moments(sampled(initial));
    expect(Math.abs(deviation / expected - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean / expected)).toBeLessThan(0.05);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.3);
  });

  it('have an identity filter', () => {
    const values = valuesOf(identityFilter.sample(randomKey(0), [3, 3, 2, 3], fan));
    expect(values.filter((value) => value !== 0)).toEqual([1, 1]);
    expect(values[(1 * 3 + 1) * 6]).toBe(1);
    expect(values[(1 * 3 + 1) * 6 + 4]).toBe(1);
  });
});

describe('initialise', () => {
  const describeOne = (name: string, size: number): ParameterDescription => ({
    name,
    shape: [size],
    initial: uniformFanIn,
    fan: { in: 4, out: 1 },
    part: 'body',
  });
  const three = [describeOne('a', 3), describeOne('b', 5), { ...describeOne('c', 2), initial: ones }];

  it('gives the same bits for a seed, others for another, zeros in gaps', () => {
    const layout = new Layout(three);
    const first = initialise(three, layout, 7);
    expect(initialise(three, layout, 7)).toEqual(first);
    expect(initialise(three, layout, 8)).not.toEqual(first);
    expect(initialise(three, layout, foldIn(randomKey(7), 1, 'repetition'))).not.toEqual(first);
    expect([first[3], ...first.slice(9, 12), ...first.slice(14)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...first.slice(12, 14)]).toEqual([1, 1]);
  });

  it('gives a parameter the same values whatever else there is', () => {
    const whole = initialise(three, new Layout(three), 7);
    const part = new Layout([three[1]!]);
    expect([...initialise(three, part, 7).slice(0, 5)]).toEqual([...whole.slice(4, 9)]);
  });

  // The bits are promised: they were written down when this test was.
  it('keeps its promise of the same bits', () => {
    const model = conv4({ classes: 5, filters: 8 });
    const bits = new Uint32Array(model.initialise(1).buffer);
    let hash = 0x811c9dc5;
    for (const word of bits) hash = Math.imul(hash ^ word, 0x01000193);
    expect(hash >>> 0).toMatchInlineSnapshot(`3334423903`);
    expect([...model.initialise(1).slice(0, 3)]).toMatchInlineSnapshot(`
      [
        0.0874505415558815,
        0.2375929355621338,
        -0.2524007558822632,
      ]
    `);
  });
});
