/** @file A small training run on the device from end to end, and what the committed records say. */
import {
  loadDataset,
  rootKey,
  sampleEpisodes,
  sampleManyShotTask,
  splitClasses,
} from '@longhorizon/datasets';
import { conv4 } from '@longhorizon/nn';
import { type Device, DeviceArray, openDevice } from '@longhorizon/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { residentImages } from '../../problem-parts/resident-images.ts';
import { trainClassifier } from './classifier.ts';
import { bodyOf, pixels, probeAccuracies } from './probe.ts';

let device: Device;
beforeAll(async () => {
  device = await openDevice({ timestampQuantization: false });
});
afterAll(async () => {
  await device.close();
});

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('training on glyphs', () => {
  const dataset = loadDataset('glyphs', { seed: 3, classes: 20, perClass: 20 });
  const model = conv4({ classes: 8, filters: 8, layers: 3, norm: { running: 'shared' } });
  const recipe = { epochs: 6, batch: 16, rate: 0.1, momentum: 0.9, weightDecay: 5e-4 };

  it('learns far above chance, gives the same bytes twice, and leaves nothing on the device', async () => {
    const live = device.ledger.live;
    const task = sampleManyShotTask(dataset, rootKey(1), { classes: 8, halves: 'random', trainShare: 0.8 });
    const labels = new Uint32Array(dataset.labels);
    for (const part of [task.train, task.test])
      part.indices.forEach((index, k) => {
        labels[index] = part.labels[k]!;
      });
    const resident = residentImages(device, { ...dataset, labels });
    const parts = { train: task.train.indices, test: task.test.indices };
    const runs = [];
    for (let repetition = 0; repetition < 2; repetition++) {
      const trained = await trainClassifier(device, model, resident, parts, recipe, {
        initialisation: 1,
        order: 2,
      });
      runs.push({ w: await trained.w.read(), curve: trained.curve.map(({ trainMs: _, ...rest }) => rest) });
      if (repetition === 1) {
        const w = DeviceArray.from(device, await trained.w.read());
        const statistics = DeviceArray.from(device, await trained.statistics.read());
        const unseen = splitClasses(dataset, rootKey(2), { train: 1, test: 12 }).test;
        const episodes = sampleEpisodes(dataset, unseen, rootKey(4), {
          tasks: 3,
          ways: 6,
          shots: 5,
          queries: 5,
        });
        const options = { steps: 60, rate: 0.03, weightDecay: 1e-3 };
        const byBody = await probeAccuracies(
          device,
          resident,
          episodes,
          bodyOf(model, w, statistics),
          options,
        );
        const byPixels = await probeAccuracies(device, resident, episodes, pixels(resident), options);
        // Chance is 1/6; 90 answers have a standard deviation of 0.04.
        expect(mean(byBody)).toBeGreaterThan(0.4);
        expect(mean(byPixels)).toBeGreaterThan(0.3);
        w.destroy();
        statistics.destroy();
      }
      trained.destroy();
    }
    expect(runs[1]).toEqual(runs[0]);
    const last = runs[0]!.curve.at(-1)!;
    // Chance is 1/8.
    expect(last.testAccuracy).toBeGreaterThan(0.6);
    expect(last.trainLoss!).toBeLessThan(0.5 * runs[0]!.curve[1]!.trainLoss!);
    resident.destroy();
    expect(device.ledger.live - device.ledger.liveByClass().staging).toBeLessThanOrEqual(live);
  });

  it('refuses a table', () => {
    const table = { ...dataset, images: new Float32Array(4) };
    expect(() => residentImages(device, table)).toThrow(/'glyphs' is a table, not pictures of bytes/);
  });
});
