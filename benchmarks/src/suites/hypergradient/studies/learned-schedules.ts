/**
 * @file The schedules that methods learned on the noisy quadratic: learned again from the tuned records, since those keep no λ, with the score of
 * short-horizon bias, ln(α learned / α best) at step 10; then NRES by the number of its particles and of its inner optimisations.
 *
 *     LP_NUM_THREADS=0 node --conditions=longhorizon-source --import tsx benchmarks/src/suites/hypergradient/studies/learned-schedules.ts
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nres, prepare } from '@longhorizon/bilevel';
import { type CellRecord, closing, deriveSeeds, owned, readRecords } from '@longhorizon/harness';
import { type Device, openDevice } from '@longhorizon/tensor';
import { adapt } from '../../../measurements/adapt.ts';
import { tunedRecipe } from '../../../measurements/case.ts';
import { tunedOf } from '../../../measurements/rows.ts';
import { learnerOf, metaOf } from '../../../measurements/training.ts';
import { writeResults } from '../../../reports/results-file.ts';
import { root } from '../../../root.ts';
import { bestSchedule } from '../best-schedule.ts';
import type { SchedulesFile } from '../page-studies.ts';
import { separatingRows } from '../separating.ts';
import { hypergradientSuite } from '../suite.ts';

const horizon = 100;
const step = 10;
const row = separatingRows.find(({ name }) => name === 'noisy-quadratic')!;

interface Learned {
  readonly excess: number;
  readonly rates: readonly number[];
  readonly gradients: number;
  readonly seconds: number;
}

/** λ learned as a record's cell learned it, or with more particles or for longer where that is asked. */
async function learn(
  device: Device,
  { config }: CellRecord,
  other: { readonly particles?: number | undefined; readonly innerOptimisations?: number } = {},
): Promise<Learned> {
  const seeds = deriveSeeds(config).derived;
  const { make, control } = hypergradientSuite.methods.find(({ name }) => name === config.method)!;
  const method =
    other.particles === undefined
      ? make(config, seeds)
      : nres({
          particles: other.particles,
          window: horizon,
          deviation: Number(tunedOf(config).deviation),
          seed: seeds.noise!,
        });
  const usual = tunedRecipe(row.training!(config, seeds), config);
  const recipe = { ...usual, innerOptimisations: other.innerOptimisations ?? usual.innerOptimisations };
  const problem = row.make(config, seeds);
  const meta = control === undefined ? { meta: metaOf(recipe, horizon) } : {};
  using run = owned(await prepare(device, problem, method, { horizon, ...meta }));
  using judge = owned(await prepare(device, problem, adapt, { horizon }));
  const learner = learnerOf({ control, seeds }, recipe, run);
  const started = performance.now();
  for (let number = 0; number < recipe.innerOptimisations; number++) await learner.step(number);
  const seconds = (performance.now() - started) / 1000;
  const rates = [...(await run.read('lambda'))];
  judge.write('lambda', rates);
  const { outerLoss: excess } = await judge.compute();
  return { excess, rates, gradients: run.counters.gradients, seconds };
}

const { values } = parseArgs({
  options: {
    records: {
      type: 'string',
      default: join(root, 'benchmarks/records/hypergradient/noisy-quadratic.jsonl'),
    },
    out: { type: 'string', default: join(root, 'results', 'learned-schedules.json') },
  },
});
const { records } = readRecords([values.records]);
await using device = closing(await openDevice({ timestampQuantization: false }));
const best = bestSchedule();
console.log(`best: ${best.excess}, α_${step} = ${best.rates[step]}`);
// What is in the file already is not learned again.
const before: Pick<SchedulesFile, 'learned' | 'budgets'> = existsSync(values.out)
  ? JSON.parse(readFileSync(values.out, 'utf8'))
  : { learned: [], budgets: [] };
const learned = [...before.learned];
const budgets = [...before.budgets];
const write = () => {
  writeResults(values.out, { adapter: device.adapter.name, horizon, step, best, learned, budgets });
};
for (const record of records) {
  const { method, seed } = record.config;
  if (record.status !== 'ok') continue;
  if (learned.some((one) => one.method === method && one.seed === seed)) continue;
  const { excess, rates } = await learn(device, record);
  // A rate that is not above 0 has no logarithm.
  const score = rates[step]! > 0 ? Math.log(rates[step]! / best.rates[step]!) : null;
  // The page draws one seed.
  const drawn = seed === 0 ? { rates: rates.map((rate) => Number(rate.toPrecision(6))) } : {};
  learned.push({ method, seed, excess, score, ...drawn });
  console.log(
    `${method} ${seed}: excess ${excess}, recorded ${record.training?.final.outerLoss}, score ${score}`,
  );
  write();
}
for (const [method, particles, innerOptimisations] of [
  ['nres', 16, 200],
  ['nres', 32, 200],
  ['nres', 64, 200],
  ['nres', 8, 800],
] as const)
  for (const record of records.filter(({ config }) => config.method === method)) {
    const { seed } = record.config;
    const isThere = (one: SchedulesFile['budgets'][number]) =>
      one.seed === seed && one.particles === particles && one.innerOptimisations === innerOptimisations;
    if (budgets.some(isThere)) continue;
    const { rates: _, ...found } = await learn(device, record, { particles, innerOptimisations });
    budgets.push({ method, particles, innerOptimisations, seed, ...found });
    const times = found.excess / best.excess;
    console.log(
      `${method} N = ${particles}, ${innerOptimisations}: ${times} times the best, ${found.seconds} s`,
    );
    write();
  }
