/**
 * @file The schedules that methods learned on the noisy quadratic: learned again from the tuned records, since those keep no λ, with the score of
 * short-horizon bias, ln(α learned / α best) at step 10; then NRES by the number of its particles and of its inner optimisations.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/hypergradient/studies/learned-schedules.ts
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nres, prepare } from '@longhorizon/bilevel';
import { type CellRecord, deriveSeeds, readRecords } from '@longhorizon/harness';
import { type Device, openDevice } from '@longhorizon/tensor';
import { adapt } from '../../../measurements/adapt.ts';
import { clippedAdam } from '../../../measurements/clipped-adam.ts';
import { tunedOf } from '../../../measurements/rows.ts';
import { root } from '../../../root.ts';
import { bestSchedule } from '../best-schedule.ts';
import { separatingRows } from '../separating.ts';
import { hypergradientSuite } from '../suite.ts';

const horizon = 100;
const step = 10;
const row = separatingRows.find(({ name }) => name === 'noisy-quadratic')!;
const { records } = readRecords([join(root, 'benchmarks/records/hypergradient/noisy-quadratic.jsonl')]);

interface Learned {
  readonly excess: number;
  readonly rates: readonly number[];
  readonly gradients: number;
  readonly seconds: number;
}

/** λ learned as a record's cell learned it, with another method or for longer where that is asked. */
async function learn(
  device: Device,
  { config }: CellRecord,
  innerOptimisations: number,
  { particles, share = 1 }: { readonly particles?: number | undefined; readonly share?: number } = {},
): Promise<Learned> {
  const seeds = deriveSeeds(config).derived;
  const method =
    particles === undefined
      ? hypergradientSuite.methods.find(({ name }) => name === config.method)!.make(config, seeds)
      : nres({
          particles,
          window: horizon,
          deviation: Number(tunedOf(config).deviation),
          seed: seeds.noise!,
        });
  const recipe = row.training!(config, seeds);
  const problem = row.make(config, seeds);
  const meta = {
    optimiser: clippedAdam(recipe.clip),
    rate: share * Number(tunedOf(config).rate),
    every: recipe.every ?? horizon,
  };
  const run = await prepare(device, problem, method, { horizon, meta });
  const judge = await prepare(device, problem, adapt, { horizon });
  try {
    let wallMs = 0;
    for (let number = 0; number < innerOptimisations; number++) wallMs += (await run.metaStep()).wallMs;
    const rates = [...(await run.read('lambda'))];
    judge.write('lambda', rates);
    const { outerLoss: excess } = await judge.compute();
    return { excess, rates, gradients: run.counters.gradients, seconds: wallMs / 1000 };
  } finally {
    run.destroy();
    judge.destroy();
  }
}

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'learned,budgets' },
    out: { type: 'string', default: join(root, 'results', 'learned-schedules.json') },
  },
});
const device = await openDevice({ timestampQuantization: false });
try {
  const best = bestSchedule();
  console.log(`best: ${best.excess}, α_${step} = ${best.rates[step]}`);
  const before = existsSync(values.out) ? JSON.parse(readFileSync(values.out, 'utf8')) : {};
  const learned: object[] = values.parts.includes('learned') ? [] : before.learned;
  const budgets: object[] = values.parts.includes('budgets') ? [] : before.budgets;
  const write = () => {
    mkdirSync(join(values.out, '..'), { recursive: true });
    writeFileSync(
      values.out,
      `${JSON.stringify({ adapter: device.adapter.name, horizon, step, best, learned, budgets }, undefined, 1)}\n`,
    );
  };
  for (const record of values.parts.includes('learned') ? records : []) {
    const { method, seed } = record.config;
    // Random search has no hypergradient, and what is not learned ends where it began.
    if (method === 'random-search' || method === 'no-meta-learning') continue;
    const { excess, rates } = await learn(device, record, 200);
    // A rate that is not above 0 has no logarithm.
    const score = rates[step]! > 0 ? Math.log(rates[step]! / best.rates[step]!) : null;
    learned.push({ method, seed, excess, score, rates: rates.map((rate) => Number(rate.toPrecision(6))) });
    console.log(
      `${method} ${seed}: excess ${excess}, recorded ${record.training?.final.outerLoss}, score ${score}`,
    );
    write();
  }
  // Longer runs take a share of the rate that was tuned for 200: at the whole of it they leave where they had come to.
  for (const [method, particles, innerOptimisations, share] of [
    ['nres', 64, 200, 1],
    ['exact-reverse', undefined, 800, 0.25],
    ['nres', 64, 800, 0.25],
    ['nres', 8, 800, 0.25],
  ] as const)
    for (const record of values.parts.includes('budgets')
      ? records.filter(({ config }) => config.method === method)
      : []) {
      const { rates: _, ...found } = await learn(device, record, innerOptimisations, { particles, share });
      budgets.push({ method, particles, innerOptimisations, share, seed: record.config.seed, ...found });
      const times = found.excess / best.excess;
      console.log(
        `${method} N = ${particles}, ${innerOptimisations}: ${times} times the best, ${found.seconds} s`,
      );
      write();
    }
} finally {
  await device.close();
}
