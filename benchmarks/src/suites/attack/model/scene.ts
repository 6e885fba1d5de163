/**
 * @file What attackers are learned from and tried on: source victims with the gradient maps of some pictures, and an unseen victim with pictures
 * that it gets right.
 */
import { type Dataset, DatasetError, keyAt, permutation } from '@longhorizon/datasets';
import type { Device } from '@longhorizon/tensor';
import { gradientMaps } from './margin.ts';
import {
  classifiedRight,
  type Pictures,
  trainVictim,
  type Victim,
  type VictimKind,
  victimModels,
} from './victims.ts';

export interface SceneOptions {
  /** Square pictures in one channel, of which the first part of a seeded order trains victims and the rest is attacked. */
  readonly dataset: Dataset;
  /** Pictures that victims are trained on. */
  readonly training: number;
  /** Pictures whose gradient maps attackers are learned from, among those of the training. */
  readonly mapped: number;
  /** Pictures that are attacked. */
  readonly attacked: number;
  readonly victims: VictimKind;
  /** Steps that a victim is trained for. */
  readonly steps: number;
  readonly seed: number;
}

export interface Scene {
  /** Pictures with gradient maps, and each source's maps of them. */
  readonly images: Float32Array;
  readonly maps: readonly Float32Array[];
  readonly unseen: Victim;
  /** What is attacked: pictures of the unseen victim's that it gets right. */
  readonly pictures: Pictures;
  /** Of the pictures offered, the share that the unseen victim gets right. */
  readonly accuracy: number;
}

/** Trains the victims, one after the other, and works out the maps. */
export async function makeScene(device: Device, options: SceneOptions): Promise<Scene> {
  const { dataset, training, mapped, attacked, victims, steps, seed } = options;
  const order = permutation(keyAt(seed, { of: 'pictures' }), dataset.labels.length);
  // Some of those that are offered are wrong from the start.
  const offered = Math.min(Math.ceil(1.5 * attacked) + 20, dataset.labels.length - training);
  if (mapped > training || offered < attacked)
    throw new DatasetError(
      `attack: ${training} pictures to train victims on, ${mapped} of them with maps, and ${attacked} to attack were asked for; '${dataset.name}' has ${dataset.labels.length}, and maps are of pictures of the training.`,
    );
  const train = pick(dataset, order.subarray(0, training));
  const candidates = pick(dataset, order.subarray(training, training + offered));
  const { sources, unseen } = victimModels(train.side, train.classes, victims);
  const map = pick(dataset, order.subarray(0, mapped));
  const maps: Float32Array[] = [];
  for (const model of sources) {
    const source = await trainVictim(device, model, train, { steps, seed });
    maps.push(await gradientMaps(device, source, map));
  }
  const victim = await trainVictim(device, unseen, train, { steps, seed });
  const right = await classifiedRight(device, victim, candidates, attacked);
  const pixels = train.side ** 2;
  const images = new Float32Array(attacked * pixels);
  right.forEach((place, k) => {
    images.set(candidates.images.subarray(place * pixels, (place + 1) * pixels), k * pixels);
  });
  return {
    images: map.images,
    maps,
    unseen: victim,
    pictures: { ...candidates, images, labels: right.map((place) => candidates.labels[place]!) },
    // The last one wanted was found at this place.
    accuracy: attacked / (right[attacked - 1]! + 1),
  };
}

function pick(dataset: Dataset, places: Uint32Array): Pictures {
  const [, height, width, channels] = dataset.shape;
  const { images } = dataset;
  if (!(images instanceof Uint8Array) || height !== width || channels !== 1)
    throw new DatasetError(
      `attack: pictures of '${dataset.name}' are ${height} × ${width} × ${channels}; they should be square bytes in one channel, so convert them with toCommonShape.`,
    );
  const pixels = height * width;
  const numbers = new Float32Array(places.length * pixels);
  places.forEach((place, k) => {
    for (let pixel = 0; pixel < pixels; pixel++)
      numbers[k * pixels + pixel] = images[place * pixels + pixel]! / 255;
  });
  return {
    images: numbers,
    labels: places.map((place) => dataset.labels[place]!),
    side: height,
    classes: dataset.classes,
  };
}
