/** @file The rows of the suite `transfer`: target sets × architectures. */
import { keyAt } from '@longhorizon/datasets';
import type { CellConfig, ProblemSpec } from '@longhorizon/harness';
import { conv4, type Model, residualNetwork } from '@longhorizon/nn';
import type { Seeds } from '../../measurements/rows.ts';
import { drawTask, type TransferTask } from '../../problem-parts/drawn-task.ts';
import { smallPictures } from '../../problem-parts/small-pictures.ts';

type Architecture = 'conv4' | 'resnet8' | 'resnet20';

export interface TransferProblemRow extends ProblemSpec {
  /** The data set whose files it needs; profiles leave it out where they are not. */
  readonly needs?: string;
  readonly dataset: string;
  readonly architecture: Architecture;
}

/** How large a run is. */
export interface TransferProfile {
  /** Pictures are reduced to side × side gray pixels. */
  readonly side: number;
  /** Filters of Conv4, and channels of the first stage of residual networks. */
  readonly channels: number;
  readonly layers: number;
  readonly batch: number;
  /** Pictures of each of ten classes to learn from, and to be tested on. */
  readonly train: number;
  readonly test: number;
  /** Draws of the noise at the test. */
  readonly draws: number;
  /** Pictures that are attacked. */
  readonly attacked: number;
}

const profiles: Readonly<Record<string, TransferProfile>> = {
  quick: { side: 14, channels: 8, layers: 2, batch: 32, train: 20, test: 20, draws: 10, attacked: 0 },
  standard: { side: 8, channels: 8, layers: 3, batch: 32, train: 50, test: 50, draws: 100, attacked: 100 },
  full: { side: 28, channels: 16, layers: 4, batch: 128, train: 50, test: 200, draws: 100, attacked: 1000 },
};

const titles: Readonly<Record<Architecture, string>> = {
  conv4: 'Conv4',
  resnet8: 'ResNet-8',
  resnet20: 'ResNet-20',
};

const row = (dataset: string, title: string, architecture: Architecture): TransferProblemRow => ({
  name: `${dataset}-${architecture}`,
  title: `${title}, ${titles[architecture]}`,
  description: `Ten classes of ${title}, some pictures each, reduced and in gray, by a ${titles[architecture]}.`,
  dataset,
  architecture,
  ...(dataset === 'glyphs' ? {} : { needs: dataset }),
});

const architectures = ['conv4', 'resnet8', 'resnet20'] as const;

export const problems: readonly TransferProblemRow[] = architectures.flatMap((architecture) => [
  row('glyphs', 'generated characters', architecture),
  row('fashion-mnist', 'Fashion-MNIST', architecture),
  row('kmnist', 'KMNIST', architecture),
  row('eurosat', 'EuroSAT', architecture),
]);

export interface TransferCase {
  readonly task: TransferTask;
  readonly host: Model;
  readonly profile: TransferProfile;
}

/** The host of a profile, with running statistics in batch norm. */
export function hostOf(architecture: Architecture, profile: TransferProfile, classes: number): Model {
  const inputShape = [profile.side, profile.side, 1] as const;
  const norm = { running: 'shared' } as const;
  if (architecture === 'conv4')
    return conv4({ classes, inputShape, filters: profile.channels, layers: profile.layers, norm });
  const depth = architecture === 'resnet8' ? 8 : 20;
  return residualNetwork({ depth, classes, inputShape, channels: profile.channels, norm });
}

/** Pictures and host of a cell. */
export function transferCase({ problem, profile: name }: CellConfig, seeds: Seeds): TransferCase {
  const found = problems.find((one) => one.name === problem);
  if (found === undefined) throw new Error(`internal: transfer has no problem ${problem}.`);
  const profile = profiles[name] ?? profiles.standard!;
  const { side, train, test } = profile;
  const seed = seeds.data ?? 0;
  const dataset = smallPictures(found.dataset, side, { seed, classes: 10, perClass: train + test });
  const task = drawTask(dataset, keyAt(seed, { of: 'transfer' }), { classes: 10, train, test });
  return { task, host: hostOf(found.architecture, profile, task.classes), profile };
}
