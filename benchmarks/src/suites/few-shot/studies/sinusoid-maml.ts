/** @file MAML on sine waves: a perceptron 1-40-40-1, all of whose weights begin at λ and are fitted to 10 points by clipped gradient descent. */
import { defineProblem, hostArray, innerGradient, type Problem } from '@longhorizon/bilevel';
import { clipNorm, meanSquaredError, perceptron } from '@longhorizon/nn';
import { multiply, subtract, type Tensor, vmap } from '@longhorizon/tensor';
import { overTasks } from '../../../problem-parts/over-tasks.ts';
import { sinusoidBatch } from '../../../problem-parts/sinusoid-anil.ts';

export interface SinusoidMamlOptions {
  readonly seed: number;
  /** Waves of a meta-batch. */
  readonly tasks: number;
  readonly shots: number;
  readonly queries: number;
  readonly queryBatches: 1;
  readonly hidden: readonly number[];
  /** α */
  readonly rate: number;
  /** The norm that a task's inner gradient is brought down to. */
  readonly innerClip: number;
}

export function sinusoidMaml(options: SinusoidMamlOptions): Problem {
  const { seed, tasks, shots, queries, hidden, rate, innerClip } = options;
  const model = perceptron([1, ...hidden, 1]);
  const { layout } = model;
  const first = sinusoidBatch('train', 0, options);
  const losses = (w: Tensor, x: Tensor, y: Tensor) =>
    overTasks(meanSquaredError)(model.apply(w, x).outputs, y);
  const innerLoss: Problem['innerLoss'] = (w, _, given) => losses(w, given.x!, given.y!);
  return defineProblem({
    name: 'sinusoid-maml',
    title: 'a start of the weights from which a few steps fit a sine wave',
    d: layout.size,
    p: layout.size,
    tasks,
    weightLength: layout.paddedLength,
    hyperparameterLength: layout.paddedLength,
    state: {},
    given: {
      x: hostArray(first.x, [tasks, shots, 1]),
      y: hostArray(first.y, [tasks, shots, 1]),
      queryX: hostArray(first.queryX, [tasks, queries, 1]),
      queryY: hostArray(first.queryY, [tasks, queries, 1]),
    },
    initial: { hyperparameters: model.initialise(seed, layout) },
    start: (lambda) => lambda,
    innerLoss,
    outerLoss: (w, _, given) => losses(w, given.queryX!, given.queryY!),
    update: ({ w, state }, lambda, given, batch) => {
      const gradient = innerGradient(innerLoss, w, lambda, given, batch);
      const clipped = vmap((one: Tensor) => clipNorm(one, innerClip))(gradient);
      return { w: subtract(w, multiply(rate, clipped)), state };
    },
  });
}
