/** @file Small problems of every kind, on generated characters of 8 × 8. */
import type { Problem } from '@longhorizon/bilevel';
import { type Dataset, loadDataset, toCommonShape } from '@longhorizon/datasets';
import { conv4, perceptron, warpedConvolutional } from '@longhorizon/nn';
import { dataCleaning } from '../model/data-cleaning.ts';
import { metaWeightNet } from '../model/meta-weight-net.ts';
import { networkParts } from '../model/network-parts.ts';
import { weightDecay } from '../model/weight-decay.ts';

let known: Dataset | undefined;

/** Ten characters, thirty writings each, 8 × 8. */
export function smallGlyphs(): Dataset {
  known ??= toCommonShape(loadDataset('glyphs', { seed: 1, classes: 10, perClass: 30 }), {
    height: 8,
    width: 8,
    channels: 1,
  });
  return known;
}

type Shape = readonly [number, number, number];
const convolutional = (inputShape: Shape, classes: number) =>
  conv4({ inputShape, classes, filters: 3, layers: 2 });
const warped = (inputShape: Shape, classes: number) =>
  warpedConvolutional({ inputShape, classes, filters: 3, layers: 1, warps: 1 });
const dense = (inputShape: Shape, classes: number) => perceptron([inputShape[0] * inputShape[1], 6, classes]);

/** By name, with the greatest relative error of float32 that a few steps leave. */
export const SMALL: Readonly<Record<string, () => Problem>> = {
  'data-cleaning': () =>
    dataCleaning({ dataset: smallGlyphs(), examples: 60, clean: 20, test: 40, batch: 12, cleanBatch: 10 }),
  'weight-decay': () => weightDecay({ dataset: smallGlyphs(), examples: 20, validation: 20, test: 20 }),
  'many-shot-body': () => networkParts({ ...tasks, part: 'body', model: convolutional }).problem,
  'many-shot-warp': () => networkParts({ ...tasks, part: 'warp', model: warped }).problem,
  'many-shot-rates': () =>
    networkParts({ ...tasks, part: 'rates', model: convolutional, momentum: 0.5 }).problem,
  'meta-weight-net': () => metaWeightNet({ ...tasks, model: dense, hidden: 5 }).problem,
};

const tasks = {
  get dataset() {
    return smallGlyphs();
  },
  tasks: 2,
  ways: 3,
  perClass: 10,
  batch: 5,
  testBatch: 4,
};
