/**
 * @file Data cleaning: λ weighs training examples, half of whose labels are wrong, so that a linear classifier does well on a small clean set.
 * One hyperparameter an example (as in Franceschi et al., ICML 2017, section 5.1, at a smaller size).
 */
import { defineProblem, descend, hostArray, type Problem } from '@longhorizon/bilevel';
import {
  type Dataset,
  dataCleaningSplit,
  type Examples,
  keyAt,
  loadDataset,
  toCommonShape,
} from '@longhorizon/datasets';
import { accuracy, crossEntropy, crossEntropyPerExample, logisticRegression, sgd } from '@longhorizon/nn';
import { mean, multiply, sigmoid, type Tensor } from '@longhorizon/tensor';

export interface CleaningOptions {
  /** Name of a set of pictures with ten classes. */
  readonly dataset: string;
  /** p: training examples. */
  readonly examples: number;
  /** Seeds the choice of examples and the wrong labels. */
  readonly seed: number;
}

const side = 14;
const classes = 10;
const clean = 200;
const rate = 0.5;

const loaded = new Map<string, Dataset>();

function pictures(name: string): Dataset {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const options = name === 'glyphs' ? { seed: 1, classes, perClass: 240 } : {};
  const small = toCommonShape(loadDataset(name, options), { height: side, width: side, channels: 1 });
  loaded.set(name, small);
  return small;
}

/** The problem at a number of training examples; p is that number. */
export function cleaning({ dataset, examples, seed }: CleaningOptions): Problem {
  const data = pictures(dataset);
  const split = dataCleaningSplit(data, keyAt(seed, { of: 'cleaning' }), {
    train: examples,
    validation: clean,
    test: 2 * clean,
    noise: { kind: 'uniform', rate: 0.5 },
  });
  const pixels = side * side;
  const inputs = ({ indices }: Examples) =>
    hostArray(
      Float32Array.from(
        { length: indices.length * pixels },
        (_, place) =>
          (data.images[indices[Math.floor(place / pixels)]! * pixels + (place % pixels)] as number) / 255,
      ),
      [indices.length, pixels],
    );
  const labels = (part: Examples) => hostArray(part.labels, [part.labels.length], { dtype: 'u32' });
  const model = logisticRegression(pixels, classes);
  const { layout } = model;
  const outputs = (w: Tensor, x: Tensor): Tensor => model.apply(w, x).outputs;
  const innerLoss: Problem['innerLoss'] = (w, lambda, given) =>
    mean(multiply(sigmoid(lambda), crossEntropyPerExample(outputs(w, given.x!), given.y!)));
  return defineProblem({
    name: 'cleaning',
    title: 'a weight for each training example, half of whose labels are wrong',
    d: layout.size,
    p: examples,
    weightLength: layout.paddedLength,
    hyperparameterLength: examples,
    state: {},
    given: {
      x: inputs(split.train),
      y: labels(split.train),
      cleanX: inputs(split.validation),
      cleanY: labels(split.validation),
      testX: inputs(split.test),
      testY: labels(split.test),
    },
    initial: { weights: new Float32Array(layout.paddedLength), hyperparameters: new Float32Array(examples) },
    innerLoss,
    outerLoss: (w, _, given) => crossEntropy(outputs(w, given.cleanX!), given.cleanY!),
    update: descend(() => sgd({ rate }), innerLoss),
    metrics: (w, _, given) => ({ accuracy: accuracy(outputs(w, given.testX!), given.testY!) }),
  });
}
