/** @file The classifier of a long-tailed set, and the losses of a batch of it by position. */
import { conv4, crossEntropyPerExample, kaimingNormal, type Model } from '@longhorizon/nn';
import { gather, stopGradient, type Tensor } from '@longhorizon/tensor';
import type { Seen } from './reweighting.ts';
import type { TailData } from './tail-data.ts';

/**
 * Layers of 3 × 3 convolution with stride 2 and no normalisation: statistics of a batch in which half of the classes do not appear would say
 * little of a balanced test set, and a virtual step has none of its own.
 */
export function smallNetwork(side: number, classes: number, filters: number, layers: number): Model {
  return conv4({
    classes,
    inputShape: [side, side, 1],
    filters,
    layers,
    norm: false,
    halving: 'stride',
    initial: kaimingNormal(),
  });
}

/** What problem, training and evaluation are given: arrays of the data, weights of the classes. */
export type TailGiven = {
  readonly pictures: Tensor;
  readonly labels: Tensor;
  readonly classWeights: Tensor;
};

export interface Classifier {
  readonly model: Model;
  outputs(w: Tensor, given: TailGiven, positions: Tensor): Tensor;
  /** ℓ_i, [n]. */
  losses(w: Tensor, given: TailGiven, positions: Tensor): Tensor;
  /** What a rule sees of these losses. */
  seen(losses: Tensor, given: TailGiven, positions: Tensor): Seen;
}

export function classifierOf(data: TailData, model: Model): Classifier {
  const labels = (given: TailGiven, positions: Tensor) => gather(given.labels, positions);
  const outputs = (w: Tensor, given: TailGiven, positions: Tensor) =>
    model.apply(w, data.draw(given.pictures, positions, model.inputShape)).outputs;
  return {
    model,
    outputs,
    losses: (w, given, positions) =>
      crossEntropyPerExample(outputs(w, given, positions), labels(given, positions)),
    seen: (losses, given, positions) => ({
      losses: stopGradient(losses),
      classWeights: gather(given.classWeights, labels(given, positions)),
    }),
  };
}
