/**
 * @file Before cells run: on a graphics processor that no table of kernels knows, the kernels of the benchmark are measured, for a minute at most. The
 * built-in model was made for software drivers and would guess.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AdapterInfo, type BenchDefinition, closing } from '@longhorizon/harness';
import { type KernelTables, kernelTables, tableVariable } from '../measurements/kernel-tables/tables.ts';
import { openTabled } from '../suites/kernels/tuning/arguments.ts';
import { problemsOfRecords } from '../suites/kernels/tuning/records.ts';
import { tunableRows } from '../suites/kernels/tuning/rows.ts';
import { tuneProblems, userTable } from '../suites/kernels/tuning/tune.ts';

/** Seconds for all problems together, and for trying the kernels of one. */
const seconds = { all: 60, each: 10 };

type Asked = Parameters<NonNullable<BenchDefinition['prepareAdapter']>>[0];

/**
 * Whether kernels are measured before a run, and why, as a sentence's beginning.
 *
 * @param tune what the user asked for; undefined where nothing
 */
export function whyTune(
  { kind }: Pick<AdapterInfo, 'kind'>,
  { count }: Pick<KernelTables, 'count'>,
  tune: boolean | undefined,
  isTableNamed: boolean,
): string | undefined {
  if (tune !== undefined) return tune ? 'Kernels are measured, as asked' : undefined;
  if (kind === 'software' || count > 0 || isTableNamed) return undefined;
  return 'No table of kernels knows this adapter, so they are measured';
}

/** Measures kernels where {@link whyTune} says so: first those that records in the folder ran, then the rows of the kernel benchmark. */
export async function tuneAtStart({ adapter, name, folder, tune, print, signal }: Asked): Promise<void> {
  const tables = kernelTables(adapter);
  for (const problem of tables.problems) print(`warning  ${problem}`);
  const why = whyTune(adapter, tables, tune, process.env[tableVariable] !== undefined);
  if (why === undefined) return;
  print(`${why}: at most ${seconds.all} s. --no-tune leaves the choice to the built-in model.`);
  await using device = closing(await openTabled(name));
  const table = userTable(device);
  const records = join(folder, 'records.jsonl');
  const own = existsSync(records) ? problemsOfRecords(records) : [];
  const limit = AbortSignal.timeout(1000 * seconds.all);
  const tuned = await tuneProblems(device, [...own, ...tunableRows()], {
    strategy: 'descent',
    budget: 40,
    seconds: seconds.each,
    seed: 1,
    clock: 'wall',
    bitStable: false,
    compare: false,
    table,
    print: (line) => print(`  ${line}`),
    signal: AbortSignal.any([signal, limit]),
  });
  const kept = tuned.filter(({ result }) => result.winners.length > 0).length;
  print(`${kept} problems measured and kept in ${table}.\n`);
}
