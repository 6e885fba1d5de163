import { isMethod, parity, parityProblems, paritySizes, parityTolerance } from '@longhorizon/bilevel/testing';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { expect, it } from 'vitest';
import * as hyperdistillation from './index.ts';

const device = useDevice();

it('every method of this package has an entry below', () => {
  const { hyperdistill, discountedSum, ...others } = hyperdistillation;
  expect([hyperdistill({ gamma: 0.9 }), discountedSum(0.9)].every(isMethod)).toBe(true);
  // What else is exported are parts of it: names, numbers and graphs.
  expect(Object.keys(others).sort()).toEqual([
    'chooseRounding',
    'keptShare',
    'keptShareBackwards',
    'mixBatches',
    'sumOfWeights',
    'thetaName',
  ]);
});

for (const method of [
  hyperdistillation.hyperdistill({ gamma: 0.9 }),
  hyperdistillation.hyperdistill({ gamma: 0.999 }),
  hyperdistillation.discountedSum(0.9),
])
  it(`${method.title} agrees with float64 on a device`, async () => {
    for (const d of paritySizes) {
      const problems = parityProblems(d).slice(0, d === 12 ? undefined : 1);
      for (const problem of problems) {
        const difference = await parity(device(), method, problem);
        if (problem.start === undefined)
          expect(difference, `${problem.name}, d = ${d}`).toBeLessThan(parityTolerance);
        else expect(difference).toBeUndefined();
      }
    }
  });
