/**
 * @file The experiment's numbers: for each method and K the β that did best on the first seed, then means over the seeds with 95 % intervals, the
 * difference between trajectory shifting and Reptile seed by seed, and how many inner steps one needs to reach where the other ends.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/large-scale/studies/summary.ts benchmarks/records/large-scale/runs.json out.json out.svg
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { RunLine } from './experiment.ts';
import { pictureOf } from './picture.ts';
import { summariseRuns } from './summarise.ts';

const [lines, out, picture] = process.argv.slice(2);
if (lines === undefined || out === undefined)
  throw new RangeError('Give the file with the runs, the file for the numbers, and one for the picture.');
/** A run a line, as the experiment writes them, or an array of them, as they are kept. */
function runsOf(text: string): readonly RunLine[] {
  if (text.startsWith('[')) return JSON.parse(text) as readonly RunLine[];
  const written = text.split('\n').filter((line) => line !== '');
  return written.map((line) => JSON.parse(line) as RunLine);
}

const runs = runsOf(readFileSync(lines, 'utf8'));
const summary = summariseRuns(runs);
writeFileSync(out, `${JSON.stringify(summary, undefined, 1)}\n`);
if (picture !== undefined) writeFileSync(picture, await pictureOf(summary));
console.log(JSON.stringify(summary.differences, undefined, 1));
