import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Dataset,
  loadDataset,
  rootKey,
  sampleEpisodes,
  sampleManyShotTask,
  splitClasses,
} from '@longhorizon/datasets';
import {
  type CellConfig,
  type Measurement,
  Owner,
  owned,
  type RunCell,
  type TrainingSection,
} from '@longhorizon/harness';
import { conv4 } from '@longhorizon/nn';
import { type Device, DeviceArray, foldIn, randomKey } from '@longhorizon/tensor';
import { sharedDevice } from '../../measurements/device.ts';
import { residentImages } from '../../problem-parts/resident-images.ts';
import { root } from '../../root.ts';
import { type CurvePoint, type Recipe, type TrainedClassifier, trainClassifier } from './classifier.ts';
import { bodyOf, pixels, probeAccuracies } from './probe.ts';

type Seeds = Readonly<Record<string, number>>;

/** Everything but the number of epochs, which is the cell's horizon. */
const RECIPE: Omit<Recipe, 'epochs'> = { batch: 100, rate: 0.1, momentum: 0.9, weightDecay: 5e-4 };

const GLYPHS = { learnt: 200, unseen: 60, perClass: 20 };
const EPISODES = { tasks: 20, ways: 20, shots: 5, queries: 15 };
const PROBE = { steps: 200, rate: 0.01, weightDecay: 1e-3 };

/** Runs one cell of the training suite. */
export const runTrainingCell: RunCell = async (config, { seeds, adapter }) => {
  const device = await sharedDevice(adapter);
  return config.problem === 'fashion-mnist'
    ? fashion(device, config, seeds)
    : glyphProbe(device, config, seeds);
};

/** The accuracy that the same recipe gives elsewhere: mean and deviation over seeds. */
export interface Band {
  readonly mean: number;
  readonly deviation: number;
  readonly testAccuracies: readonly number[];
}

/** The results of reference/conv4_torch.py. */
export function torchBand(): Band {
  const text = readFileSync(join(root, 'benchmarks/src/suites/training/reference/conv4-torch.json'), 'utf8');
  return JSON.parse(text) as Band;
}

async function fashion(device: Device, config: CellConfig, seeds: Seeds): Promise<Measurement> {
  const dataset = loadDataset('fashion-mnist');
  const share = config.dimension / dataset.shape[0];
  const task = sampleManyShotTask(dataset, rootKey(seeds.data!), { halves: 'random', trainShare: share });
  using resident = owned(residentImages(device, dataset));
  const model = conv4({ classes: dataset.classes, filters: 32, norm: { running: 'shared' } });
  const trained = await trainClassifier(
    device,
    model,
    resident,
    { train: task.train.indices, test: task.test.indices },
    { ...RECIPE, epochs: config.horizon },
    { initialisation: seeds.initialisation!, order: seeds.order! },
  );
  trained.destroy();
  const { mean, deviation } = torchBand();
  return {
    status: 'ok',
    training: trainingSection(trained),
    counters: { dispatchesPerStep: trained.dispatchesPerStep, parameters: model.layout.size },
    details: {
      recipe: { ...RECIPE, epochs: config.horizon },
      reference: { library: 'PyTorch', epochs: 10, mean, deviation },
    },
  };
}

/** Bodies by seed and recipe: the cells of one seed probe the same network. */
let lastBody:
  | {
      readonly name: string;
      readonly w: Float32Array;
      readonly statistics: Float32Array;
      readonly curve: readonly CurvePoint[];
    }
  | undefined;

async function glyphProbe(device: Device, config: CellConfig, seeds: Seeds): Promise<Measurement> {
  const dataset = loadDataset('glyphs', {
    seed: seeds.data!,
    classes: GLYPHS.learnt + GLYPHS.unseen,
    perClass: GLYPHS.perClass,
  });
  const key = rootKey(seeds.data!);
  const split = splitClasses(dataset, key, { train: GLYPHS.learnt, test: GLYPHS.unseen });
  const episodes = sampleEpisodes(dataset, split.test, key, EPISODES);
  using owner = new Owner();
  const resident = owner.own(residentImages(device, dataset));
  const model = conv4({ classes: GLYPHS.learnt, filters: 32, norm: { running: 'shared' } });
  const upload = (values: Float32Array): DeviceArray =>
    owner.own(DeviceArray.from(device, values, [values.length]));
  let representation = pixels(resident);
  let body: NonNullable<typeof lastBody> | undefined;
  if (config.method === 'untrained')
    representation = bodyOf(
      model,
      upload(model.initialise(foldIn(randomKey(seeds.initialisation!), 0, 'initialisation'))),
    );
  if (config.method === 'trained') {
    body = await bodyTrainedOn(device, dataset, split.train, config, seeds);
    representation = bodyOf(model, upload(body.w), upload(body.statistics));
  }
  const accuracies = await probeAccuracies(device, resident, episodes, representation, PROBE);
  const testAccuracy = accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length;
  return {
    status: 'ok',
    training: {
      curve: body === undefined ? [] : curveOf(body.curve),
      final: { testAccuracy },
      finalSamples: { testAccuracy: [...accuracies] },
      reportSplit: 'query examples of classes that the network never saw',
    },
    details: { chance: 1 / EPISODES.ways, episodes: EPISODES, probe: PROBE },
  };
}

/** A network that learnt to tell the classes of the training split apart. */
async function bodyTrainedOn(
  device: Device,
  dataset: Dataset,
  classes: Uint32Array,
  config: CellConfig,
  seeds: Seeds,
): Promise<NonNullable<typeof lastBody>> {
  const name = JSON.stringify([seeds, config.horizon]);
  if (lastBody?.name === name) return lastBody;
  // The network's classes are 0 … 199: a copy of the data with the labels that the task gives.
  const task = sampleManyShotTask(dataset, rootKey(seeds.data!), {
    pool: classes,
    halves: 'random',
    trainShare: 0.9,
  });
  const labels = new Uint32Array(dataset.labels);
  for (const part of [task.train, task.test])
    part.indices.forEach((index, k) => {
      labels[index] = part.labels[k]!;
    });
  using resident = owned(residentImages(device, { ...dataset, labels }));
  const model = conv4({ classes: classes.length, filters: 32, norm: { running: 'shared' } });
  using trained = owned(
    await trainClassifier(
      device,
      model,
      resident,
      { train: task.train.indices, test: task.test.indices },
      { ...RECIPE, epochs: config.horizon },
      { initialisation: seeds.initialisation!, order: seeds.order! },
    ),
  );
  lastBody = {
    name,
    w: (await trained.w.read()) as Float32Array,
    statistics: (await trained.statistics.read()) as Float32Array,
    curve: trained.curve,
  };
  return lastBody;
}

const curveOf = (curve: readonly CurvePoint[]): TrainingSection['curve'] =>
  curve.map(({ step, trainLoss, testLoss, testAccuracy, trainMs }) => ({
    step,
    metrics: { trainLoss, testLoss, testAccuracy },
    timeMs: trainMs,
  }));

function trainingSection({ curve }: TrainedClassifier): TrainingSection {
  const { trainLoss, testLoss, testAccuracy } = curve.at(-1)!;
  return {
    curve: curveOf(curve),
    final: { trainLoss, testLoss, testAccuracy },
    reportSplit: 'images that were not learnt from',
    stopReason: 'all epochs done',
  };
}
