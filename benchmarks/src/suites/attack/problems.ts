/** @file The rows of the suite `attack`: whose pictures. A problem is one row. */
import { type Dataset, loadDataset, toCommonShape } from '@longhorizon/datasets';
import type { AxisRange, CellConfig, ProblemSpec } from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import type { Seeds } from '../../measurements/rows.ts';
import { gradientNetwork } from './model/gradient-network.ts';
import { makeScene, type Scene } from './model/scene.ts';
import type { VictimKind } from './model/victims.ts';

export interface AttackProblemRow extends ProblemSpec {
  /** The data set whose files it needs; profiles leave it out where they are not. */
  readonly needs?: string;
  readonly pictures: () => Dataset;
}

/** How large a run is. */
export interface AttackProfile {
  /** Pictures are reduced to side × side. */
  readonly side: number;
  readonly training: number;
  readonly mapped: number;
  readonly attacked: number;
  /** Steps of training a victim. */
  readonly victims: VictimKind;
  readonly victimSteps: number;
  readonly metaIterations: number;
  /** q, about a sixth of the pixels as in the paper's 128 of 784. */
  readonly coordinates: number;
  readonly iterations: number;
  readonly fitSteps: number;
}

const attackProfiles: Readonly<Record<string, AttackProfile>> = {
  quick: {
    side: 14,
    training: 1000,
    mapped: 200,
    attacked: 24,
    victims: 'dense',
    victimSteps: 120,
    metaIterations: 20,
    coordinates: 32,
    iterations: 60,
    fitSteps: 10,
  },
  standard: {
    side: 14,
    training: 2000,
    mapped: 500,
    attacked: 100,
    victims: 'mixed',
    victimSteps: 300,
    metaIterations: 100,
    coordinates: 32,
    iterations: 100,
    fitSteps: 20,
  },
  full: {
    side: 28,
    training: 6000,
    mapped: 2000,
    attacked: 1000,
    victims: 'mixed',
    victimSteps: 2000,
    metaIterations: 1000,
    coordinates: 128,
    iterations: 100,
    fitSteps: 20,
  },
};

/** Channels of the attacker's network; the last are those of the released code. */
const widths = [
  [4, 8],
  [4, 8, 16],
  [8, 16, 32],
  [16, 32, 64],
] as const;
/** Weights of the attacker over these channels; the same for every size of pictures. */
export const attackerSizes: readonly number[] = widths.map(
  (channels) => gradientNetwork({ side: 28, channels }).layout.size,
);
const dimension: AxisRange = {
  minimum: attackerSizes[0]!,
  maximum: attackerSizes.at(-1)!,
  values: attackerSizes,
  because: `the weights of attackers with ${widths.map((one) => one.join('-')).join(', ')} channels`,
};

/** The attacker's network of a cell: as many weights as its p says. */
export function networkOf({ dimension: p, profile }: CellConfig) {
  const { side } = profileOf(profile);
  return gradientNetwork({ side, channels: widths[attackerSizes.indexOf(p)]! });
}

export const profileOf = (name: string): AttackProfile => attackProfiles[name] ?? attackProfiles.standard!;

export const problems: readonly AttackProblemRow[] = [
  {
    name: 'generated',
    title: 'generated characters',
    description:
      'Ten generated characters; three source victims, and one of another architecture that is attacked. In the profile quick all are perceptrons.',
    dimension,
    pictures: () => loadDataset('glyphs', { seed: 3, classes: 10, perClass: 300 }),
  },
  ...(['fashion-mnist', 'mnist'] as const).map((needs) => ({
    name: needs,
    title: needs === 'mnist' ? 'MNIST' : 'Fashion-MNIST',
    description: 'Three source victims, and one of another architecture that is attacked.',
    dimension,
    needs,
    pictures: () => loadDataset(needs),
  })),
];

let last: { readonly key: string; readonly device: Device; readonly scene: Promise<Scene> } | undefined;

/** Victims, maps and pictures of a cell: the same for every method and pass, and trained once a process. */
export function sceneOf(
  device: Device,
  { problem, profile, seed }: CellConfig,
  seeds: Seeds,
): Promise<Scene> {
  const key = JSON.stringify([problem, profile, seed]);
  if (last?.key === key && last.device === device) return last.scene;
  const row = problems.find(({ name }) => name === problem);
  if (row === undefined) throw new Error(`internal: attack has no problem ${problem}.`);
  const { side, training, mapped, attacked, victims, victimSteps } = profileOf(profile);
  const scene = makeScene(device, {
    dataset: toCommonShape(row.pictures(), { height: side, width: side, channels: 1 }),
    training,
    mapped,
    attacked,
    victims,
    steps: victimSteps,
    seed: seeds.data ?? 0,
  });
  last = { key, device, scene };
  return scene;
}
