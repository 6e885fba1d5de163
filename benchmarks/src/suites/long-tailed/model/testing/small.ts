/** @file A long-tailed set small enough for the float64 interpreter. */
import { keyAt } from '@longhorizon/datasets';
import { stepSchedule } from '@longhorizon/nn';
import { smallGlyphs } from '../../../hypergradient/testing/small.ts';
import { classifierOf, smallNetwork } from '../classifier.ts';
import type { Reweighting } from '../reweighting.ts';
import { reweightingProblem } from '../reweighting-problem.ts';
import { tailData } from '../tail-data.ts';

export const alpha = 0.05;
export const batch = 8;

export function smallTail() {
  const data = tailData({
    dataset: smallGlyphs(),
    imbalance: 6,
    largest: 12,
    devPerClass: 2,
    testPerClass: 3,
    key: keyAt(1, { of: 'tail' }),
  });
  const classifier = classifierOf(data, smallNetwork(8, data.classes, 4, 1));
  return { data, classifier, batch, seed: 5 };
}

export const smallProblem = (rule: Reweighting) =>
  reweightingProblem({ ...smallTail(), rule, rate: stepSchedule(alpha, 1, []) });
