/** @file Many-shot tasks of pictures that have little in common, and one unseen set that a start is judged on. */
import type { CellConfig } from '@longhorizon/harness';
import type { InitialisationProblemRow } from '../../measurements/initialisation/rows.ts';
import type { Seeds } from '../../measurements/rows.ts';
import { type ImageTasksOptions, imageTasks, metaTestTasks } from './model/image-tasks.ts';
import { bodySize, type NetworkOptions } from './model/networks.ts';
import { datasetsOf, procedural, real, type Sources } from './model/sources.ts';
import { budgetOf, imageBudgets, scheduleOf } from './recipes.ts';

/** Networks by the size of their body, p. */
const networks: readonly NetworkOptions[] = [
  { kind: 'convolutional', filters: [8, 16, 32] },
  { kind: 'convolutional', filters: [32, 32, 32, 32] },
  { kind: 'residual', depth: 8, channels: 16 },
  { kind: 'residual', depth: 20, channels: 16 },
];
export const bodySizes = networks.map(bodySize);

/**
 * What differs between the profiles. `quick`: every set at one size and with one number of classes, so that all tasks are one group and
 * share their shaders. `standard`: sizes and classes of their own, sides halved. `full`: as they are.
 */
const scales: Readonly<Record<string, Partial<ImageTasksOptions>>> = {
  quick: { side: 12, classes: 6, perClass: 40, batch: 12 },
  standard: { reduction: 2, perClass: 60, batch: 16, augment: true },
  full: { perClass: 500, batch: 64, augment: true },
};

function optionsOf(sources: Sources, { dimension, profile }: CellConfig, seeds: Seeds): ImageTasksOptions {
  return {
    ...scales[profile],
    sources,
    network: networks[bodySizes.indexOf(dimension)] ?? networks[0]!,
    seed: seeds.data ?? 0,
  };
}

function rowOn(sources: Sources, name: string, title: string): InitialisationProblemRow {
  const list = sources.train.map((source) => source.name).join(', ');
  return {
    name,
    title,
    metric: { name: 'accuracy', title: 'Meta-test accuracy', direction: 'higher' },
    description:
      `Many-shot tasks on ${list}: the body of a network is shared, heads and running statistics are each task's own. A φ is judged by ` +
      `training on ${sources.test.name}, which no task saw, with a fresh head.`,
    dimension: {
      minimum: Math.min(...bodySizes),
      maximum: Math.max(...bodySizes),
      values: bodySizes,
      because:
        'the bodies of networks with 8, 16, 32 filters and with four times 32, of ResNet-8 and of ResNet-20',
    },
    make: (config, seeds) => imageTasks(optionsOf(sources, config, seeds)),
    recipe: (config, seeds) => {
      const budget = budgetOf(imageBudgets, config);
      const { testSteps } = budget;
      // In the quick profile as many times as there are tasks: the same shapes, so the same shaders.
      const repeats = config.profile === 'quick' ? sources.train.length : 3;
      return {
        ...scheduleOf(budget, config.horizon),
        metaTest: {
          taskSet: metaTestTasks(optionsOf(sources, config, seeds), { steps: testSteps, repeats }),
          steps: testSteps,
        },
      };
    },
  };
}

export const imageProblems: readonly InitialisationProblemRow[] = [
  rowOn(procedural, 'images', 'Generated pictures'),
  { ...rowOn(real, 'images-real', 'Real pictures'), needs: datasetsOf(real) },
];
