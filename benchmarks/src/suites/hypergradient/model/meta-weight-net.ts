/**
 * @file Meta-Weight-Net (Shu et al., NeurIPS 2019): λ is a small perceptron 1-200-1 that turns an example's loss into its weight, learned on
 * tasks whose training labels are wrong with probability 0.4, so that a network trained with these weights does well on clean ones. The
 * weights are at least 0.1 (Lee et al., ICLR 2022, section 5).
 */
import { defineProblem, type Problem } from '@longhorizon/bilevel';
import {
  accuracy,
  crossEntropy,
  crossEntropyPerExample,
  type Model,
  momentum,
  perceptron,
} from '@longhorizon/nn';
import {
  add,
  divide,
  mean,
  multiply,
  reshape,
  sigmoid,
  stopGradient,
  type Tensor,
  vjp,
  vmap,
  zerosLike,
} from '@longhorizon/tensor';
import { overTasks } from '../../../problem-parts/over-tasks.ts';
import { type ManyShotTasksOptions, manyShotTasks } from './many-shot-tasks.ts';
import type { TaskProblem } from './network-parts.ts';

export interface MetaWeightNetOptions extends ManyShotTasksOptions {
  readonly model: (inputShape: readonly [number, number, number], classes: number) => Model;
  /** Units of the weighting perceptron, 200 when left out. */
  readonly hidden?: number;
  /** η, 0.1 when left out. */
  readonly rate?: number;
  /** μ, 0.9 when left out. */
  readonly momentum?: number;
}

/** The least weight of an example. */
const LEAST = 0.1;

/** V(ℓ; λ) as a function: from losses of any shape to weights between 0.1 and 1. */
function weightingNet(hidden: number) {
  const model = perceptron([1, hidden, 1]);
  return {
    model,
    weights: (lambda: Tensor, losses: Tensor): Tensor => {
      const column = reshape(losses, [...losses.shape, 1]);
      const outputs = reshape(model.apply(lambda, column).outputs, losses.shape);
      return add(LEAST, multiply(1 - LEAST, sigmoid(outputs)));
    },
  };
}

export function metaWeightNet(options: MetaWeightNetOptions): TaskProblem {
  const { hidden = 200, rate = 0.1, momentum: mu = 0.9, seed = 0 } = options;
  const source = manyShotTasks({ noise: { kind: 'uniform-any', rate: 0.4 }, ...options });
  const [height, width, channels] = source.pictureShape as [number, number, number];
  const model = options.model([height, width, channels], source.ways);
  const weighting = weightingNet(hidden);
  const { layout } = model;
  type Given = Parameters<Problem['innerLoss']>[2];
  /** Losses of the examples, [tasks, batch]. */
  const losses = (w: Tensor, given: Given, positions: Tensor): Tensor => {
    const [x, y] = source.examples(given, 'train', positions, model.inputShape);
    return vmap((outputs: Tensor, labels: Tensor) => crossEntropyPerExample(outputs, labels))(
      model.apply(w, x).outputs,
      y,
    );
  };
  const judged = (w: Tensor, given: Given, positions: Tensor) => {
    const [x, y] = source.examples(given, 'test', positions, model.inputShape);
    return [model.apply(w, x).outputs, y] as const;
  };
  const optimiser = momentum({ rate, momentum: mu });
  const problem = defineProblem({
    name: 'meta-weight-net',
    title: 'a perceptron that turns the loss of an example into its weight, where labels are wrong',
    d: layout.size,
    p: weighting.model.layout.size,
    tasks: source.tasks,
    lambdaPerTask: true,
    weightLength: layout.paddedLength,
    hyperparameterLength: weighting.model.layout.paddedLength,
    state: optimiser.state([source.tasks, layout.paddedLength]),
    given: source.given,
    initial: {
      weights: model.initialise(seed),
      hyperparameters: weighting.model.initialise(seed),
    },
    trainBatch: source.batch('train'),
    validationBatch: source.batch('test'),
    // Where the loss enters its own weight it is a constant, as in the authors' code.
    innerLoss: (w, lambda, given, positions) => {
      const own = losses(w, given, positions!);
      return mean(multiply(weighting.weights(lambda, stopGradient(own)), own), 1);
    },
    outerLoss: (w, _, given, positions) => overTasks(crossEntropy)(...judged(w, given, positions!)),
    // The step is that of `innerLoss`, but written so that its own derivative follows the weights too.
    update: ({ w, state }, lambda, given, positions, step) => {
      const own = losses(w, given, positions!);
      const weights = divide(weighting.weights(lambda, own), own.shape.at(-1)!);
      const [gradient] = vjp([own], [w], [weights]);
      return optimiser.update(w, gradient ?? zerosLike(w), { velocity: state.velocity! }, step);
    },
    metrics: (w, _, given) => ({
      accuracy: mean(overTasks(accuracy)(...judged(w, given, source.all()))),
    }),
  });
  return { problem, numbers: source.numbers };
}
