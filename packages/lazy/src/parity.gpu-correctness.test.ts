import { parity, parityProblems, paritySizes, parityTolerance } from '@longhorizon/bilevel/testing';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { expect, it } from 'vitest';
import * as lazyMethods from './index.ts';
import { leapGraphs } from './variants.ts';

const device = useDevice();
const { lazy, lookahead } = lazyMethods;
const variants = Object.keys(leapGraphs) as lazyMethods.LazyVariant[];

it('every method of this package has an entry below', () => {
  expect(Object.keys(lazyMethods).sort()).toEqual(['lazy', 'lookahead']);
});

for (const method of [...variants.map((variant) => lazy({ variant })), lookahead()])
  it(`${method.title} agrees with float64 on a device`, async () => {
    for (const d of paritySizes) {
      const found: Record<string, number> = {};
      for (const problem of parityProblems(d)) {
        const difference = await parity(device(), method, problem);
        if (difference !== undefined) found[problem.name] = difference;
        if (d > 12 && difference !== undefined) break;
      }
      expect(Object.keys(found).length).toBeGreaterThan(0);
      for (const [problem, difference] of Object.entries(found))
        expect(difference, `${problem}, d = ${d}`).toBeLessThan(parityTolerance);
    }
  });
