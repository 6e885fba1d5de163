import { describe, expect, it } from 'vitest';
import { summarise } from '../record/summarise.ts';
import { bootstrap } from './bootstrap.ts';
import { median, medianInterval, quantile } from './describe.ts';
import { normalProbability, normalQuantile, studentQuantile } from './distributions.ts';
import { agreesWithTheory, fitPowerLaw, fitUpperEnd } from './fit.ts';
import { holm } from './multiplicity.ts';
import { centreEstimate, centreOf, pairedDifference } from './paired.ts';
import { randomFrom, shuffled } from './random.ts';
import { rankWithTies } from './rank.ts';
import { performanceProfiles, timeToTarget } from './target.ts';

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

describe('bootstrap', () => {
  const meanOf = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

  it('is the same for the same seed', () => {
    const values = [1, 4, 2, 8, 5, 7];
    expect(bootstrap(values, meanOf, { seed: 5 })).toEqual(bootstrap(values, meanOf, { seed: 5 }));
    expect(bootstrap(values, meanOf, { seed: 6 }).low).not.toBe(bootstrap(values, meanOf, { seed: 5 }).low);
  });

  it.each(['bca', 'percentile'] as const)('covers a mean about as often as it says (%s)', (method) => {
    const random = randomFrom(11);
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const samples = Array.from({ length: 30 }, () => random.normal());
      const { low, high } = bootstrap(samples, meanOf, { resamples: 400, seed: trial, method });
      if (low <= 0 && 0 <= high) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(178);
    expect(covered).toBeLessThanOrEqual(199);
  });

  it('has no width for equal values and says that one value proves nothing', () => {
    expect(bootstrap([3, 3, 3], meanOf)).toMatchObject({ estimate: 3, low: 3, high: 3, level: 0.95 });
    expect(bootstrap([3], meanOf)).toMatchObject({ low: 3, high: 3, level: 0 });
  });
});

describe('paired differences', () => {
  it('cancel what the seeds share', () => {
    const seeds = [10, 20, 30, 40, 50, 60, 70];
    const a = seeds.map((seed, index) => [seed + 1 + 0.1 * (index % 3)]);
    const b = seeds.map((seed) => [seed]);
    const difference = pairedDifference(a, b);
    expect(difference.low).toBeGreaterThan(0.9);
    expect(difference.high).toBeLessThan(1.3);
    expect(difference.count).toBe(7);
  });

  it('pair tasks inside a seed when told so', () => {
    const random = randomFrom(2);
    const tasks = Array.from({ length: 200 }, () => random.uniform());
    const a = [tasks.map((score) => score + 0.02)];
    const b = [tasks];
    const options = { inside: 'mean', seed: 4 } as const;
    const paired = pairedDifference(a, b, { ...options, pairedInside: true });
    const unpaired = pairedDifference(a, b, options);
    expect(paired.low).toBeGreaterThan(0.019);
    expect(unpaired.low).toBeLessThan(0);
  });

  it('hold a miss against a number and find two misses equal', () => {
    const missed = [[Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY]];
    expect(pairedDifference(missed, [[1], [2]], { scale: 'log-ratio' }).estimate).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(pairedDifference(missed, missed).estimate).toBe(0);
    expect(centreOf([[1, 2, 3], [], [5]])).toBe(3.5);
  });

  it('are bounded by the extremes where no number of one reaches those of the other', () => {
    const [far, near] = [
      [
        [10, 12],
        [11, 11],
      ],
      [
        [1, 3],
        [2, 2],
      ],
    ];
    expect(pairedDifference(far, near)).toMatchObject({ estimate: 9, low: 7, high: 11, level: 1, count: 2 });
    expect(pairedDifference(near, far)).toMatchObject({ estimate: -9, low: -11, high: -7, level: 1 });
    const ratio = pairedDifference(far, near, { scale: 'log-ratio' });
    expect(ratio.low).toBeCloseTo(Math.log(10 / 3), 12);
    expect(ratio.high).toBeCloseTo(Math.log(12), 12);
  });

  it('have centres whose intervals cover about as often as they say', () => {
    const random = randomFrom(31);
    let covered = 0;
    for (let trial = 0; trial < 150; trial++) {
      const tasks = Array.from({ length: 60 }, () => random.normal());
      const { low, high } = centreEstimate([tasks], { inside: 'mean', seed: trial });
      if (low <= 0 && 0 <= high) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(132);
    expect(covered).toBeLessThanOrEqual(149);
    expect(centreEstimate([[3]])).toMatchObject({ estimate: 3, level: 0 });
    expect(centreEstimate([])).toMatchObject({ count: 0, level: 0 });
  });
});

describe('ranks', () => {
  const spread = (centre: number, seeds = 8) =>
    Array.from({ length: seeds }, (_, seed) => [centre + 0.3 * Math.sin(7 * seed + 40 * centre)]);

  it('show ties as ties and go on counting after them', () => {
    const places = rankWithTies(
      [
        { name: 'slow', replicates: spread(9) },
        { name: 'fast', replicates: spread(1) },
        { name: 'equally-fast', replicates: spread(1.02) },
        { name: 'missing', replicates: [[Number.POSITIVE_INFINITY]] },
        { name: 'gone', replicates: [] },
      ],
      { direction: 'lower' },
    );
    expect(places.map(({ name, rank, tied }) => ({ name, rank, tied }))).toEqual([
      { name: 'fast', rank: 1, tied: 2 },
      { name: 'equally-fast', rank: 1, tied: 2 },
      { name: 'slow', rank: 3, tied: 1 },
      { name: 'gone', rank: 4, tied: 2 },
      { name: 'missing', rank: 4, tied: 2 },
    ]);
  });

  it('do not pretend to know with two seeds', () => {
    const contestants = [
      { name: 'a', replicates: spread(1, 2) },
      { name: 'b', replicates: spread(9, 2) },
    ];
    expect(rankWithTies(contestants, { direction: 'lower' }).map((place) => place.rank)).toEqual([1, 1]);
    expect(rankWithTies(contestants, { direction: 'lower' })[1]?.proven).toBe(false);
    expect(
      rankWithTies(contestants, { direction: 'lower', minimumSeeds: 2 }).map((place) => place.rank),
    ).toEqual([1, 2]);
  });

  it('need six seeds of single numbers to prove anything', () => {
    const ranks = (seeds: number) =>
      rankWithTies(
        [
          { name: 'a', replicates: spread(1, seeds) },
          { name: 'b', replicates: spread(9, seeds) },
        ],
        { direction: 'lower' },
      ).map(({ rank, proven }) => ({ rank, proven }));
    expect(ranks(5)).toEqual([
      { rank: 1, proven: true },
      { rank: 1, proven: false },
    ]);
    expect(ranks(6)).toEqual([
      { rank: 1, proven: true },
      { rank: 2, proven: true },
    ]);
  });

  it('take exact numbers at their word', () => {
    const contestants = [
      { name: 'a', replicates: [[1000]] },
      { name: 'b', replicates: [[1001]] },
      { name: 'c', replicates: [[1000]] },
    ];
    const ranks = rankWithTies(contestants, { direction: 'lower', exact: true });
    expect(ranks.map(({ name, rank }) => `${rank} ${name}`)).toEqual(['1 a', '1 c', '3 b']);
    expect(rankWithTies(contestants, { direction: 'higher', exact: true })[0]?.name).toBe('b');
  });

  it('ignore differences below the smallest effect', () => {
    const samples = (centre: number) => [
      Array.from({ length: 30 }, (_, index) => centre + 0.001 * (index % 5)),
    ];
    const contestants = [
      { name: 'a', replicates: samples(1) },
      { name: 'b', replicates: samples(1.03) },
    ];
    const rank = (minimumEffect: number) =>
      rankWithTies(contestants, { direction: 'lower', scale: 'log-ratio', minimumEffect })[1]?.rank;
    expect(rank(0)).toBe(2);
    expect(rank(0.05)).toBe(1);
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

  it('look at the upper end, where the constant part no longer counts', () => {
    const points = [1, 10, 100, 1000, 10_000].map((x) => ({ x, y: 5000 + 100 * x }));
    expect(fitPowerLaw(points)?.exponent).toBeLessThan(0.7);
    const upper = fitUpperEnd(points);
    expect(upper).toMatchObject({ count: 2, from: 1000, to: 10_000 });
    expect(agreesWithTheory(upper as never, 1)).toBe(true);
    expect(agreesWithTheory(upper as never, 0.5)).toBe(false);
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

describe('targets and profiles', () => {
  it('miss at infinity', () => {
    const curve = [
      { cost: 1, value: 0.2 },
      { cost: 2, value: null },
      { cost: 3, value: 0.6 },
    ];
    expect(timeToTarget(curve, 0.5, 'higher')).toBe(3);
    expect(timeToTarget(curve, 0.1, 'lower')).toBe(Number.POSITIVE_INFINITY);
  });

  it('score methods by their ratios to the best', () => {
    const missed = Number.POSITIVE_INFINITY;
    const [a, b, c] = performanceProfiles({
      a: [1, 1, missed],
      b: [2, 1, missed],
      c: [missed, missed, missed],
    });
    expect(a).toEqual({ method: 'a', steps: [{ ratio: 1, share: 2 / 3 }], score: 2 / 3 });
    expect(b?.steps).toEqual([
      { ratio: 1, share: 1 / 3 },
      { ratio: 2, share: 2 / 3 },
    ]);
    expect(b?.score).toBeCloseTo((1 + 2 / 3) / 3, 12);
    expect(c).toMatchObject({ steps: [], score: 0 });
  });
});

describe('adjusted p-values', () => {
  it('are those worked out by hand', () => {
    const p = [0.01, 0.04, 0.03, 0.005];
    expect(holm(p).map((x) => Number(x.toFixed(6)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });
});
