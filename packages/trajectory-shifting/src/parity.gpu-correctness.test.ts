import {
  initialisationParity,
  paritySizes,
  parityTaskSet,
  parityTolerance,
} from '@longhorizon/bilevel/testing';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { expect, it } from 'vitest';
import * as shifting from './index.ts';

const device = useDevice();

for (const [name, make] of Object.entries(shifting))
  it(`${name} agrees with float64 on a device`, async () => {
    for (const d of paritySizes) {
      const difference = await initialisationParity(device(), make({ rate: 0.2 }), parityTaskSet(d));
      expect(difference, `d = ${d}`).toBeLessThan(parityTolerance);
    }
  });
