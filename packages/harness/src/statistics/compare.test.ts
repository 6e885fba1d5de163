import { describe, expect, it } from 'vitest';
import { type Comparison, compareArms, type Round, signedRankInterval, signedRankPValue } from './compare.ts';
import { type Random, randomFrom } from './random.ts';

/** Noise of a timing run, as a factor on the true time. `at` goes from 0 to 1 over the whole run. */
type Noise = (random: Random, at: number, second: boolean) => number;

const noises: Readonly<Record<string, Noise>> = {
  quiet: (random) => Math.exp(0.01 * random.normal()),
  // A machine that warms up by 30 % while the rounds run.
  drifting: (random, at) => (1 + 0.3 * at) * Math.exp(0.01 * random.normal()),
  // Whatever runs second is 8 % slower: the slot, not the code.
  slotted: (random, _, second) => (second ? 1.08 : 1) * Math.exp(0.01 * random.normal()),
  // One sample in ten is hit by something else and takes up to 20 times as long.
  heavy: (random) => (random.uniform() < 0.1 ? 1 + 19 * random.uniform() : Math.exp(0.02 * random.normal())),
};

/** Runs an interleaved comparison on paper: B takes `factor` times as long as A. */
function simulate(random: Random, noise: Noise, factor: number, rounds: number, samples = 5): Round[] {
  return Array.from({ length: rounds }, (_, round) => {
    // ABBA: the order turns from round to round.
    const order = round % 4 === 0 || round % 4 === 3 ? ('AB' as const) : ('BA' as const);
    const take = (time: number, second: boolean): number[] =>
      Array.from(
        { length: samples },
        () => time * noise(random, (round + (second ? 0.5 : 0)) / rounds, second),
      );
    return { order, a: take(10, order === 'BA'), b: take(10 * factor, order === 'AB') };
  });
}

function verdicts(noise: Noise, factor: number, rounds: number, trials: number): Record<Comparison, number> {
  const random = randomFrom(20 + rounds);
  const counts = { faster: 0, slower: 0, same: 0, ambiguous: 0, unproven: 0 };
  for (let trial = 0; trial < trials; trial++)
    counts[compareArms(simulate(random, noise, factor, rounds)).verdict]++;
  return counts;
}

describe('comparison of two equal arms', () => {
  it.each(Object.keys(noises))('claims a change in at most 5 %% of the runs on a %s machine', (name) => {
    const { faster, slower } = verdicts(noises[name] as Noise, 1, 24, 400);
    // Binomial(400, 0.05) exceeds 32 once in 180 times.
    expect(faster + slower).toBeLessThanOrEqual(32);
  });

  it('would be fooled without the turns: the test sees the slot', () => {
    const random = randomFrom(1);
    const fixed = Array.from({ length: 100 }, () =>
      simulate(random, noises.slotted as Noise, 1, 24).map((round, index) => {
        const half = index % 2 === 0 ? 'AB' : 'BA';
        // Ran in one order, labelled as if it had turned.
        return round.order === 'AB' ? { ...round, order: half } : { order: half, a: round.b, b: round.a };
      }),
    ) as Round[][];
    const claims = fixed.filter((rounds) => compareArms(rounds).verdict === 'slower').length;
    expect(claims).toBeGreaterThan(90);
  });

  it('ends in `same` when there are rounds enough', () => {
    expect(verdicts(noises.quiet as Noise, 1, 40, 100).same).toBeGreaterThanOrEqual(98);
  });
});

describe('comparison of two different arms', () => {
  it.each(Object.keys(noises))('finds 5 %% in at least 90 %% of the runs on a %s machine', (name) => {
    const rounds = name === 'heavy' ? 60 : 24;
    expect(verdicts(noises[name] as Noise, 1.05, rounds, 150).slower).toBeGreaterThanOrEqual(135);
    expect(verdicts(noises[name] as Noise, 1 / 1.05, rounds, 150).faster).toBeGreaterThanOrEqual(135);
  });

  it('does not call a change below the threshold a change', () => {
    const { slower, faster } = verdicts(noises.quiet as Noise, 1.01, 60, 100);
    expect(slower + faster).toBe(0);
  });

  it('estimates how large the change is', () => {
    const result = compareArms(simulate(randomFrom(9), noises.drifting as Noise, 1.2, 40));
    expect(result.low).toBeLessThan(0.2);
    expect(result.high).toBeGreaterThan(0.2);
    expect(result.change).toBeCloseTo(0.2, 1);
    expect(result.pValue).toBeLessThan(0.001);
  });

  it('takes the medians of a round, whatever its fastest and slowest samples are', () => {
    // Medians 12 / 10 and 25 / 20; the fastest samples alone would say 11 / 9 and 10 / 10.
    const rounds = Array.from({ length: 6 }, (): readonly Round[] => [
      { order: 'AB', a: [9, 10, 14], b: [30, 11, 12] },
      { order: 'BA', a: [21, 10, 20], b: [10, 25, 26] },
    ]).flat();
    const { change, verdict } = compareArms(rounds);
    expect(change).toBeCloseTo(Math.sqrt(1.2 * 1.25) - 1, 12);
    expect(verdict).toBe('slower');
  });
});

describe('what cannot be proven', () => {
  const random = randomFrom(3);
  const changed = simulate(random, noises.quiet as Noise, 1.3, 24);

  it('is said for too few rounds', () => {
    expect(compareArms(changed.slice(0, 8))).toMatchObject({ verdict: 'unproven', blocks: 4 });
    expect(compareArms([]).verdict).toBe('unproven');
  });

  it('grows with what equal arms showed', () => {
    const small = simulate(random, noises.quiet as Noise, 1.05, 24);
    expect(compareArms(small).verdict).toBe('slower');
    expect(compareArms(small, { nullHalfWidth: 0.05 })).toMatchObject({ verdict: 'same', threshold: 0.1 });
  });
});

describe('the signed-rank test', () => {
  it('agrees with what is worked out by hand', () => {
    // Of 2⁶ sign patterns two have a rank sum of at most 1 on the smaller side: p = 2 · 2 / 64.
    const values = [1.1, 2.2, -0.3, 4.1, 0.7, 2.9];
    expect(signedRankPValue(values)).toBeCloseTo(0.0625, 10);
    const { estimate, low, high } = signedRankInterval(values, 0.95);
    expect(estimate).toBeCloseTo(1.8, 12);
    expect([low, high]).toEqual([-0.3, 4.1]);
  });

  it('has an interval that excludes zero exactly when the test rejects', () => {
    const random = randomFrom(8);
    for (let trial = 0; trial < 200; trial++) {
      const values = Array.from({ length: 12 }, () => random.normal() + 0.6);
      const { low, high } = signedRankInterval(values, 0.95);
      expect(low > 0 || high < 0).toBe(signedRankPValue(values) <= 0.05);
    }
  });

  it('goes over into the normal approximation smoothly', () => {
    const values = (count: number) =>
      Array.from({ length: count }, (_, i) => (i % 3 === 0 ? -1 : 1) * (i + 1));
    expect(Math.abs(signedRankPValue(values(60)) - signedRankPValue(values(61)))).toBeLessThan(0.02);
  });
});
