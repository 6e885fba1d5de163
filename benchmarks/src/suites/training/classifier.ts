/**
 * @file Plain supervised training of a network on the device: one step compiled once and replayed, batches worked out on the
 * device from the number of the step.
 */
import { batchPositions } from '@longhorizon/datasets';
import {
  correctPerExample,
  cosineSchedule,
  crossEntropy,
  type Model,
  momentum,
  nllPerExample,
} from '@longhorizon/nn';
import {
  add,
  cast,
  concat,
  type Device,
  type DeviceArray,
  foldIn,
  gather,
  iota,
  Loop,
  less,
  logSoftmax,
  multiply,
  randomKey,
  reshape,
  state,
  sum,
  type Tensor,
  valueAndGradWithAuxiliary,
} from '@longhorizon/tensor';
import {
  drawBatch,
  drawLabels,
  indexArray,
  type ResidentImages,
} from '../../problem-parts/resident-images.ts';

/** Everything that a training run depends on, besides data and seeds. */
export interface Recipe {
  readonly epochs: number;
  readonly batch: number;
  /** Learning rate at the start; it falls to 0 along half a cosine. */
  readonly rate: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/** Seeds of one run, unsigned 32-bit. */
export interface TrainingSeeds {
  readonly initialisation: number;
  readonly order: number;
}

export interface CurvePoint {
  /** Steps done. */
  readonly step: number;
  /** Mean training loss since the last point. */
  readonly trainLoss: number | null;
  readonly testLoss: number;
  readonly testAccuracy: number;
  /** Milliseconds of training so far, evaluation not counted. */
  readonly trainMs: number;
}

/** A trained network: its arrays stay on the device until `destroy`. */
export interface TrainedClassifier {
  readonly w: DeviceArray;
  readonly statistics: DeviceArray;
  readonly curve: readonly CurvePoint[];
  readonly dispatchesPerStep: number;
  readonly destroy: () => void;
}

/** Index lists of a training and a test part. */
export interface Parts {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Trains a model that keeps running statistics, and measures it on the test part before the first step and after each epoch.
 *
 * @param onPoint called with each point of the curve as it is measured
 */
export async function trainClassifier(
  device: Device,
  model: Model,
  resident: ResidentImages,
  parts: Parts,
  recipe: Recipe,
  seeds: TrainingSeeds,
  onPoint: (point: CurvePoint) => void = () => {},
): Promise<TrainedClassifier> {
  const stepsPerEpoch = Math.floor(parts.train.length / recipe.batch);
  const steps = recipe.epochs * stepsPerEpoch;
  const optimiser = momentum({
    rate: cosineSchedule(recipe.rate, 0, steps),
    momentum: recipe.momentum,
    weightDecay: recipe.weightDecay,
  });
  const indices = indexArray(device, parts.train, 'training indices');
  const P = model.layout.paddedLength;
  const loop = await Loop.make(device, {
    label: `training of ${model.name}`,
    carry: {
      w: state([P]),
      optimiser: optimiser.state([P]),
      statistics: state([model.statistics!.paddedLength]),
      lossSum: state([], { class: 'scratch' }),
    },
    given: { ...resident.arrays, indices },
    step: (carry, given, step) => {
      const positions = batchPositions([0, seeds.order], step, {
        examples: parts.train.length,
        batch: recipe.batch,
      });
      const chosen = gather(given.indices, reshape(positions, [recipe.batch]));
      const x = drawBatch(given.images, chosen, resident.shape);
      const labels = drawLabels(given.labels, chosen);
      const compute = valueAndGradWithAuxiliary((w: Tensor) => {
        const { outputs, statistics } = model.apply(w, x, { statistics: carry.statistics });
        return [crossEntropy(outputs, labels), statistics!] as const;
      });
      const [loss, gradient, statistics] = compute(carry.w);
      const next = optimiser.update(carry.w, gradient, carry.optimiser, step);
      return { w: next.w, optimiser: next.state, statistics, lossSum: add(carry.lossSum, loss) };
    },
  });
  const evaluation = await makeEvaluation(device, model, resident, parts.test, {
    w: loop.carry.w,
    statistics: loop.carry.statistics,
  });
  try {
    loop.carry.w.write(model.initialise(foldIn(randomKey(seeds.initialisation), 0, 'initialisation')));
    loop.carry.statistics.write(model.startStatistics());
    const curve: CurvePoint[] = [];
    let trainMs = 0;
    for (let epoch = 0; epoch <= recipe.epochs; epoch++) {
      if (epoch > 0) {
        loop.carry.lossSum.write([0]);
        const { wallMs } = await loop.run(stepsPerEpoch, { from: (epoch - 1) * stepsPerEpoch });
        trainMs += wallMs;
      }
      const lossSum = (await loop.carry.lossSum.read())[0]!;
      const measured = await evaluation.measure();
      const point = {
        step: epoch * stepsPerEpoch,
        trainLoss: epoch === 0 ? null : lossSum / stepsPerEpoch,
        testLoss: measured.loss,
        testAccuracy: measured.accuracy,
        trainMs,
      };
      curve.push(point);
      onPoint(point);
    }
    return {
      w: loop.carry.w,
      statistics: loop.carry.statistics,
      curve,
      dispatchesPerStep: loop.plan.dispatchCount,
      destroy: () => {
        loop.destroy();
        indices.destroy();
      },
    };
  } catch (error) {
    loop.destroy();
    indices.destroy();
    throw error;
  } finally {
    evaluation.destroy();
  }
}

/** Images that one evaluation step takes. */
const CHUNK = 100;

interface Evaluation {
  readonly measure: () => Promise<{ readonly loss: number; readonly accuracy: number }>;
  readonly destroy: () => void;
}

/** Loss and accuracy over a part of a data set, by running statistics; sums stay on the device until all are in. */
async function makeEvaluation(
  device: Device,
  model: Model,
  resident: ResidentImages,
  part: Uint32Array,
  weights: { readonly w: DeviceArray; readonly statistics: DeviceArray },
): Promise<Evaluation> {
  const indices = indexArray(device, part, 'test indices');
  const loop = await Loop.make(device, {
    label: `evaluation of ${model.name}`,
    carry: { sums: state([2], { class: 'scratch' }) },
    given: { ...resident.arrays, ...weights, indices },
    step: ({ sums }, given, step) => {
      const position = add(multiply(step, CHUNK), iota([CHUNK]));
      // The last chunk may reach beyond the part: what is drawn there counts nothing.
      const counts = cast(less(position, part.length), 'f32');
      const chosen = gather(given.indices, position);
      const labels = drawLabels(given.labels, chosen);
      const { outputs } = model.apply(given.w, drawBatch(given.images, chosen, resident.shape), {
        mode: 'evaluate',
        statistics: given.statistics,
      });
      const found = [nllPerExample(logSoftmax(outputs), labels), correctPerExample(outputs, labels)];
      const shares = found.map((values) => sum(multiply(values, counts)));
      return { sums: add(sums, stackScalars(shares)) };
    },
  });
  return {
    measure: async () => {
      loop.carry.sums.write([0, 0]);
      await loop.run(Math.ceil(part.length / CHUNK));
      const [loss, correct] = await loop.carry.sums.read();
      return { loss: loss! / part.length, accuracy: correct! / part.length };
    },
    destroy: () => {
      loop.destroy();
      indices.destroy();
    },
  };
}

const stackScalars = (values: readonly Tensor[]): Tensor =>
  concat(values.map((value) => reshape(value, [1])));
