import { expect, it } from 'vitest';
import { samplingAt } from './time.ts';

it('a run that is long is sampled in one order and its reverse without warming up, a short one as its profile says', () => {
  const long = { minimumSamples: 2, warmUpCalls: 0, warmUpMs: 0 };
  expect(samplingAt('quick')(99)).toMatchObject({ minimumSamples: 2, maximumSamples: 8, warmUpCalls: 1 });
  expect(samplingAt('quick')(100)).toMatchObject({ ...long, maximumSamples: 8, timeBudgetMs: 17 });
  expect(samplingAt('standard')(999)).toMatchObject({ minimumSamples: 4, warmUpCalls: 2 });
  expect(samplingAt('standard')(1000)).toMatchObject({ ...long, maximumSamples: 34 });
  expect(samplingAt('full')(999)).toMatchObject({ minimumSamples: 8, warmUpCalls: 3 });
  expect(samplingAt('full')(1000)).toMatchObject({ ...long, maximumSamples: 68 });
});

it('a profile that nobody named is sampled like standard', () => {
  for (const firstMs of [1, 5000])
    expect(samplingAt('own')(firstMs)).toEqual(samplingAt('standard')(firstMs));
});
