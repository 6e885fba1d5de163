/**
 * @file Few-shot classification as bilevel problems, three ways to choose λ:
 * ANIL: λ is the body of the network, w its head. Meta-SGD: λ is a learning rate for each weight, w the whole network.
 * MAML: λ is where the weights begin. With `learnStart` λ of the other two begins with the start, too.
 */
import { defineProblem, hostArray, innerGradient, type Problem } from '@longhorizon/bilevel';
import { accuracy, crossEntropy, type Model, type Part, sgd } from '@longhorizon/nn';
import { mean, reshape, type Tensor } from '@longhorizon/tensor';
import { overTasks } from '../../../problem-parts/over-tasks.ts';
import type { EpisodeSource, TaskShape } from './episodes.ts';

export interface FewShotOptions {
  readonly shape: TaskShape;
  readonly source: EpisodeSource;
  readonly model: Model;
  /** Seed of the network's start. */
  readonly seed: number;
  /** η of the inner loop; for Meta-SGD the start of every learning rate. */
  readonly rate: number;
}

/** Where the parts of the network lie, and what λ and w are at first. */
interface Roles {
  readonly name: string;
  readonly title: string;
  readonly d: number;
  readonly p: number;
  readonly weightLength: number;
  readonly hyperparameterLength: number;
  /** Absent where λ says where the weights begin. */
  readonly weights?: ArrayLike<number>;
  readonly start?: (lambda: Tensor) => Tensor;
  readonly hyperparameters: ArrayLike<number>;
  readonly parts: (w: Tensor, lambda: Tensor) => Tensor | readonly Part[];
  readonly rate: (lambda: Tensor) => number | Tensor;
}

/** ANIL (Raghu et al., ICLR 2020): the inner loop fits the head to features that λ makes. */
export function anil(options: FewShotOptions): Problem {
  const { model, seed, rate } = options;
  const [body, head] = [model.partLayout('body'), model.partLayout('head')];
  return fewShot(options, {
    name: 'anil',
    title: 'features from which the last layer learns a task',
    d: head.size,
    p: body.size,
    weightLength: head.paddedLength,
    hyperparameterLength: body.paddedLength,
    weights: model.initialise(seed, head),
    hyperparameters: model.initialise(seed, body),
    parts: (w, lambda) => [
      [body, lambda],
      [head, w],
    ],
    rate: () => rate,
  });
}

/** Meta-SGD (Li et al., 2017): a learning rate for each weight; where the weights start is learned beside it. */
export function metaSgd(options: FewShotOptions): Problem {
  const { model, seed, rate } = options;
  const { layout } = model;
  return fewShot(options, {
    name: 'meta-sgd',
    title: 'a learning rate for each weight of a network',
    d: layout.size,
    p: layout.size,
    weightLength: layout.paddedLength,
    hyperparameterLength: layout.paddedLength,
    weights: model.initialise(seed, layout),
    hyperparameters: new Float32Array(layout.paddedLength).fill(rate),
    parts: (w) => w,
    rate: (lambda) => lambda,
  });
}

/** MAML (Finn et al., ICML 2017): λ is where the whole network begins. */
export function maml(options: FewShotOptions): Problem {
  const { model, seed, rate } = options;
  const { layout } = model;
  return fewShot(options, {
    name: 'maml',
    title: 'a start of the weights from which a few steps learn a task',
    d: layout.size,
    p: layout.size,
    weightLength: layout.paddedLength,
    hyperparameterLength: layout.paddedLength,
    hyperparameters: model.initialise(seed, layout),
    start: (lambda) => lambda,
    parts: (w) => w,
    rate: () => rate,
  });
}

function fewShot({ shape, source, model }: FewShotOptions, roles: Roles): Problem {
  const { tasks, ways, shots, queries, side } = shape;
  const [support, query] = [ways * shots, ways * queries];
  const first = source.batch('train', 0);
  const outputs = (w: Tensor, lambda: Tensor, x: Tensor): Tensor => {
    const pictures = reshape(x, [...x.shape.slice(0, 2), ...model.inputShape]);
    return model.apply(roles.parts(w, lambda), pictures).outputs;
  };
  const losses = overTasks(crossEntropy);
  const innerLoss: Problem['innerLoss'] = (w, lambda, given) =>
    losses(outputs(w, lambda, given.x!), given.y!);
  return defineProblem({
    name: roles.name,
    title: roles.title,
    d: roles.d,
    p: roles.p,
    tasks,
    lambdaPerTask: true,
    weightLength: roles.weightLength,
    hyperparameterLength: roles.hyperparameterLength,
    state: {},
    given: {
      x: hostArray(first.x, [tasks, support, side * side]),
      y: hostArray(source.labels, [tasks, support], { dtype: 'u32' }),
      queryX: hostArray(first.queryX, [tasks, query, side * side]),
      queryY: hostArray(source.queryLabels, [tasks, query], { dtype: 'u32' }),
    },
    initial: {
      hyperparameters: roles.hyperparameters,
      ...(roles.weights === undefined ? {} : { weights: roles.weights }),
    },
    ...(roles.start === undefined ? {} : { start: roles.start }),
    innerLoss,
    outerLoss: (w, lambda, given) => losses(outputs(w, lambda, given.queryX!), given.queryY!),
    update: ({ w, state }, lambda, given, batch, step) =>
      sgd({ rate: roles.rate(lambda) }).update(
        w,
        innerGradient(innerLoss, w, lambda, given, batch),
        state,
        step,
      ),
    metrics: (w, lambda, given) => ({
      accuracy: mean(overTasks(accuracy)(outputs(w, lambda, given.queryX!), given.queryY!)),
    }),
  });
}
