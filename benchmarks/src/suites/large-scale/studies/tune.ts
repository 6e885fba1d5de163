/**
 * @file Chooses β for every method, problem and K of the suite `large-scale`: the mean training loss of the second half of the meta-training on seed
 * 0, over as many values for every method. Writes `tuned.json`, from which the suite takes β.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/large-scale/studies/tune.ts --problems himmelblau,quadratics
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareInitialisation, type TaskSet } from '@longhorizon/bilevel';
import { type CellConfig, closing, deriveSeeds, owned } from '@longhorizon/harness';
import { type Device, openDevice } from '@longhorizon/tensor';
import {
  type InitialisationMethodRow,
  initRow,
  type Tuned,
} from '../../../measurements/initialisation/rows.ts';
import { initMethods, methodNamed } from '../../../methods/registry.ts';
import { root } from '../../../root.ts';
import { largeScaleSuite } from '../suite.ts';

const file = join(root, 'benchmarks/src/suites/large-scale/tuned.json');

/** The mean training loss of the second half; null where the numbers ceased to be finite. */
async function lossOf(
  device: Device,
  taskSet: TaskSet,
  row: InitialisationMethodRow,
  beta: number,
  config: CellConfig,
  steps: number,
): Promise<number | null> {
  using run = owned(
    await prepareInitialisation(device, taskSet, row.make(beta, config), {
      horizon: config.horizon,
    }),
  );
  const { losses, divergedAt } = await run.run(steps);
  if (divergedAt !== undefined) return null;
  const half = losses.subarray(Math.floor(losses.length / 2));
  return half.reduce((sum, loss) => sum + loss / half.length, 0);
}

/** The value with the least loss; the smallest where all left the finite numbers. */
function best(rates: readonly number[], losses: readonly (number | null)[]): number {
  const order = [...rates.keys()].sort(
    (a, b) => (losses[a] ?? Number.POSITIVE_INFINITY) - (losses[b] ?? Number.POSITIVE_INFINITY) || a - b,
  );
  return rates[order[0]!]!;
}

/** The table with a new choice in the place of an older one. */
function replaced(table: readonly Tuned[], made: Tuned): readonly Tuned[] {
  const nameOf = ({ problem, method, horizon }: Tuned): string =>
    `${problem} ${method} ${`${horizon}`.padStart(6)}`;
  return [...table.filter((one) => nameOf(one) !== nameOf(made)), made].sort((a, b) =>
    nameOf(a) < nameOf(b) ? -1 : 1,
  );
}

async function main(): Promise<void> {
  const withRates = initMethods.filter(({ rates }) => rates !== undefined).map(({ name }) => name);
  const { values } = parseArgs({
    options: {
      problems: { type: 'string', default: 'himmelblau,quadratics,images' },
      methods: { type: 'string', default: withRates.join(',') },
      horizons: { type: 'string', default: '10,100,1000' },
      profile: { type: 'string', default: 'quick' },
      out: { type: 'string', default: file },
    },
  });
  await using device = closing(await openDevice({ timestampQuantization: false }));
  for (const problem of values.problems.split(',')) {
    const row = largeScaleSuite.problems.find(({ name }) => name === problem);
    if (row === undefined) throw new RangeError(`There is no problem '${problem}' in the suite.`);
    for (const horizon of values.horizons.split(',').map(Number)) {
      const dimension = dimensionOf(problem);
      const config: CellConfig = {
        suite: largeScaleSuite.suite.name,
        problem,
        method: '',
        horizon,
        dimension,
        seed: 0,
        profile: values.profile,
        pass: 'training',
        parameters: {},
      };
      const seeds = deriveSeeds(config, largeScaleSuite.suite.seedAxes).derived;
      const taskSet = row.make(config, seeds);
      const { innerSteps } = row.recipe(config, seeds);
      for (const method of values.methods.split(',')) {
        const chosen = initRow(methodNamed(initMethods, method));
        const losses: (number | null)[] = [];
        for (const beta of chosen.rates ?? [])
          losses.push(await lossOf(device, taskSet, chosen, beta, config, innerSteps));
        const rates = chosen.rates ?? [];
        const made: Tuned = { problem, method, horizon, rates, losses, beta: best(rates, losses) };
        const table = replaced(JSON.parse(readFileSync(values.out, 'utf8')) as readonly Tuned[], made);
        writeFileSync(values.out, `[\n${table.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
        console.log(
          `${problem} K ${horizon} ${method}: ${rates.map((rate, k) => `${rate} ${losses[k]?.toPrecision(4) ?? '∞'}`).join(', ')}`,
        );
      }
    }
  }
}

/** The size at which β is chosen. */
function dimensionOf(problem: string): number {
  const overrides = largeScaleSuite.suite.profiles.quick?.overrides ?? [];
  const own = overrides.find(
    ({ where, dimensions }) => where.problems?.includes(problem) && dimensions?.length,
  );
  const [dimension] = own?.dimensions ?? [];
  return dimension ?? largeScaleSuite.problems.find(({ name }) => name === problem)?.dimension?.minimum ?? 1;
}

await main();
