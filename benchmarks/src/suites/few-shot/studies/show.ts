/**
 * @file Prints files of results: mean ± half a 95 % interval over the seeds.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/few-shot/studies/show.ts benchmarks/records/lazy/*.json
 */
import { basename } from 'node:path';
import { printable } from '@longhorizon/harness/command-line';
import { summarise } from '../../../reports/summarise.ts';
import { readResults, valuesOf } from './results.ts';

for (const path of process.argv.slice(2)) {
  const results = readResults(path);
  console.log(printable(`\n${basename(path)}`));
  for (const name of new Set(results.map((one) => one.name))) {
    const values = [...valuesOf(results, name).values()];
    const finite = values.filter((value) => !Number.isNaN(value));
    const { mean, ci95, median } = summarise(finite);
    const lost = values.length - finite.length;
    console.log(
      `${printable(name).padEnd(18)} ${mean.toFixed(2)} ± ${ci95.toFixed(2)}  median ${median.toFixed(2)}  ${finite.length} seeds${lost === 0 ? '' : `, ${lost} diverged`}`,
    );
  }
}
