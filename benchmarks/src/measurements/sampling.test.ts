import { expect, it } from 'vitest';
import { samplingAt } from './time.ts';

it('a run that is long is sampled six times without warming up, a short one as its profile says', () => {
  const long = { minimumSamples: 6, warmUpCalls: 0, warmUpMs: 0 };
  expect(samplingAt('quick')(99)).toMatchObject({ minimumSamples: 6, maximumSamples: 20, warmUpCalls: 1 });
  expect(samplingAt('quick')(100)).toMatchObject({ ...long, maximumSamples: 20, timeBudgetMs: 50 });
  expect(samplingAt('standard')(999)).toMatchObject({ minimumSamples: 10, warmUpCalls: 2 });
  expect(samplingAt('standard')(1000)).toMatchObject({ ...long, maximumSamples: 100 });
  expect(samplingAt('full')(999)).toMatchObject({ minimumSamples: 20, warmUpCalls: 3 });
  expect(samplingAt('full')(1000)).toMatchObject({ ...long, maximumSamples: 200 });
});

it('a profile that nobody named is sampled like standard', () => {
  for (const firstMs of [1, 5000])
    expect(samplingAt('own')(firstMs)).toEqual(samplingAt('standard')(firstMs));
});
