/**
 * @file A decay for each weight of a logistic regression: L^tr = cross-entropy + ½ Σ_j exp(λ_j) w_j², with few training examples; the outer
 * loss is the cross-entropy of others. p = d.
 */
import { defineProblem, descend, hostArray, type Problem } from '@longhorizon/bilevel';
import { type Dataset, keyAt, permutation } from '@longhorizon/datasets';
import { accuracy, crossEntropy, logisticRegression, momentum } from '@longhorizon/nn';
import {
  add,
  elementCount,
  exp,
  gather,
  iota,
  multiply,
  square,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import { picturesOf } from '../../../problem-parts/pictures.ts';

export interface WeightDecayOptions {
  readonly dataset: Dataset;
  /** Training examples, all in every step; 100 when left out. */
  readonly examples?: number;
  /** Examples of the outer loss, 200 when left out. */
  readonly validation?: number;
  /** 500 when left out. */
  readonly test?: number;
  /** η, 0.05 when left out. */
  readonly rate?: number;
  /** μ, 0.9 when left out. */
  readonly momentum?: number;
  /** λ at first, the logarithm of the decay; −5 when left out. */
  readonly start?: number;
  readonly seed?: number;
}

export function weightDecay(options: WeightDecayOptions): Problem {
  const {
    dataset,
    examples = 100,
    validation = 200,
    test = 500,
    rate = 0.05,
    start = -5,
    seed = 0,
  } = options;
  const chosen = permutation(
    keyAt(seed, { of: 'weight decay' }),
    dataset.shape[0],
    examples + validation + test,
  );
  const pictures = picturesOf(dataset, chosen);
  const model = logisticRegression(elementCount(pictures.shape), dataset.classes);
  const { layout } = model;
  const optimiser = momentum({ rate, momentum: options.momentum ?? 0.9 });
  type Given = { readonly pictures: Tensor; readonly labels: Tensor };
  const part = (first: number, count: number) => (w: Tensor, given: Given) => {
    const positions = add(iota([count]), first);
    return [
      model.apply(w, pictures.draw(given.pictures, positions, model.inputShape)).outputs,
      gather(given.labels, positions),
    ] as const;
  };
  const [train, held, last] = [
    part(0, examples),
    part(examples, validation),
    part(examples + validation, test),
  ];
  const innerLoss: Problem['innerLoss'] = (w, lambda, given) =>
    add(crossEntropy(...train(w, given as Given)), multiply(0.5, sum(multiply(exp(lambda), square(w)))));
  return defineProblem({
    name: 'weight-decay',
    title: `a decay for each weight of a logistic regression on ${examples} examples of ${dataset.name}`,
    d: layout.size,
    p: layout.size,
    weightLength: layout.paddedLength,
    hyperparameterLength: layout.paddedLength,
    state: optimiser.state([layout.paddedLength]),
    given: {
      pictures: pictures.packed,
      labels: hostArray(
        chosen.map((image) => dataset.labels[image]!),
        [chosen.length],
        { dtype: 'u32' },
      ),
    },
    initial: {
      weights: model.initialise(seed),
      hyperparameters: new Float32Array(layout.paddedLength).fill(start),
    },
    innerLoss,
    outerLoss: (w, _, given) => crossEntropy(...held(w, given as Given)),
    update: descend(() => optimiser, innerLoss),
    metrics: (w, _, given) => ({ accuracy: accuracy(...last(w, given as Given)) }),
  });
}
