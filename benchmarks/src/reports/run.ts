/**
 * @file Prints the tables of a suite from its records: means over seeds with 95 % intervals, and paired differences.
 *
 *     npx tsx --conditions=longhorizon-source benchmarks/src/reports/run.ts long-tailed RECORDS…
 */
import { latestRecords, readRecords } from '@longhorizon/harness';
import { printable } from '@longhorizon/harness/command-line';
import { tablesOf } from './tables.ts';

const [suite, ...paths] = process.argv.slice(2);
if (suite === undefined || paths.length === 0) {
  console.error('Name a suite and where its records are: long-tailed benchmarks/records/long-tailed');
  process.exitCode = 1;
} else {
  const { records, rejected } = readRecords(paths);
  for (const { path, problems } of rejected) console.error(printable(`${path}: ${problems.join('; ')}`));
  console.log(printable(tablesOf(latestRecords(records), suite)));
}
