/** @file What the single experiments on hypergradients came to, beside what was published. Their scripts are in `studies/`. */
import type { ReproducedArm, Reproduction } from '@longhorizon/harness';
import { hyperdistillSource } from '../../methods/published/hyperdistill.ts';
import { hyperMethods } from '../../methods/registry.ts';
import { bySeeds, readResultsFile, resultsPath } from '../../reports/results-file.ts';

export function hypergradientReproductions(): readonly Reproduction[] {
  return [sinusoid(), cleaning(long), cleaning(short), onlineTimes()];
}

/** What a card prints for an arm of an experiment. */
function printed(reproduction: string, arm: string): { readonly published?: string } {
  const numbers = hyperMethods.flatMap(({ card }) => card.published ?? []);
  const found = numbers.find(
    ({ ours }) =>
      ours !== undefined && 'arm' in ours && ours.reproduction === reproduction && ours.arm === arm,
  );
  return found === undefined ? {} : { published: found.value };
}

interface SinusoidFile {
  readonly protocol: Readonly<Record<'horizon' | 'innerOptimisations' | 'tasks' | 'testTasks', number>>;
  readonly results: Readonly<
    Record<string, readonly { readonly seed: number; readonly testError: number }[]>
  >;
}

const sinusoidArms = {
  'hyperdistill-0.9': 'HyperDistill, γ = 0.9',
  'hyperdistill-0.99': 'HyperDistill, γ = 0.99',
  'neumann-3-5': 'Neumann (3, 5)',
  'one-step': 'One-step',
  'first-order': 'First-order',
  drmad: 'DrMAD',
  'exact-reverse': 'Exact reverse',
} as const;

function sinusoid(): Reproduction {
  const file = 'hypergradient/sinusoid.json';
  const { protocol, results } = readResultsFile<SinusoidFile>(file);
  const { horizon, innerOptimisations, tasks, testTasks } = protocol;
  return {
    id: 'sinusoid',
    title: 'Sine waves: HyperDistill’s table 4',
    source: hyperdistillSource,
    quantity: 'test error',
    direction: 'lower',
    theirSetting:
      'Table 4 and appendix G: p = 20,400, T = 30, 30 inner optimisations of 10 waves, 1,000 test waves, 5 runs; γ is not given.',
    ourSetting: `The same protocol: p = 20,400, T = ${horizon}, ${innerOptimisations} inner optimisations of ${tasks} waves, ${testTasks} test waves; the rates of the paper, no tuning.`,
    file: resultsPath(file),
    arms: Object.entries(sinusoidArms).map(
      ([name, title]): ReproducedArm => ({
        name,
        title,
        ...printed('sinusoid', name),
        values: bySeeds(results[name] ?? [], ({ testError }) => testError),
      }),
    ),
    pairs: [
      ['hyperdistill-0.9', 'one-step'],
      ['hyperdistill-0.99', 'neumann-3-5'],
    ],
    note: 'Online methods update λ after every step; the exact gradient and DrMAD once an inner optimisation.',
  };
}

interface CleaningFile {
  readonly protocol: Readonly<
    Record<'examples' | 'clean' | 'test' | 'horizon' | 'innerOptimisations', number>
  >;
  readonly rates: readonly number[];
  readonly runs: readonly { readonly method: string; readonly seed: number; readonly accuracy: number }[];
}

interface CleaningExperiment {
  readonly id: string;
  readonly name: string;
  readonly arms: Readonly<Record<string, string>>;
  readonly pair: readonly [string, string];
}

const bounds = { 'no-cleaning': 'No cleaning', 'wrong-known': 'Wrong labels left out' } as const;

const long: CleaningExperiment = {
  id: 'cleaning-long',
  name: 'cleaning-long',
  arms: {
    'hyperdistill-0.99': 'HyperDistill, γ = 0.99',
    'hyperdistill-0.99-fitted': 'HyperDistill, γ = 0.99, θ fitted',
    drmad: 'DrMAD',
    'neumann-5-5': 'Neumann (5, 5)',
    'one-step': 'One-step',
    ...bounds,
  },
  pair: ['hyperdistill-0.99', 'one-step'],
};

const short: CleaningExperiment = {
  id: 'cleaning-short',
  name: 'cleaning-short',
  arms: { 'hyperdistill-0.9': 'HyperDistill, γ = 0.9', 'one-step': 'One-step', ...bounds },
  pair: ['hyperdistill-0.9', 'one-step'],
};

/** Data cleaning on Fashion-MNIST. Seed 0 chose the rates of λ, so it has no part in the numbers. */
function cleaning({ id, name, arms, pair }: CleaningExperiment): Reproduction {
  const file = `hypergradient/${name}.json`;
  const { protocol, rates, runs } = readResultsFile<CleaningFile>(file);
  const { examples, clean, test, horizon, innerOptimisations } = protocol;
  return {
    id,
    title: `Data cleaning on Fashion-MNIST over T = ${horizon} (ours alone)`,
    quantity: 'test accuracy',
    unit: '%',
    direction: 'higher',
    ourSetting: `A weight for each of ${examples} examples, half of the labels wrong; ${clean} clean and ${test} test examples, ${innerOptimisations} inner optimisations. Each method has its best rate of λ of ${rates.join(', ')}, chosen on another seed.`,
    file: resultsPath(file),
    arms: Object.entries(arms).map(
      ([method, title]): ReproducedArm => ({
        name: method,
        title,
        values: bySeeds(
          runs.filter((run) => run.method === method && run.seed > 0),
          ({ accuracy }) => 100 * accuracy,
        ),
      }),
    ),
    pairs: [pair],
  };
}

interface TimesFile {
  readonly setting: Readonly<Record<'horizon' | 'every' | 'filters' | 'd' | 'p', number>>;
  readonly perOneStep: Readonly<Record<string, number>>;
}

/** Seconds of one inner optimisation of WarpGrad on CIFAR-100 in table 3, over those of one-step. */
const publishedSeconds = { hyperdistill: 8.68, drmad: 19.83, 'one-step': 6.88 } as const;

function onlineTimes(): Reproduction {
  const file = 'hypergradient/online-times.json';
  const { setting, perOneStep } = readResultsFile<TimesFile>(file);
  const arm = (name: 'hyperdistill' | 'drmad', title: string): ReproducedArm => ({
    name,
    title,
    published: (publishedSeconds[name] / publishedSeconds['one-step']).toFixed(2),
    text: (perOneStep[name] ?? Number.NaN).toFixed(2),
  });
  return {
    id: 'online-times',
    title: 'Time of an inner optimisation on warp layers',
    source: hyperdistillSource,
    quantity: '× one-step',
    direction: 'lower',
    theirSetting: 'Table 3, WarpGrad on CIFAR-100: T = 100, RTX 2080 Ti. Ratios of the printed seconds.',
    ourSetting: `Convolutions of ${setting.filters} filters, d = ${setting.d}, p = ${setting.p}, T = ${setting.horizon}, λ after every ${setting.every} steps; processor time of the arms in turns on llvmpipe.`,
    file: resultsPath(file),
    arms: [arm('hyperdistill', 'HyperDistill'), arm('drmad', 'DrMAD')],
    note: `HyperDistill takes ${(perOneStep.hyperdistill ?? Number.NaN).toFixed(2)} times what one-step takes; published are ${(publishedSeconds.hyperdistill / publishedSeconds['one-step']).toFixed(2)} times.`,
  };
}
