/**
 * @file ANIL on sine waves (Lee et al., ICLR 2022, appendix G): y = A sin(x − φ), 10 points a task; a perceptron 1-100-100-100-1 whose
 * first three layers are λ and whose last layer is w. Inner SGD with rate 0.01 and momentum 0.9.
 *
 * Every step sees all ten points, so B is affine in w: the head is linear and the loss is a square.
 *
 * Each update of λ sees points of the outer loss that none before it saw. Ten points that stay the same for all 30 updates of an inner
 * optimisation are fitted instead of the wave: see `docs/decisions/0062-validation-examples-are-fresh.md` for what that costs.
 */
import { defineProblem, descend, hostArray, type Problem } from '@longhorizon/bilevel';
import { type Key, keyAt, sinusoidPoints, sinusoidTasks, splitKey } from '@longhorizon/datasets';
import { meanSquaredError, momentum, type Part, perceptron } from '@longhorizon/nn';
import { add, gather, iota, modulo, multiply, type Tensor } from '@longhorizon/tensor';
import { overTasks } from './over-tasks.ts';

export interface SinusoidOptions {
  /** Names the start of the network and the waves. */
  readonly seed?: number;
  /** Waves of one meta-batch, 10 when left out. */
  readonly tasks?: number;
  /** Points that the inner loop sees, 10 when left out. */
  readonly shots?: number;
  /** Points of the outer loss after a step, 10 when left out. */
  readonly queries?: number;
  /** Steps after which the outer loss sees the same points again; as many as the published horizon, 30, when left out. */
  readonly queryBatches?: number;
  /** Hidden layers, 100-100-100 when left out: p grows with the square of the width. */
  readonly hidden?: readonly number[];
  /** η of the inner loop, 0.01 when left out. */
  readonly rate?: number;
  /** μ of the inner loop, 0.9 when left out. */
  readonly momentum?: number;
}

const DEFAULTS = {
  seed: 0,
  tasks: 10,
  shots: 10,
  queries: 10,
  queryBatches: 30,
  hidden: [100, 100, 100],
  rate: 0.01,
  momentum: 0.9,
};

/** Numbers of one meta-batch, by the names under which the problem is given them. */
export type SinusoidBatch = Readonly<Record<'x' | 'y' | 'queryX' | 'queryY', Float32Array>>;

/**
 * The waves of a meta-batch and their points.
 *
 * @param number which meta-batch: waves number · tasks … (number + 1) · tasks − 1 of the split
 */
export function sinusoidBatch(
  split: 'train' | 'test',
  number: number,
  options: Pick<SinusoidOptions, 'seed' | 'tasks' | 'shots' | 'queries' | 'queryBatches'> = {},
): SinusoidBatch {
  const { seed, tasks, shots, queries, queryBatches } = { ...DEFAULTS, ...options };
  const key: Key = keyAt(seed, { split });
  const first = number * tasks;
  const waves = sinusoidTasks(key, tasks, first);
  const support = sinusoidPoints(waves, splitKey(key, 'points', 'support'), shots, first);
  const query = sinusoidPoints(waves, splitKey(key, 'points', 'query'), queries * queryBatches, first);
  return { x: support.x, y: support.y, queryX: query.x, queryY: query.y };
}

/** The problem with its first meta-batch; write the next ones with `run.writeGiven`. */
export function sinusoidAnil(
  options: SinusoidOptions = {},
  batch = sinusoidBatch('train', 0, options),
): Problem {
  const {
    seed,
    tasks,
    shots,
    queries,
    queryBatches,
    hidden,
    rate,
    momentum: mu,
  } = { ...DEFAULTS, ...options };
  const model = perceptron([1, ...hidden, 1]);
  const [body, head] = [model.partLayout('body'), model.partLayout('head')];
  const loss = (w: Tensor, lambda: Tensor, x: Tensor, y: Tensor): Tensor => {
    const parts: readonly Part[] = [
      [body, lambda],
      [head, w],
    ];
    return overTasks(meanSquaredError)(model.apply(parts, x).outputs, y);
  };
  const innerLoss: Problem['innerLoss'] = (w, lambda, given) => loss(w, lambda, given.x!, given.y!);
  const optimiser = momentum({ rate, momentum: mu });
  const pool = queries * queryBatches;
  return defineProblem({
    name: 'sinusoid-anil',
    title: 'the first layers of a perceptron, from which its last layer fits sine waves',
    d: head.size,
    p: body.size,
    tasks,
    lambdaPerTask: true,
    weightLength: head.paddedLength,
    hyperparameterLength: body.paddedLength,
    state: optimiser.state([tasks, head.paddedLength]),
    given: {
      x: hostArray(batch.x, [tasks, shots, 1]),
      y: hostArray(batch.y, [tasks, shots, 1]),
      queryX: hostArray(batch.queryX, [tasks, pool, 1]),
      queryY: hostArray(batch.queryY, [tasks, pool, 1]),
    },
    initial: {
      weights: model.initialise(seed, head),
      hyperparameters: model.initialise(seed, body),
    },
    validationBatch: (_, step) =>
      add(multiply(modulo(step, queryBatches), queries), iota([tasks, queries], 1)),
    innerLoss,
    outerLoss: (w, lambda, given, positions) => {
      const drawn = (points: Tensor) => gather(points, positions!, 1, { batched: true });
      return loss(w, lambda, drawn(given.queryX!), drawn(given.queryY!));
    },
    update: descend(() => optimiser, innerLoss),
  });
}
