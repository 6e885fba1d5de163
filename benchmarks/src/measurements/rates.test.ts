import { expect, it } from 'vitest';
import { ratesAround } from './rates.ts';

it('are nine, three a decade, with the usual one in the middle, each to three digits', () => {
  expect(ratesAround(0.02)).toEqual([0.000928, 0.002, 0.00431, 0.00928, 0.02, 0.0431, 0.0928, 0.2, 0.431]);
});
