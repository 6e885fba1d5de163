/** @file Every entry of the registry, with the options that suites set, on a device against float64. Other sizes are in the packages' own tests. */
import {
  differenceTolerance,
  initialisationParity,
  parity,
  parityProblems,
  parityRate,
  parityTaskSet,
  parityTolerance,
} from '@longhorizon/bilevel/testing';
import { useDevice } from '@longhorizon/tensor/testing';
import { expect, it } from 'vitest';
import { hyperMethods, initMethods } from './registry.ts';

const device = useDevice();
const d = 100;
// As long as the longest window that suites set.
const horizon = 12;

for (const { id, inSuites } of hyperMethods)
  it(`${id} agrees with float64 on a device`, async () => {
    const tolerance = id === 'hyper/evograd' ? differenceTolerance : parityTolerance;
    const found: Record<string, number> = {};
    for (const problem of parityProblems(d)) {
      const method = inSuites({ horizon, dimension: problem.p, seed: 0, rate: parityRate(d) });
      const difference = await parity(device(), method, problem, horizon);
      if (difference === undefined) continue;
      found[problem.name] = difference;
      // Whatever the problem, the programs are as many.
      break;
    }
    expect(Object.keys(found), 'it runs on one of the problems').toHaveLength(1);
    for (const [problem, difference] of Object.entries(found))
      expect(difference, problem).toBeLessThan(tolerance);
  });

for (const { id, inSuites } of initMethods)
  it(`${id} agrees with float64 on a device`, async () => {
    const method = inSuites({ horizon, beta: 0.1 });
    expect(await initialisationParity(device(), method, parityTaskSet(d), { horizon })).toBeLessThan(
      parityTolerance,
    );
  });
