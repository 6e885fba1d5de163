import { describe, expect, it } from 'vitest';
import { summarise } from '../record/summarise.ts';
import { median, medianInterval, quantile, seedInterval } from './describe.ts';
import { normalProbability, normalQuantile, studentQuantile } from './distributions.ts';
import { agreesWithTheory, fitPowerLaw, type PowerLaw } from './fit.ts';
import { drawOf } from './fixture/draws.ts';
import { holm } from './multiplicity.ts';
import { type Estimate, pairedDifference, studentEstimate } from './paired.ts';
import { randomFrom, shuffled } from './random.ts';
import { timeToTarget } from './target.ts';

describe('random numbers', () => {
  it('repeat with the seed and look normal', () => {
    const [first, again, other] = [randomFrom(7), randomFrom(7), randomFrom(8)];
    const numbers = Array.from({ length: 4000 }, () => first.normal());
    expect(Array.from({ length: 4000 }, () => again.normal())).toEqual(numbers);
    expect(other.normal()).not.toBe(numbers[0]);
    const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
    expect(Math.abs(mean)).toBeLessThan(0.06);
    expect(Math.abs(variance - 1)).toBeLessThan(0.08);
  });

  it('shuffle without losing anything', () => {
    const values = [1, 2, 3, 4, 5, 6, 7];
    const mixed = shuffled(values, randomFrom(3));
    expect(mixed).not.toEqual(values);
    expect([...mixed].sort()).toEqual(values);
  });
});

describe('distributions', () => {
  it('agree with tables', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 5);
    expect(normalProbability(1.959964)).toBeCloseTo(0.975, 6);
    expect(studentQuantile(0.975, 4)).toBeCloseTo(2.776445, 5);
  });
});

describe('description of samples', () => {
  it('interpolates quantiles as NumPy does', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(median([3, 1, 2])).toBe(2);
    expect(median([])).toBeNaN();
  });

  it('keeps misses as infinities and never as NaN', () => {
    const missed = Number.POSITIVE_INFINITY;
    expect(median([1, 2, missed])).toBe(2);
    expect(median([1, missed, missed])).toBe(missed);
    expect(median([missed, missed])).toBe(missed);
    expect(median([1, missed])).toBe(missed);
  });

  it('counts outliers and removes none', () => {
    const summary = summarise([10, 11, 10, 12, 11, 10, 11, 50]);
    expect(summary).toMatchObject({ count: 8, median: 11, maximum: 50, outliers: 1, minimum: 10 });
    expect(summarise([])).toMatchObject({ count: 0, median: null, mean: null });
  });

  it('says how sure an interval of few samples is', () => {
    expect(medianInterval([1, 2, 3, 4, 5])).toEqual({ low: 1, high: 5, level: 0.9375 });
    const ten = medianInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(ten).toMatchObject({ low: 2, high: 9 });
    expect(ten.level).toBeCloseTo(0.97852, 5);
    expect(medianInterval([4])).toEqual({ low: 4, high: 4, level: 0 });
  });

  it('cuts off as many samples at both ends together as the level allows', () => {
    // Of 40 samples 13 or fewer lie below the median with P = 0.01924, 14 or fewer with P = 0.0403: two of these would leave 91.9 %.
    const forty = medianInterval(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(forty).toMatchObject({ low: 14, high: 27 });
    expect(forty.level).toBeCloseTo(0.96152, 5);
  });

  it.each([9, 40, 700])('covers the true median as often as it says, with %d samples', (count) => {
    const random = randomFrom(count);
    const trials = 400;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const samples = Array.from({ length: count }, () => Math.exp(random.normal()));
      const { low, high } = medianInterval(samples);
      if (low <= 1 && 1 <= high) covered++;
    }
    // Binomial(400, 0.95) is below 368 once in 300 times.
    expect(covered).toBeGreaterThanOrEqual(368);
  });
});

describe('intervals over seeds', () => {
  it('are none for five seeds or fewer, which are drawn as they are', () => {
    expect(seedInterval([1, 2, 3, 4, 5])).toBeUndefined();
    expect(seedInterval([6, 1, 2, 3, 4, 5])).toEqual({ low: 1, high: 6, level: 1 - 2 / 64 });
    expect(seedInterval([1, 2, 3, 4, 5, Number.POSITIVE_INFINITY])).toBeUndefined();
  });

  it.each([6, 8, 12, 20])('hold the true median as often as they say, with %d seeds', (count) => {
    const random = randomFrom(3 * count);
    const trials = 1500;
    let covered = 0;
    let level = 0;
    for (let trial = 0; trial < trials; trial++) {
      const interval = seedInterval(Array.from({ length: count }, () => Math.exp(random.normal())));
      level = interval?.level ?? 0;
      if (interval !== undefined && interval.low <= 1 && 1 <= interval.high) covered++;
    }
    expect(Math.abs(covered / trials - level)).toBeLessThan(0.03);
  });
});

describe('paired differences', () => {
  it('cancel what the units share, with the interval worked out by hand', () => {
    // Differences 1, 2, 3: mean 2, deviation 1, t₂ = 4.302653, error 1/√3; p = 2 · P(t₂ < −2√3) = 0.0741799.
    const difference = pairedDifference([11, 22, 33], [10, 20, 30], 'difference');
    expect(difference).toMatchObject({ estimate: 2, level: 0.95, count: 3 });
    expect(difference?.low).toBeCloseTo(2 - 4.302653 / Math.sqrt(3), 5);
    expect(difference?.high).toBeCloseTo(2 + 4.302653 / Math.sqrt(3), 5);
    expect(difference?.pValue).toBeCloseTo(0.0741799, 6);
  });

  it('are of the units that both have, and none of a single one', () => {
    const missed = Number.POSITIVE_INFINITY;
    expect(pairedDifference([1, undefined, 3, missed], [2, 2, 5, 1], 'log-ratio')).toMatchObject({
      count: 2,
      estimate: (Math.log(1 / 2) + Math.log(3 / 5)) / 2,
    });
    expect(pairedDifference([1, undefined], [2, 2], 'difference')).toBeUndefined();
  });

  it('say of equal differences what their common sign says', () => {
    expect(studentEstimate([0, 0, 0])?.pValue).toBe(1);
    expect(studentEstimate([2, 2, 2, 2])?.pValue).toBe(2 / 16);
  });

  it.each([
    ['normal', 5],
    ['normal', 12],
    ['t2', 5],
    ['t2', 12],
  ] as const)('hold the true difference as often as they say (%s, %d seeds)', (noise, count) => {
    const random = randomFrom(count + 40);
    const trials = 1500;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const values = Array.from({ length: count }, () => drawOf[noise](random) - drawOf[noise](random));
      const { low, high } = studentEstimate(values) as Estimate;
      if (low <= 0 && 0 <= high) covered++;
    }
    expect(Math.abs(covered / trials - 0.95)).toBeLessThan(0.03);
  });
});

describe('power laws', () => {
  it('are found exactly where there is no noise', () => {
    const law = fitPowerLaw([1, 10, 100, 1000].map((x) => ({ x, y: 3 * x ** 0.5 })));
    expect(law?.exponent).toBeCloseTo(0.5, 12);
    expect(law?.scale).toBeCloseTo(3, 12);
    expect(law?.interval?.high).toBeCloseTo(0.5, 9);
  });

  it('have the interval of a regression worked out by hand', () => {
    // ln y = 0, 1, 2, 4 at ln x = 0, 1, 2, 3: slope 6.5 / 5, residual sum 0.3 on 2 degrees of freedom, deviation √(0.15 / 5); t = 4.30265.
    const law = fitPowerLaw([0, 1, 2, 4].map((y, x) => ({ x: Math.exp(x), y: Math.exp(y) })));
    expect(law?.exponent).toBeCloseTo(1.3, 12);
    expect(law?.interval?.low).toBeCloseTo(1.3 - 4.30265 * Math.sqrt(0.03), 5);
    expect(law?.interval?.high).toBeCloseTo(1.3 + 4.30265 * Math.sqrt(0.03), 5);
  });

  it('cover the true exponent as often as they say', () => {
    const random = randomFrom(5);
    let covered = 0;
    for (let trial = 0; trial < 300; trial++) {
      const points = [1, 3, 10, 30, 100, 300, 1000].map((x) => ({
        x,
        y: x * Math.exp(0.2 * random.normal()),
      }));
      const { low, high } = fitPowerLaw(points)?.interval ?? { low: 0, high: 0 };
      if (low <= 1 && 1 <= high) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(272);
    expect(covered).toBeLessThanOrEqual(296);
  });

  it('agree with a theory only where they could have disagreed', () => {
    const law = (points: readonly number[]) =>
      fitPowerLaw(points.map((y, index) => ({ x: 10 ** index, y }))) as PowerLaw;
    expect(agreesWithTheory(law([1, 10.4, 98, 1010]), 1)).toBe(true);
    expect(agreesWithTheory(law([1, 10.4, 98, 1010]), 0)).toBe(false);
    expect(agreesWithTheory(law([1, 10]), 1)).toBeUndefined();
    // A cliff between the last two points fits anything.
    expect(agreesWithTheory(law([3.7, 4.2, 9.6, 0.3]), 0)).toBeUndefined();
  });

  it('need two different x and positive numbers', () => {
    expect(
      fitPowerLaw([
        { x: 1, y: 2 },
        { x: 1, y: 3 },
      ]),
    ).toBeUndefined();
    expect(
      fitPowerLaw([
        { x: 1, y: 2 },
        { x: 2, y: Number.POSITIVE_INFINITY },
      ]),
    ).toBeUndefined();
    expect(
      fitPowerLaw([
        { x: 1, y: 2 },
        { x: 2, y: 4 },
      ]),
    ).toMatchObject({ count: 2, from: 1, to: 2 });
    expect(
      fitPowerLaw([
        { x: 1, y: 2 },
        { x: 2, y: 4 },
      ])?.interval,
    ).toBeUndefined();
  });
});

describe('targets', () => {
  it('miss at infinity', () => {
    const curve = [
      { cost: 1, value: 0.2 },
      { cost: 2, value: null },
      { cost: 3, value: 0.6 },
    ];
    expect(timeToTarget(curve, 0.5, 'higher')).toBe(3);
    expect(timeToTarget(curve, 0.1, 'lower')).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('adjusted p-values', () => {
  it('are those worked out by hand', () => {
    const p = [0.01, 0.04, 0.03, 0.005];
    expect(holm(p).map((x) => Number(x.toFixed(6)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });
});
