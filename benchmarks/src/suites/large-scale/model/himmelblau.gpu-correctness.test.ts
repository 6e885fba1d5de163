import { independent, prepareInitialisation } from '@longhorizon/bilevel';
import { adam } from '@longhorizon/nn';
import { type Device, openDevice } from '@longhorizon/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reptileAttractors } from '../studies/himmelblau/attractors.ts';
import * as published from '../studies/himmelblau/published.ts';
import { grid, himmelblauTaskSet } from './himmelblau.ts';

let device: Device;
beforeAll(async () => {
  device = await openDevice({ timestampQuantization: false });
});
afterAll(() => device.close());

describe('on a device', () => {
  it.each(published.landscape)(
    'the landscape has the published numbers from $from',
    async ({ from, losses }) => {
      const run = await prepareInitialisation(
        device,
        himmelblauTaskSet([from], adam({ rate: 0.1 })),
        independent,
        { horizon: 125 },
      );
      const found = await run.trajectory();
      run.destroy();
      for (const [k, updates] of published.landscapeAfter.entries())
        expect(Math.abs(found.losses[updates]! / losses[k]! - 1)).toBeLessThan(1e-4);
    },
  );

  it('Reptile at K = 5 ends in two points, from all of 41 × 41 starts', async () => {
    const { attractors, moving, overflowed } = await reptileAttractors(device, grid(41), 5, 1000);
    expect({ attractors, moving, overflowed }).toEqual({
      attractors: published.attractorsOfFive,
      moving: 0,
      overflowed: 0,
    });
  });
});
