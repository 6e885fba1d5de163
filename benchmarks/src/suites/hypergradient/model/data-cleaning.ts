/**
 * @file Data cleaning: λ weighs each training example, some of whose labels are wrong, so that a model trained on the weighted examples does
 * well on a small clean set (Franceschi et al., ICML 2017, section 5.1). p is the number of training examples; batches may be as
 * small as one likes, so p does not slow a step down.
 */
import { defineProblem, descend, hostArray, type Problem } from '@longhorizon/bilevel';
import { type Dataset, dataCleaningSplit, keyAt, type LabelNoise } from '@longhorizon/datasets';
import {
  accuracy,
  crossEntropy,
  crossEntropyPerExample,
  logisticRegression,
  type Model,
  momentum,
} from '@longhorizon/nn';
import {
  add,
  divide,
  elementCount,
  gather,
  iota,
  mean,
  multiply,
  sigmoid,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import { firstStep, streamOf } from '../../../problem-parts/batch-stream.ts';
import { picturesOf } from '../../../problem-parts/pictures.ts';

export interface DataCleaningOptions {
  readonly dataset: Dataset;
  /** p: training examples. */
  readonly examples: number;
  /** Clean examples of the outer loss, 200 when left out. */
  readonly clean?: number;
  /** Examples that the accuracy is measured on, 500 when left out. */
  readonly test?: number;
  /** Any of the other classes with probability 0.4 when left out. */
  readonly noise?: LabelNoise;
  /** Training examples of a step, 100 when left out; with as many as there are, each step sees all of them, in one order. */
  readonly batch?: number;
  /** Clean examples of a hyper-step, 100 when left out. */
  readonly cleanBatch?: number;
  /** Logistic regression when left out. */
  readonly model?: Model;
  /** η, 0.1 when left out. */
  readonly rate?: number;
  /** μ, 0.9 when left out. */
  readonly momentum?: number;
  /** Of the split, the wrong labels, the batches and the start; 0 when left out. */
  readonly seed?: number;
}

export function dataCleaning(options: DataCleaningOptions): Problem {
  const { dataset, examples, clean = 200, test = 500, batch = 100, cleanBatch = 100, seed = 0 } = options;
  const { noise = { kind: 'uniform', rate: 0.4 }, rate = 0.1, momentum: mu = 0.9 } = options;
  const sizes = { train: examples, validation: clean, test };
  const split = dataCleaningSplit(dataset, keyAt(seed, { of: 'data cleaning' }), { ...sizes, noise });
  // One list of pictures: training, clean, test; a part's positions begin where the one before it ends.
  const parts = [split.train, split.validation, split.test];
  const pictures = picturesOf(dataset, Uint32Array.from(parts.flatMap(({ indices }) => [...indices])));
  const labels = Uint32Array.from(parts.flatMap((part) => [...part.labels]));
  const model = options.model ?? logisticRegression(elementCount(pictures.shape), dataset.classes);
  const { layout } = model;
  const outputs = (w: Tensor, given: { readonly pictures: Tensor }, positions: Tensor): Tensor =>
    model.apply(w, pictures.draw(given.pictures, positions, model.inputShape)).outputs;
  type Given = { readonly pictures: Tensor; readonly labels: Tensor; readonly wrong: Tensor };
  const perExample = (w: Tensor, given: Given, positions: Tensor) =>
    crossEntropyPerExample(outputs(w, given, positions), gather(given.labels, positions));
  const from = (start: number, positions: Tensor) => add(positions, start);
  const innerLoss: Problem['innerLoss'] = (w, lambda, given, drawn) => {
    const positions = drawn ?? iota([examples]);
    return mean(multiply(gather(sigmoid(lambda), positions), perExample(w, given as Given, positions)));
  };
  const optimiser = momentum({ rate, momentum: mu });
  const trainStream = streamOf({ key: keyAt(seed, { of: 'batches' }), examples, batch });
  const cleanStream = streamOf({
    key: keyAt(seed, { of: 'clean batches' }),
    examples: clean,
    batch: Math.min(cleanBatch, clean),
  });
  return defineProblem({
    name: 'data-cleaning',
    title: `a weight for each of ${examples} training examples of ${dataset.name}, ${percent(split.wrongShare)} of them with a wrong label`,
    d: layout.size,
    p: examples,
    weightLength: layout.paddedLength,
    hyperparameterLength: examples,
    state: optimiser.state([layout.paddedLength]),
    given: {
      pictures: pictures.packed,
      labels: hostArray(labels, [labels.length], { dtype: 'u32' }),
      wrong: hostArray(Float32Array.from(split.train.wrong), [examples]),
      ...firstStep(),
    },
    initial: { weights: model.initialise(seed), hyperparameters: new Float32Array(examples) },
    ...(batch === examples ? {} : { trainBatch: trainStream }),
    validationBatch: (given, step) => from(examples, cleanStream(given, step)),
    innerLoss,
    outerLoss: (w, _, given, positions) => mean(perExample(w, given as Given, positions!)),
    update: descend(() => optimiser, innerLoss),
    metrics: (w, lambda, given) => {
      const testPositions = from(examples + clean, iota([test]));
      const truth = gather(given.labels!, testPositions);
      const scores = outputs(w, given as Given, testPositions);
      const weights = sigmoid(lambda);
      const { wrong } = given as Given;
      const right = add(multiply(wrong, -1), 1);
      return {
        accuracy: accuracy(scores, truth),
        loss: crossEntropy(scores, truth),
        cleanLoss: mean(perExample(w, given as Given, from(examples, iota([clean])))),
        weightOfRight: divide(sum(multiply(weights, right)), sum(right)),
        weightOfWrong: divide(sum(multiply(weights, wrong)), sum(wrong)),
      };
    },
  });
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
