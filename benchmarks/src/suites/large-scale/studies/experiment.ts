/**
 * @file Initialisations learned from heterogeneous tasks of pictures, at equal inner steps: meta-training loss along the way, and accuracy on a
 * set that none was learned from: the large-scale experiment of Shin et al. (ICML 2021), in small. One line of JSON for each run; runs that are in the file
 * are not done again.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/large-scale/studies/experiment.ts \
 *       --horizons 10,100 --methods reptile,trajectory-shifting:0.01 --seeds 0
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareInitialisation } from '@longhorizon/bilevel';
import { CellFailure, closing, owned } from '@longhorizon/harness';
import { type Device, openDevice } from '@longhorizon/tensor';
import { MetaTest } from '../../../measurements/initialisation/meta-test.ts';
import { metaTrain } from '../../../measurements/initialisation/meta-training.ts';
import type { Scores } from '../../../measurements/scores.ts';
import { initMethods, methodNamed } from '../../../methods/registry.ts';
import { appendResult } from '../../../reports/results-file.ts';
import { root } from '../../../root.ts';
import { type ImageTasksOptions, imageTasks, metaTestTasks } from '../model/image-tasks.ts';
import { procedural, real } from '../model/sources.ts';

/** Everything but the method, K and the seed. Small enough for two cores: all pictures at 12 × 12; classes as many as the sets have. */
const setting = {
  sources: 'real' as 'real' | 'procedural',
  network: { kind: 'convolutional', filters: [8, 16, 32] } as const,
  side: 12,
  perClass: 400,
  batch: 12,
  rate: 0.01,
  momentum: 0.9,
  weightDecay: 5e-4,
  innerSteps: 3000,
  every: 100,
  judgedAt: [0, 300, 3000],
  metaTest: { steps: 1000, repeats: 3, perClass: 60 },
};
type Setting = typeof setting & { readonly augment?: boolean };

export interface RunLine {
  readonly method: string;
  readonly beta: number | null;
  readonly horizon: number;
  readonly seed: number;
  readonly setting: Setting;
  readonly tasks: readonly string[];
  /** Mean training loss of each stretch of `every` inner steps; cut off where the numbers ceased to be finite. */
  readonly losses: readonly number[];
  /** The same of each task, in the order of `tasks`. */
  readonly taskLosses: readonly (readonly number[])[];
  readonly judged: readonly { readonly step: number; readonly scores: Scores }[];
  readonly divergedAt?: number;
  readonly trainMs: number;
}

const keyOf = ({
  method,
  beta,
  horizon,
  seed,
  setting: of,
}: Omit<RunLine, 'losses'> & Pick<RunLine, 'setting'>) => JSON.stringify([method, beta, horizon, seed, of]);

function optionsOf(of: Setting, seed: number): ImageTasksOptions {
  return { ...of, sources: of.sources === 'real' ? real : procedural, seed };
}

async function runOne(
  device: Device,
  of: Setting,
  at: Pick<RunLine, 'method' | 'beta' | 'horizon' | 'seed'>,
  judge: MetaTest,
): Promise<RunLine> {
  const taskSet = imageTasks(optionsOf(of, at.seed));
  const method = methodNamed(initMethods, at.method).inSuites({ beta: at.beta ?? 0, horizon: at.horizon });
  using run = owned(await prepareInitialisation(device, taskSet, method, { horizon: at.horizon }));
  const losses: number[] = [];
  const taskLosses: (readonly number[])[] = [];
  const judged: { step: number; scores: Scores }[] = [];
  let trainMs = 0;
  let divergedAt: number | undefined;
  try {
    const timed = async <Value>(work: () => Promise<Value>): Promise<Value> => {
      const started = performance.now();
      const value = await work();
      trainMs += performance.now() - started;
      return value;
    };
    for await (const stretch of metaTrain(run, {
      steps: of.innerSteps,
      every: of.every,
      judgedAt: of.judgedAt,
      judge,
      timed,
    })) {
      if (stretch.trainLoss !== null) losses.push(stretch.trainLoss);
      if (stretch.taskLosses.length > 0) taskLosses.push(stretch.taskLosses);
      if (stretch.scores !== undefined) judged.push({ step: stretch.step, scores: stretch.scores });
    }
  } catch (error) {
    if (!(error instanceof CellFailure && error.status === 'diverged')) throw error;
    divergedAt = error.failedAtStep;
  }
  const tasks = taskSet.groups.map(({ name }) => name);
  return {
    ...at,
    setting: of,
    tasks,
    losses,
    taskLosses,
    judged,
    ...(divergedAt === undefined ? {} : { divergedAt }),
    trainMs: Math.round(trainMs),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      horizons: { type: 'string', default: '100' },
      methods: { type: 'string', default: 'reptile,trajectory-shifting' },
      seeds: { type: 'string', default: '0' },
      sources: { type: 'string', default: setting.sources },
      steps: { type: 'string', default: String(setting.innerSteps) },
      augment: { type: 'boolean', default: false },
      out: { type: 'string', default: join(root, 'results', 'large-scale.jsonl') },
    },
  });
  const of: Setting = {
    ...setting,
    sources: values.sources as Setting['sources'],
    innerSteps: Number(values.steps),
    ...(values.augment ? { augment: true } : {}),
  };
  const done = new Set(
    existsSync(values.out)
      ? readFileSync(values.out, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => keyOf(JSON.parse(line) as RunLine))
      : [],
  );
  await using device = closing(await openDevice({ timestampQuantization: false }));
  for (const seed of values.seeds.split(',').map(Number)) {
    const tests = metaTestTasks(optionsOf(of, seed), of.metaTest);
    using judge = owned(await MetaTest.make(device, tests, of.metaTest.steps));
    for (const horizon of values.horizons.split(',').map(Number))
      for (const [method, betas] of values.methods.split(',').map(withRates))
        for (const beta of betas) {
          const at = { method, beta, horizon, seed };
          if (done.has(keyOf({ ...at, setting: of } as RunLine))) continue;
          const line = await runOne(device, of, at, judge);
          appendResult(values.out, line);
          console.log(describe(line));
        }
  }
}

/** `name` with all its values of β, or `name:β`; null for a method without one. */
function withRates(words: string): readonly [method: string, betas: readonly (number | null)[]] {
  const [method, beta] = words.split(':') as [string, string?];
  return [method, beta === undefined ? (methodNamed(initMethods, method).rates ?? [null]) : [Number(beta)]];
}

function describe({ method, beta, horizon, seed, losses, judged, divergedAt, trainMs }: RunLine): string {
  const at = (share: number) => losses[Math.ceil(share * losses.length) - 1]?.toFixed(3);
  const accuracies = judged.map(({ scores }) => mean(scores.accuracy ?? []).toFixed(3));
  return (
    `K ${horizon}  ${method} ${beta ?? ''}  seed ${seed}  loss ${at(0.1)} ${at(0.25)} ${at(0.5)} ${at(1)}  ` +
    `accuracy ${accuracies.join(' ')}  ${Math.round(trainMs / 1000)} s${divergedAt === undefined ? '' : `  diverged at ${divergedAt}`}`
  );
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

await main();
