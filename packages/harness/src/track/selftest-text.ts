/** @file What a selftest came to, in words, and where it is kept for the page. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plural } from '../errors.ts';
import { writing } from '../store/folder.ts';
import { percent } from './explain.ts';
import { History } from './history.ts';
import type { SelftestReport } from './selftest.ts';

/** One alarm in twenty runs is what a level of 5 % allows. */
const bearableShare = 0.05;
const uniformLevel = 0.01;

/** What is wrong with the judge; empty where it may judge. */
export function selftestFailures({ nulls, injected, load }: SelftestReport): readonly string[] {
  return [
    ...(nulls.flagged > Math.max(1, Math.floor(bearableShare * nulls.runs)) && nulls.runs > 0
      ? [`head against head is flagged in ${nulls.flagged} of ${nulls.runs} runs`]
      : []),
    ...(nulls.uniformityP < uniformLevel
      ? [`p-values are not uniform (p = ${nulls.uniformityP.toPrecision(2)})`]
      : []),
    ...injected
      .filter(({ caught }) => !caught)
      .map(({ injection, named }) => `${injection} is missed: ${named}`),
    ...(load.flagged > 0 ? [`load on one core raises an alarm in ${load.flagged} of ${load.runs} runs`] : []),
  ];
}

/** The figures, a line each. */
export function selftestText(report: SelftestReport): string {
  const { nulls, injected, load, seconds } = report;
  const failures = selftestFailures(report);
  return [
    `head against head: flagged in ${nulls.flagged} of ${plural(nulls.runs, 'run')}; p-values uniform with p = ${nulls.uniformityP.toPrecision(2)}; ` +
      `${nulls.above} estimates above zero, ${nulls.below} below`,
    `resolution of this machine: ${percent(nulls.resolution).slice(1)}`,
    ...injected.map(
      ({ injection, caught, named, change }) =>
        `${injection}: ${caught ? 'caught' : 'missed'}: ${named}${change === undefined ? '' : ` (${percent(change)})`}`,
    ),
    `load on one core during one side: flagged in ${load.flagged} of ${plural(load.runs, 'run')}`,
    `${seconds} s. ${failures.length === 0 ? 'The judge may judge.' : `The judge fails: ${failures.join('; ')}.`}`,
  ].join('\n');
}

const fileName = 'selftest.json';

/** Puts the figures beside the history of their machine. */
export function keepSelftest(root: string, report: SelftestReport): void {
  const { folder } = new History(root, report.machine);
  writing(root, 'The selftest', () =>
    writeFileSync(join(folder, fileName), `${JSON.stringify(report, null, 2)}\n`),
  );
}

/** The last figures of a machine; undefined where there are none. */
export function readSelftest(folder: string): SelftestReport | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, fileName), 'utf8')) as SelftestReport;
  } catch {
    return undefined;
  }
}
