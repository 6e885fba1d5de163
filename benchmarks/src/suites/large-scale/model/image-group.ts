/**
 * @file Tasks of pictures of one shape as a group: θ^t is a network's body and its head, the state is that of the inner optimiser and the running
 * statistics of batch norm. A step sees batches of its own data by the statistics of the batch; reports go by the running statistics.
 */
import {
  type Carry,
  defineTaskGroup,
  type GivenTensors,
  hostArray,
  type TaskGroup,
} from '@longhorizon/bilevel';
import { batchPositions, type Key, splitKey } from '@longhorizon/datasets';
import {
  accuracy,
  crossEntropy,
  drawImages,
  type Model,
  normalise,
  type Optimiser,
  packImages,
  wordsPerImage,
} from '@longhorizon/nn';
import {
  add,
  broadcastTo,
  constant,
  divide,
  foldIn,
  iota,
  modulo,
  multiply,
  randomIntegers,
  randomKey,
  state,
  sum,
  type Tensor,
  valueAndGradWithAuxiliary,
} from '@longhorizon/tensor';
import { overTasks } from '../../../problem-parts/over-tasks.ts';
import { drawLabels } from '../../../problem-parts/resident-images.ts';
import type { ImageTask } from './split.ts';
import { inVariants, unchanged, variantsOf } from './variants.ts';

export interface ImageGroupOptions {
  readonly model: Model;
  readonly optimiser: Optimiser;
  /** Pictures of an inner step. */
  readonly batch: number;
  readonly key: Key;
  /** Seed of the heads. */
  readonly seed: number;
  /** Crop the training pictures at random after padding them by so many pixels, and mirror half of them; not when left out. */
  readonly padding?: number;
  /** Begin again with the same batches after so many steps, and with the same heads at every hard reset; never when left out. */
  readonly period?: number;
}

/** The state with the running means and variances, [tasks, the model's statistics]. */
const statisticsName = 'statistics';

/**
 * @param tasks of one shape: pictures, classes and numbers of pictures agree
 */
export function imageGroup(tasks: readonly ImageTask[], options: ImageGroupOptions): TaskGroup {
  const { model, optimiser, batch, key, seed, period, padding } = options;
  const { shape, counts, name } = tasks[0]!;
  const T = tasks.length;
  const head = model.partLayout('head');
  const P = model.layout.paddedLength;
  const each = counts.train + counts.development + counts.test;
  const size = shape[0] * shape[1] * shape[2];
  const optimiserState = optimiser.state([T, P]);
  const start = model.startStatistics();
  const headKey = randomKey(seed);

  const variants = padding === undefined ? 1 : variantsOf(padding);

  /** Positions in a task's list, u32 [tasks, batch], each with the variant it is seen in, to pictures and labels. */
  const examples = (given: GivenTensors, coded: Tensor): readonly [Tensor, Tensor] => {
    const positions = variants === 1 ? coded : divide(coded, variants);
    const indices = add(positions, multiply(iota(positions.shape, 0), each));
    const drawn = drawImages(given.images!, indices, shape);
    const cut = padding === undefined ? drawn : inVariants(drawn, modulo(coded, variants), padding);
    const seen = normalise(cut, { mean: 0.5, deviation: 0.5 });
    // Gray is repeated in three channels, so that the first layer is the same in every task.
    return [broadcastTo(seen, [...seen.shape.slice(0, -1), 3]), drawLabels(given.labels!, indices)];
  };
  /** `position × variants + variant`: a batch says what is seen and how, so whoever sees it again sees the same. */
  const stream = (part: 'train' | 'development', first: number) => (_: GivenTensors, step: Tensor) => {
    const number = period === undefined ? step : modulo(step, constant(period, 'u32'));
    const drawn = { examples: counts[part], batch: Math.min(batch, counts[part]), tasks: T };
    const positions = add(batchPositions(splitKey(key, part, 0), number, drawn), first);
    if (padding === undefined) return positions;
    const chosen = randomIntegers(
      foldIn(randomKey(seed), number, `variants of ${part}`),
      positions.shape,
      variants,
    );
    return add(multiply(positions, variants), part === 'train' ? chosen : unchanged(padding));
  };
  const lossAndStatistics = (w: Tensor, given: GivenTensors, positions: Tensor, statistics?: Tensor) => {
    const [x, y] = examples(given, positions);
    const applied = model.apply(w, x, statistics === undefined ? {} : { statistics });
    return [overTasks(crossEntropy)(applied.outputs, y), applied.statistics] as const;
  };

  return defineTaskGroup({
    name: tasks.length === 1 ? name : `${name} and ${tasks.length - 1} more`,
    tasks: T,
    weightLength: P,
    d: model.layout.size,
    state: {
      ...optimiserState,
      [statisticsName]: state([T, start.length], { class: 'optimiser state' }),
    },
    initialState: { [statisticsName]: repeated(start, T) },
    given: {
      images: hostArray(packAll(tasks, size), [T * each, wordsPerImage(size)], { dtype: 'u32' }),
      labels: hostArray(joined(tasks.map(({ labels }) => labels)), [T * each], { dtype: 'u32' }),
    },
    heads: (number) =>
      joinedFloats(
        tasks.map(({ name: task }) =>
          model.initialise(foldIn(headKey, period === undefined ? number : 0, task), head),
        ),
      ),
    trainBatch: stream('train', 0),
    validationBatch: stream('development', counts.train),
    loss: (w, given, positions) => lossAndStatistics(w, given, positions!)[0],
    update: ({ w, state: before }, given, positions, step): Carry<Tensor> => {
      const compute = valueAndGradWithAuxiliary((weights: Tensor) => {
        const [losses, statistics] = lossAndStatistics(weights, given, positions!, before[statisticsName]);
        return [sum(losses), statistics!] as const;
      });
      const [, gradient, statistics] = compute(w);
      const own = Object.fromEntries(Object.keys(optimiserState).map((one) => [one, before[one]!]));
      const next = optimiser.update(w, gradient, own, step);
      return { w: next.w, state: { ...next.state, [statisticsName]: statistics } };
    },
    metrics: ({ w, state: now }, given) => {
      const positions = add(iota([T, counts.test], 1), counts.train + counts.development);
      const plain = padding === undefined ? 0 : unchanged(padding);
      const [x, y] = examples(given, add(multiply(positions, variants), plain));
      const { outputs } = model.apply(w, x, { mode: 'evaluate', statistics: now[statisticsName]! });
      return {
        accuracy: overTasks(accuracy)(outputs, y),
        testLoss: overTasks(crossEntropy)(outputs, y),
      };
    },
  });
}

function repeated(values: Float32Array, times: number): Float32Array {
  return joinedFloats(Array.from({ length: times }, () => values));
}

function joinedFloats(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  return Uint32Array.from(parts.flatMap((part) => [...part]));
}

function packAll(tasks: readonly ImageTask[], size: number): Uint32Array {
  return joined(tasks.map(({ images }) => packImages(images, size)));
}
