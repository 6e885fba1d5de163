/**
 * @file The sinusoid experiment of Lee et al. (ICLR 2022), appendix G and table 4: T = 30 inner steps, M = 30 inner optimisations, 10
 * tasks each, Adam with rate 0.001 for λ after every step, Reptile for the head; then the error on 1000 new waves.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/hypergradient/studies/sinusoid.ts --seeds 10
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Method, prepare, type Run } from '@longhorizon/bilevel';
import { closing, owned } from '@longhorizon/harness';
import { thetaName } from '@longhorizon/hyperdistill';
import { adam } from '@longhorizon/nn';
import { type Device, openDevice } from '@longhorizon/tensor';
import { adapt } from '../../../measurements/adapt.ts';
import { methodWritten } from '../../../methods/written.ts';
import { type SinusoidOptions, sinusoidAnil, sinusoidBatch } from '../../../problem-parts/sinusoid-anil.ts';
import { writeResults } from '../../../reports/results-file.ts';
import { summarise } from '../../../reports/summarise.ts';
import { root } from '../../../root.ts';

/** What names of results mean, beside names of the registry. */
const WRITTEN: Readonly<Record<string, string>> = { 'neumann-3-5': 'neumann?terms=3&last=5' };

/** A method of the registry as it is written, or `hyperdistill-γ`, or `hyperdistill-γ-period` with the inner optimisations between fits of θ. */
function methodOf(name: string): Method {
  const context = { horizon: 30, dimension: 1, seed: 0, rate: 0.1 };
  const [, gamma, period] = /^hyperdistill-([\d.]+)(?:-(\d+))?$/.exec(name) ?? [];
  if (gamma === undefined) return methodWritten(WRITTEN[name] ?? name, context);
  const fit = period === undefined ? '' : `&estimationPeriod=${period}`;
  return methodWritten(`hyperdistill?gamma=${gamma}${fit}`, context);
}

/** Every γ with θ fitted once, as every 50 inner optimisations means for 30 of them, and before each of them. */
const ALL = [
  ...['first-order', 'one-step', 'drmad', 'neumann-3-5', 'exact-reverse'],
  ...['0.9', '0.99', '0.9-1', '0.99-1'].map((one) => `hyperdistill-${one}`),
];

interface Protocol {
  readonly horizon: number;
  readonly innerOptimisations: number;
  readonly tasks: number;
  readonly every: number;
  /** Points of the outer loss after a step. */
  readonly queries: number;
  /** Steps after which the same points come again: the horizon, or 1 for the same ones throughout an inner optimisation. */
  readonly queryBatches: number;
  readonly testTasks: number;
  readonly testQueries: number;
  /** Inner optimisations after which the test error is taken. */
  readonly testAfter: readonly number[];
}

interface SeedResult {
  readonly seed: number;
  /** Test error after the last inner optimisation. */
  readonly testError: number;
  readonly testErrors: readonly { readonly after: number; readonly error: number }[];
  /** L^val(w_T, λ) of each inner optimisation, as seen while training. */
  readonly outerLosses: readonly number[];
  readonly theta?: number;
  readonly products: number;
  readonly trainMs: number;
}

async function train(
  device: Device,
  method: Method,
  seed: number,
  protocol: Protocol,
  test: (run: Run) => Promise<number>,
): Promise<SeedResult> {
  const { tasks, queries, queryBatches } = protocol;
  const options: SinusoidOptions = { seed, tasks, queries, queryBatches };
  using run = owned(
    await prepare(device, sinusoidAnil(options), method, {
      horizon: protocol.horizon,
      meta: {
        optimiser: (rate) => adam({ rate }),
        rate: 0.001,
        every: protocol.every,
        initialisation: 'reptile',
      },
    }),
  );
  const outerLosses: number[] = [];
  const testErrors: { after: number; error: number }[] = [];
  let trainMs = 0;
  for (let number = 0; number < protocol.innerOptimisations; number++) {
    for (const [name, values] of Object.entries(sinusoidBatch('train', number, options)))
      run.writeGiven(name, values);
    const { outerLoss, wallMs } = await run.metaStep();
    outerLosses.push(outerLoss);
    trainMs += wallMs;
    if (protocol.testAfter.includes(number + 1))
      testErrors.push({ after: number + 1, error: await test(run) });
  }
  const variable = run.inner.workspace.variables.find(({ name }) => name === thetaName);
  return {
    seed,
    testError: testErrors.at(-1)!.error,
    testErrors,
    outerLosses,
    ...(variable === undefined ? {} : { theta: (await run.engine.read(variable))[0]! }),
    products: run.counters.vjps + run.counters.hvps + run.counters.jvps,
    trainMs,
  };
}

const summaryOf = (results: Readonly<Record<string, readonly SeedResult[]>>) =>
  Object.fromEntries(
    Object.entries(results).map(([name, seeds]) => [
      name,
      summarise(seeds.map(({ testError }) => testError)),
    ]),
  );

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '10' },
      'first-seed': { type: 'string', default: '0' },
      methods: { type: 'string', default: ALL.join(',') },
      every: { type: 'string', default: '1' },
      queries: { type: 'string', default: '10' },
      'query-batches': { type: 'string', default: '30' },
      tests: { type: 'string', default: '30' },
      out: { type: 'string', default: join(root, 'results', 'sinusoid.json') },
    },
  });
  const innerOptimisations = 30;
  const protocol: Protocol = {
    horizon: 30,
    innerOptimisations,
    tasks: 10,
    every: Number(values.every),
    queries: Number(values.queries),
    queryBatches: Number(values['query-batches']),
    testTasks: 1000,
    testQueries: 100,
    testAfter: values.tests.split(',').map(Number),
  };
  await using device = closing(await openDevice({ timestampQuantization: false }));
  const testOptions = { tasks: protocol.testTasks, queries: protocol.testQueries, queryBatches: 1 };
  using tester = owned(
    await prepare(device, sinusoidAnil(testOptions), adapt, { horizon: protocol.horizon }),
  );
  const names = values.methods.split(',');
  const results: Record<string, SeedResult[]> = Object.fromEntries(names.map((name) => [name, []]));
  const firstSeed = Number(values['first-seed']);
  for (let seed = firstSeed; seed < firstSeed + Number(values.seeds); seed++) {
    const batch = sinusoidBatch('test', 0, { seed, ...testOptions });
    for (const [name, numbers] of Object.entries(batch)) tester.writeGiven(name, numbers);
    const test = async (run: Run) => {
      tester.write('lambda', await run.read('lambda'));
      tester.write('initial', await run.read('initial'));
      return (await tester.compute()).outerLoss;
    };
    for (const name of names) {
      const result = await train(device, methodOf(name), seed, protocol, test);
      results[name]!.push(result);
      console.log(
        `seed ${seed}  ${name.padEnd(18)} ${result.testError.toFixed(4)}  ${result.trainMs.toFixed(0)} ms` +
          (result.theta === undefined ? '' : `  θ ${result.theta.toFixed(3)}`),
      );
    }
    // After every seed, so that a run that is stopped leaves what it found.
    writeResults(values.out, { protocol, summary: summaryOf(results), results });
  }
  const summary = summaryOf(results);
  for (const [name, { mean, ci95, median, least, greatest }] of Object.entries(summary))
    console.log(
      `${name.padEnd(18)} ${mean.toFixed(3)} ± ${ci95.toFixed(3)}  median ${median.toFixed(3)}  ${least.toFixed(3)} … ${greatest.toFixed(3)}`,
    );
}

await main();
