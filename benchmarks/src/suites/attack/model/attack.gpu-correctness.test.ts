import { perceptron } from '@longhorizon/nn';
import { type Device, openDevice } from '@longhorizon/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Attack, type AttackResult } from './attack.ts';
import type { AttackOptions } from './attack-options.ts';
import { gradientNetwork } from './gradient-network.ts';
import { classifiedRight, type Pictures, trainVictim } from './victims.ts';

let device: Device;
beforeAll(async () => {
  device = await openDevice({ timestampQuantization: false });
}, 60_000);
afterAll(async () => {
  expect((await device.close()).leaks).toEqual([]);
});

const side = 6;
const pixels = side * side;
/** Two classes: bright above, bright below. */
const pictures: Pictures = {
  images: Float32Array.from({ length: 40 * pixels }, (_, k) => {
    const [picture, pixel] = [Math.floor(k / pixels), k % pixels];
    const bright = picture % 2 === 0 ? pixel < pixels / 2 : pixel >= pixels / 2;
    return 0.5 + (bright ? 0.25 : -0.25) + 0.2 * Math.sin(k * k);
  }),
  labels: Uint32Array.from({ length: 40 }, (_, picture) => picture % 2),
  side,
  classes: 2,
};
const model = perceptron([pixels, 8, 2]);
const network = gradientNetwork({ side, channels: [2, 2, 2] });

describe('victims and attacks on a device', () => {
  it('are those of the float64 reference, and the same bytes twice', async () => {
    const training = { steps: 30, batch: 8, rate: 0.01, seed: 2 };
    const [reference, first, second] = [
      await trainVictim('float64', model, pictures, training),
      await trainVictim(device, model, pictures, training),
      await trainVictim(device, model, pictures, training),
    ];
    expect(second.weights).toEqual(first.weights);
    const farthest = Math.max(
      ...Array.from(first.weights, (value, k) => Math.abs(value - reference.weights[k]!)),
    );
    expect(farthest).toBeLessThan(1e-4);
    const right = await classifiedRight(device, first, pictures, 4);
    const attacked: Pictures = {
      ...pictures,
      images: Float32Array.from(
        { length: 4 * pixels },
        (_, k) => pictures.images[right[Math.floor(k / pixels)]! * pixels + (k % pixels)]!,
      ),
      labels: right.map((place) => pictures.labels[place]!),
    };
    const options: AttackOptions = {
      pictures: attacked,
      victim: first,
      attacker: { network, start: network.initialise(1), fitSteps: 3 },
      coordinates: 6,
      iterations: 8,
      period: 4,
      rate: 0.2,
      seed: 1,
    };
    const results: AttackResult[] = [];
    for (const backend of ['float64', device, device] as const) {
      const attack = await Attack.make(backend, options);
      results.push(await attack.run());
      attack.destroy();
    }
    expect(results[2]).toEqual(results[1]);
    expect(results[1]!.queries).toEqual(results[0]!.queries);
    expect(results[1]!.succeeded).toEqual(results[0]!.succeeded);
    results[1]!.distance.forEach((value, k) => {
      expect(value).toBeCloseTo(results[0]!.distance[k]!, 2);
    });
  });

  it('says so where too few pictures are classified right', async () => {
    const untrained = { model, weights: new Float32Array(model.layout.paddedLength) };
    await expect(classifiedRight('float64', untrained, pictures, 40)).rejects.toThrow(
      /40 pictures that the victim gets right were asked for, but of 40 it gets 20 right/,
    );
  });
});
