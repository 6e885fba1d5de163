import { describe, expect, it } from 'vitest';
import { drawOf } from './fixture/draws.ts';
import { type Ordered, orderOf } from './order.ts';
import { type Random, randomFrom } from './random.ts';

/** Methods over seeds that share what the seed brings; the shift is in standard deviations of the noise. */
function methodsOf(
  random: Random,
  shifts: readonly number[],
  { seeds, noise }: { readonly seeds: number; readonly noise: keyof typeof drawOf },
): readonly Ordered[] {
  const shared = Array.from({ length: seeds }, () => 5 * random.normal());
  return shifts.map((shift, index) => ({
    name: String(index),
    values: shared.map((seed) => seed + shift + drawOf[noise](random)),
  }));
}

describe('the order of methods', () => {
  it.each([
    ['normal', 5],
    ['normal', 20],
    ['log-normal', 10],
    ['t2', 10],
  ] as const)(
    'says nothing of seven equal methods in 92 of 100 experiments (%s, %d seeds)',
    (noise, seeds) => {
      const random = randomFrom(seeds);
      const trials = 300;
      let claims = 0;
      for (let trial = 0; trial < trials; trial++)
        if (orderOf(methodsOf(random, Array(7).fill(0), { seeds, noise }), 'lower') !== undefined) claims++;
      expect(claims / trials).toBeLessThanOrEqual(0.08);
    },
  );

  it('finds first, last and what is between, in both directions', () => {
    const methods = methodsOf(randomFrom(1), [0, 8, 8.1, 20], { seeds: 10, noise: 'normal' });
    const down = orderOf(methods, 'lower');
    expect([down?.first, down?.between, down?.last]).toEqual([['0'], ['1', '2'], ['3']]);
    expect(down?.isToldApart('1', '2')).toBe(false);
    expect(down?.isToldApart('3', '0')).toBe(true);
    const up = orderOf(methods, 'higher');
    expect([up?.first, up?.last]).toEqual([['3'], ['0']]);
  });

  it('says nothing with four seeds, however far apart', () => {
    expect(
      orderOf(methodsOf(randomFrom(1), [0, 100], { seeds: 4, noise: 'normal' }), 'lower'),
    ).toBeUndefined();
  });
});
