/**
 * @file Reweighting as a bilevel problem: w_0 is the model as it is now, λ what a rule learns, the inner loss Σ_i c_i(λ) ℓ_i over the batch
 * that is next, the outer loss that of the balanced dev set. One-step reweighting is the method `one-step` at T = 1; Lazy looks T = k steps
 * ahead. The first step sees the batch that λ is learned on; a student's later ones see the batches that training will come to.
 */
import { defineProblem, hostArray, innerGradient, type Problem } from '@longhorizon/bilevel';
import { keyAt } from '@longhorizon/datasets';
import { type Schedule, sgd } from '@longhorizon/nn';
import { add, equal, iota, mean, multiply, select, sum, type Tensor } from '@longhorizon/tensor';
import { firstStep, firstStepName, streamOf } from '../../../problem-parts/batch-stream.ts';
import { classBalancedWeights } from './class-weights.ts';
import type { Classifier, TailGiven } from './classifier.ts';
import type { Reweighting } from './reweighting.ts';
import type { TailData } from './tail-data.ts';

export interface ReweightingProblemOptions {
  readonly data: TailData;
  readonly classifier: Classifier;
  readonly rule: Reweighting;
  /** Training examples of a step. */
  readonly batch: number;
  /** α of the virtual steps, at a step of the training: the model's own rate in all three papers. */
  readonly rate: Schedule;
  /** b of the class weights, 0.9999 when left out. */
  readonly beta?: number;
  /** Of the order of the batches and of the start. */
  readonly seed: number;
}

/** Arrays of a long-tailed set as a problem or a training is given them. */
export function tailGiven(data: TailData, beta?: number) {
  return {
    ...data.given,
    classWeights: hostArray(Float32Array.from(classBalancedWeights(data.counts, beta))),
    ...firstStep(),
  };
}

/** Positions of the training batch of a step, the same for every rule and method. */
export function trainStream({ sizes }: TailData, batch: number, seed: number) {
  return streamOf({ key: keyAt(seed, { of: 'batches' }), examples: sizes.train, batch });
}

/** Positions of the whole dev set. */
export const devPositions = ({ sizes }: TailData): Tensor => add(iota([sizes.dev]), sizes.train);

export function reweightingProblem(options: ReweightingProblemOptions): Problem {
  const { data, classifier, rule, batch, rate, seed } = options;
  const { layout } = classifier.model;
  const { size, initial } = rule.lambda(batch);
  type Given = Parameters<Problem['innerLoss']>[2];
  const coefficients = (
    which: 'virtual' | 'later',
    losses: Tensor,
    lambda: Tensor,
    given: Given,
    positions: Tensor,
  ) => rule[which](lambda, classifier.seen(losses, given as TailGiven, positions));
  /** Σ c_i ℓ_i, with the coefficients of step 0 or those of a later one. */
  const lossAt =
    (step: Tensor | undefined): Problem['innerLoss'] =>
    (w, lambda, given, positions) => {
      const losses = classifier.losses(w, given as TailGiven, positions!);
      const first = coefficients('virtual', losses, lambda, given, positions!);
      if (step === undefined || rule.virtual === rule.later) return sum(multiply(first, losses));
      const later = coefficients('later', losses, lambda, given, positions!);
      return sum(multiply(select(equal(step, 0), first, later), losses));
    };
  return defineProblem({
    name: `reweighting-${rule.name}`,
    title: `weights of examples by ${rule.name}, learned from a balanced dev set of ${data.name}`,
    d: layout.size,
    p: size,
    weightLength: layout.paddedLength,
    hyperparameterLength: initial.length,
    state: {},
    given: tailGiven(data, options.beta),
    initial: { weights: classifier.model.initialise(seed), hyperparameters: initial },
    trainBatch: (given, step) => trainStream(data, batch, seed)(given, step),
    validationBatch: () => devPositions(data),
    innerLoss: lossAt(undefined),
    outerLoss: (w, _, given, positions) => mean(classifier.losses(w, given as TailGiven, positions!)),
    update: ({ w, state }, lambda, given, positions, step) => {
      const gradient = innerGradient(lossAt(step), w, lambda, given, positions);
      // The rate is that of the training's present step; it does not run ahead with the student.
      return sgd({ rate: rate(given[firstStepName]!) }).update(w, gradient, state, step);
    },
  });
}
