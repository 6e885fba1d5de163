/** @file The attack's cells at a small size: victims that nobody trained, an attacker's hypergradient, or an attack on two pictures. */
import { type Dataset, loadDataset, toCommonShape } from '@longhorizon/datasets';
import { sharedDevice } from '../../measurements/device.ts';
import { methods } from '../../suites/attack/methods.ts';
import { Attack } from '../../suites/attack/model/attack.ts';
import { attackerProblem } from '../../suites/attack/model/attacker-problem.ts';
import { gradientMaps } from '../../suites/attack/model/margin.ts';
import {
  classifiedRight,
  type Pictures,
  type Victim,
  victimModels,
} from '../../suites/attack/model/victims.ts';
import { networkOf, profileOf } from '../../suites/attack/problems.ts';
import { attackSuite } from '../../suites/attack/suite.ts';
import { hypergradientProbe } from './bilevel.ts';
import { configured } from './config.ts';
import { MissingCell, type OpenProbe } from './probe.ts';

const seed = 1;

/** Two estimates of sixteen coordinates each. */
const attackSize = { coordinates: 16, iterations: 6, rate: 0.05, seed };

function picturesOf({ images, labels, classes, shape }: Dataset): Pictures {
  const pixels = Float32Array.from(images, (value) => value / 255);
  return { images: pixels, labels, side: shape[1]!, classes };
}

function chosen({ images, labels, ...rest }: Pictures, places: Uint32Array): Pictures {
  const size = images.length / labels.length;
  const parts = [...places].flatMap((place) => [...images.subarray(place * size, (place + 1) * size)]);
  return { ...rest, images: Float32Array.from(parts), labels: places.map((place) => labels[place]!) };
}

export const attackProbe: OpenProbe = async (cell) => {
  const { config, context } = configured(attackSuite, cell, 'memory');
  const row = methods.find(({ name }) => name === cell.method);
  if (row === undefined) throw new MissingCell(`attack has no method ${cell.method}`);
  const device = await sharedDevice(context.adapter);
  const { side } = profileOf(config.profile);
  const shape = { height: side, width: side, channels: 1 } as const;
  const all = picturesOf(toCommonShape(loadDataset('glyphs', { seed, classes: 10, perClass: 5 }), shape));
  const { sources, unseen } = victimModels(side, all.classes, 'dense');
  const [source, victim] = [sources[0]!, unseen].map(
    (model): Victim => ({ model, weights: model.initialise(seed) }),
  ) as [Victim, Victim];
  const network = networkOf(config);
  const { attacker } = row;
  if (typeof attacker !== 'string') {
    const problem = attackerProblem({
      network,
      images: all.images,
      maps: [await gradientMaps(device, source, all)],
      support: 4,
      query: 4,
      optimiser: attacker.inner,
      seed,
    });
    const method = attacker.method(config, context.seeds);
    return hypergradientProbe({ device, problem, method, config });
  }
  const attack = await Attack.make(device, {
    pictures: chosen(all, await classifiedRight(device, victim, all, 2)),
    victim,
    ...attackSize,
    ...(attacker === 'none' ? {} : { attacker: { network, start: network.initialise(seed), fitSteps: 2 } }),
  });
  return {
    call: async () => {
      await attack.run();
    },
    read: async () => {},
    counters: () => ({}),
    variants: () => attack.engine.variants,
    close: () => attack.destroy(),
  };
};
