/** @file What scripts that print the tables of a suite have in common: the words of their command line are where the records are. */
import { latestRecords, readRecords } from '@longhorizon/harness';
import { printable } from '@longhorizon/harness/command-line';
import { type Report, tablesOf } from './tables.ts';

/** Means over seeds with 95 % intervals, and paired differences. */
export function printTables(report: Report): void {
  const paths = process.argv.slice(2);
  if (paths.length === 0) {
    console.error(`Say where the records are: benchmarks/records/${report.suite.name}`);
    process.exitCode = 1;
    return;
  }
  const { records, rejected } = readRecords(paths);
  for (const { path, problems } of rejected) console.error(printable(`${path}: ${problems.join('; ')}`));
  console.log(printable(tablesOf(latestRecords(records), report)));
}
