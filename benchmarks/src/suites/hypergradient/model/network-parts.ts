/**
 * @file Networks of which a part is λ, on many-shot tasks: ANIL (λ is the body, w the head), WarpGrad (λ is the warp layers, w the others), and
 * Meta-SGD (λ is a learning rate for each weight). p grows with the width of the network.
 */
import { defineProblem, innerGradient, type Problem } from '@longhorizon/bilevel';
import { accuracy, crossEntropy, type Model, momentum, type Weights } from '@longhorizon/nn';
import { mean, type Tensor } from '@longhorizon/tensor';
import { overTasks } from '../../../problem-parts/over-tasks.ts';
import { type ManyShotTasks, type ManyShotTasksOptions, manyShotTasks } from './many-shot-tasks.ts';

export interface NetworkPartsOptions extends ManyShotTasksOptions {
  /** What λ is. */
  readonly part: 'body' | 'warp' | 'rates';
  /** The network, for examples of a shape and a number of classes. */
  readonly model: (inputShape: readonly [number, number, number], classes: number) => Model;
  /** η; for `rates` what every learning rate begins with. 0.01 when left out. */
  readonly rate?: number;
  /** μ, 0.9 when left out. */
  readonly momentum?: number;
}

/** A problem and where its next tasks come from. */
export interface TaskProblem {
  readonly problem: Problem;
  readonly numbers: ManyShotTasks['numbers'];
}

const TITLES = {
  body: 'the convolutional body of a network, of which the inner loop fits the last layers',
  warp: 'warp layers between those that the inner loop fits',
  rates: 'a learning rate for each weight of a network',
};

export function networkParts(options: NetworkPartsOptions): TaskProblem {
  const { part, rate = 0.01, momentum: mu = 0.9, seed = 0 } = options;
  const source = manyShotTasks(options);
  const [height, width, channels] = source.pictureShape as [number, number, number];
  const model = options.model([height, width, channels], source.ways);
  const lambdaLayout = part === 'rates' ? model.layout : model.partLayout(part);
  const layout = part === 'rates' ? model.layout : model.layout.without(lambdaLayout);
  const weights = (w: Tensor, lambda: Tensor): Weights =>
    part === 'rates'
      ? w
      : [
          [lambdaLayout, lambda],
          [layout, w],
        ];
  type Given = Parameters<Problem['innerLoss']>[2];
  const apply = (w: Tensor, lambda: Tensor, given: Given, half: 'train' | 'test', positions: Tensor) => {
    const [x, y] = source.examples(given, half, positions, model.inputShape);
    return [model.apply(weights(w, lambda), x).outputs, y] as const;
  };
  const innerLoss: Problem['innerLoss'] = (w, lambda, given, positions) =>
    overTasks(crossEntropy)(...apply(w, lambda, given, 'train', positions!));
  const testBatch = source.batch('test');
  const problem = defineProblem({
    name: `many-shot-${part}`,
    title: TITLES[part],
    d: layout.size,
    p: lambdaLayout.size,
    tasks: source.tasks,
    lambdaPerTask: true,
    weightLength: layout.paddedLength,
    hyperparameterLength: lambdaLayout.paddedLength,
    state: momentum({ rate, momentum: mu }).state([source.tasks, layout.paddedLength]),
    given: source.given,
    initial: {
      weights: model.initialise(seed, layout),
      hyperparameters:
        part === 'rates'
          ? new Float32Array(lambdaLayout.paddedLength).fill(rate)
          : model.initialise(seed, lambdaLayout),
    },
    trainBatch: source.batch('train'),
    validationBatch: testBatch,
    innerLoss,
    outerLoss: (w, lambda, given, positions) =>
      overTasks(crossEntropy)(...apply(w, lambda, given, 'test', positions!)),
    update: ({ w, state }, lambda, given, positions, step) => {
      const gradient = innerGradient(innerLoss, w, lambda, given, positions);
      const optimiser = momentum({ rate: part === 'rates' ? lambda : rate, momentum: mu });
      return optimiser.update(w, gradient, { velocity: state.velocity! }, step);
    },
    metrics: (w, lambda, given) => {
      const positions = source.all();
      return { accuracy: mean(overTasks(accuracy)(...apply(w, lambda, given, 'test', positions))) };
    },
  });
  return { problem, numbers: source.numbers };
}
