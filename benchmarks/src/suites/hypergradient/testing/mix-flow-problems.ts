/** @file Networks whose learning rates are learned, on which MixFlow is held against exact reverse mode. */
import type { Problem } from '@longhorizon/bilevel';
import { perceptron } from '@longhorizon/nn';
import { networkParts } from '../model/network-parts.ts';
import { SMALL, smallGlyphs } from './small.ts';

export const horizon = 3;
const tasks = { tasks: 2, ways: 3, perClass: 10, batch: 5, testBatch: 4 };
/** By name. */
export const mixFlowProblems: Readonly<Record<string, () => Problem>> = {
  'a perceptron': () =>
    networkParts({
      ...tasks,
      dataset: smallGlyphs(),
      part: 'rates',
      model: ([height, width], classes) => perceptron([height * width, 16, 16, classes]),
    }).problem,
  'a convolutional network': () => SMALL['many-shot-rates']!(),
};
