/**
 * @file Data cleaning on Fashion-MNIST, by two protocols. Full steps with rate 0.1 and momentum 0.9, all inner optimisations from one start, Adam for
 * λ; afterwards λ is frozen and the classifier trained once more, and its test accuracy is the result.
 *
 * `short` is that of "generalized greedy" hypergradients (submission to ICLR 2025): 1,000 training images, half of their labels replaced by a random
 * class, T = 10, 200 inner optimisations. Different from there: logistic regression on 14 × 14 pixels in place of three convolutions; clean and
 * test images are different ones; λ is updated after every step where a method can, as HyperDistill is written.
 *
 * `long` is the row `cleaning-fashion-mnist` of the suite `hypergradient` at T = 100, p = 100, with rates chosen for each method and ten times as many
 * test images. It was written down after that row's result was known, and before its own seeds were run.
 *
 * λ does not enter the outer loss, where HyperDistill may take π = 1 (Lee et al., ICLR 2022, section 5); `-fitted` estimates its size. The rate of λ
 * is chosen for every method from one grid by the clean loss on seed 0, which is not reported.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/hypergradient/studies/cleaning.ts --protocol long --seeds 8
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Problem, prepare } from '@longhorizon/bilevel';
import { type LabelNoise, loadDataset, toCommonShape } from '@longhorizon/datasets';
import { closing, owned } from '@longhorizon/harness';
import { adam } from '@longhorizon/nn';
import { type Device, openDevice } from '@longhorizon/tensor';
import { adapt } from '../../../measurements/adapt.ts';
import { methodWritten } from '../../../methods/written.ts';
import { writeResults } from '../../../reports/results-file.ts';
import { summarise } from '../../../reports/summarise.ts';
import { root } from '../../../root.ts';
import { dataCleaning } from '../model/data-cleaning.ts';

/** What names of results mean: methods of the registry as they are written. */
const LEARNED: Readonly<Record<string, string>> = {
  'one-step': 'one-step',
  drmad: 'drmad',
  'neumann-5-5': 'neumann?terms=5&last=5',
  'hyperdistill-0.9': 'hyperdistill?gamma=0.9&size=unit',
  'hyperdistill-0.99': 'hyperdistill?gamma=0.99&size=unit',
  'hyperdistill-0.9-fitted': 'hyperdistill?gamma=0.9',
  'hyperdistill-0.99-fitted': 'hyperdistill?gamma=0.99',
};

/** Not learned: all weights equal, or the wrong labels known and left out. */
const FIXED: readonly string[] = ['no-cleaning', 'wrong-known'];
const isFixed = (name: string): boolean => FIXED.includes(name);

interface Protocol {
  readonly dataset: string;
  readonly examples: number;
  readonly clean: number;
  readonly test: number;
  readonly noise: LabelNoise;
  readonly horizon: number;
  readonly innerOptimisations: number;
  readonly rate: number;
  /** λ is updated after every so many inner steps; after each when left out. */
  readonly every?: number;
}

interface Experiment {
  readonly protocol: Protocol;
  /** Rates of λ that every method chooses from. */
  readonly rates: readonly number[];
}

const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  short: {
    protocol: {
      dataset: 'fashion-mnist',
      examples: 1000,
      clean: 1000,
      test: 5000,
      noise: { kind: 'uniform-any', rate: 0.5 },
      horizon: 10,
      innerOptimisations: 200,
      rate: 0.1,
    },
    rates: [0.01, 0.03, 0.1, 0.3],
  },
  long: {
    protocol: {
      dataset: 'fashion-mnist',
      examples: 100,
      clean: 200,
      test: 4000,
      noise: { kind: 'uniform', rate: 0.5 },
      horizon: 100,
      innerOptimisations: 80,
      rate: 0.1,
      every: 10,
    },
    rates: [0.03, 0.1, 0.3, 1],
  },
};

interface Result {
  readonly method: string;
  /** Seed 0 chooses rates; the others are results. */
  readonly seed: number;
  /** Learning rate of λ. */
  readonly rate?: number;
  readonly accuracy: number;
  readonly testLoss: number;
  /** L^val(w_T, λ) with λ frozen, over all clean examples. */
  readonly cleanLoss: number;
  readonly weightOfRight: number;
  readonly weightOfWrong: number;
}

function problemOf({ dataset, examples, clean, test, noise, rate }: Protocol, seed: number): Problem {
  const small = toCommonShape(loadDataset(dataset), { height: 14, width: 14, channels: 1 });
  return dataCleaning({
    dataset: small,
    examples,
    clean,
    batch: examples,
    cleanBatch: clean,
    seed,
    test,
    noise,
    rate,
  });
}

/** λ after all inner optimisations. */
async function learn(
  device: Device,
  problem: Problem,
  name: string,
  lambdaRate: number,
  { horizon, innerOptimisations, every = 1 }: Protocol,
): Promise<ArrayLike<number>> {
  const { p: dimension } = problem;
  const method = methodWritten(LEARNED[name] ?? name, { horizon, dimension, seed: 0, rate: 0.1 });
  using run = owned(
    await prepare(device, problem, method, {
      horizon,
      meta: { optimiser: (rate) => adam({ rate }), rate: lambdaRate, every },
    }),
  );
  for (let number = 0; number < innerOptimisations; number++) {
    const { divergedAt } = await run.metaStep();
    if (divergedAt !== undefined)
      throw new RangeError(
        `${name}, rate ${lambdaRate}: inner optimisation ${number + 1} left the finite numbers after step ${divergedAt}.`,
      );
  }
  return await run.read('lambda');
}

/** λ that is not learned: at ±20 the sigmoid is 0 or 1 for float32. */
function fixed(problem: Problem, name: string): ArrayLike<number> {
  if (name === 'no-cleaning') return problem.initial.hyperparameters;
  return Float32Array.from(problem.given.wrong!.values, (wrong) => (wrong === 1 ? -20 : 20));
}

/** The classifier trained with λ frozen. */
async function judge(
  device: Device,
  problem: Problem,
  lambda: ArrayLike<number>,
  horizon: number,
): Promise<Omit<Result, 'method' | 'seed' | 'rate'>> {
  using run = owned(await prepare(device, problem, adapt, { horizon }));
  run.write('lambda', lambda);
  await run.compute();
  const { accuracy, loss, cleanLoss, weightOfRight, weightOfWrong } = await run.metrics();
  return {
    accuracy: accuracy!,
    testLoss: loss!,
    cleanLoss: cleanLoss!,
    weightOfRight: weightOfRight!,
    weightOfWrong: weightOfWrong!,
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      protocol: { type: 'string', default: 'short' },
      seeds: { type: 'string', default: '8' },
      methods: { type: 'string', default: [...FIXED, ...Object.keys(LEARNED)].join(',') },
      out: { type: 'string', default: join(root, 'results', 'cleaning.json') },
    },
  });
  const names = values.methods.split(',');
  const experiment = EXPERIMENTS[values.protocol];
  if (experiment === undefined)
    throw new RangeError(
      `No protocol is called '${values.protocol}'; there are ${Object.keys(EXPERIMENTS).join(', ')}.`,
    );
  const { protocol, rates } = experiment;
  // What a run that was stopped has found already stands.
  const runs: Result[] = existsSync(values.out) ? JSON.parse(readFileSync(values.out, 'utf8')).runs : [];
  await using device = closing(await openDevice({ timestampQuantization: false }));
  let made: { readonly seed: number; readonly problem: Problem } | undefined;
  const one = async (method: string, seed: number, rate?: number): Promise<Result> => {
    const known = runs.find((run) => run.method === method && run.seed === seed && run.rate === rate);
    if (known !== undefined) return known;
    if (made?.seed !== seed) made = { seed, problem: problemOf(protocol, seed) };
    const { problem } = made;
    const lambda =
      rate === undefined ? fixed(problem, method) : await learn(device, problem, method, rate, protocol);
    const judged = await judge(device, problem, lambda, protocol.horizon);
    const result = { method, seed, ...(rate === undefined ? {} : { rate }), ...judged };
    runs.push(result);
    writeResults(values.out, { protocol, rates, runs });
    console.log(
      `seed ${seed}  ${`${method} ${rate ?? ''}`.padEnd(30)} accuracy ${judged.accuracy.toFixed(4)}  clean loss ${judged.cleanLoss.toFixed(4)}` +
        `  weights ${judged.weightOfRight.toFixed(2)} / ${judged.weightOfWrong.toFixed(2)}`,
    );
    return result;
  };
  const best = new Map<string, number>();
  for (const name of names.filter((each) => !isFixed(each))) {
    const tried: Result[] = [];
    for (const rate of rates) tried.push(await one(name, 0, rate));
    best.set(name, tried.reduce((a, b) => (b.cleanLoss < a.cleanLoss ? b : a)).rate!);
  }
  for (let seed = 1; seed <= Number(values.seeds); seed++)
    for (const name of names) await one(name, seed, best.get(name));
  for (const name of names) {
    const accuracies = runs
      .filter(({ method, seed }) => method === name && seed > 0)
      .map((run) => run.accuracy);
    const { mean, ci95, least, greatest } = summarise(accuracies);
    console.log(
      `${name.padEnd(24)} ${mean.toFixed(4)} ± ${ci95.toFixed(4)}  ${least.toFixed(4)} … ${greatest.toFixed(4)}`,
    );
  }
}

await main();
