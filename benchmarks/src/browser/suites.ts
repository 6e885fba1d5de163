/** @file The suites whose cells run in a browser: those that need neither files nor other programs, without the problems that do. */
import type { RunCell, Suite } from '@longhorizon/harness';
import { bilevelCells } from '../measurements/bilevel-cells.ts';
import { runAttackCell } from '../suites/attack/cells.ts';
import { problems as attackProblems } from '../suites/attack/problems.ts';
import { attackSuite } from '../suites/attack/suite.ts';
import { fewShotSuite } from '../suites/few-shot/suite.ts';
import { hypergradientSuite } from '../suites/hypergradient/suite.ts';
import { runLongTailedCell } from '../suites/long-tailed/cells.ts';
import { problems as longTailedProblems } from '../suites/long-tailed/problems.ts';
import { longTailedSuite } from '../suites/long-tailed/suite.ts';

interface Portable {
  readonly suite: Suite;
  readonly runCell: RunCell;
}

type Needing = readonly { readonly name: string; readonly needs?: unknown }[];

/** A suite whose profiles leave out problems on data sets in files, wherever it is asked for: under Node.js they may be there. */
function withoutFiles(suite: Suite, problems: Needing): Suite {
  const needing = problems.filter(({ needs }) => needs !== undefined).map(({ name }) => name);
  const profiles = Object.entries(suite.profiles).map(([name, profile]) => {
    const wanted = profile.problems ?? suite.problems.map((one) => one.name);
    return [name, { ...profile, problems: wanted.filter((one) => !needing.includes(one)) }] as const;
  });
  // A profile of nothing but such problems would not be one.
  const left = profiles.filter(([, { problems: some }]) => some.length > 0);
  return { ...suite, profiles: Object.fromEntries(left) };
}

const portable: readonly Portable[] = [
  {
    suite: withoutFiles(hypergradientSuite.suite, hypergradientSuite.problems),
    runCell: bilevelCells(hypergradientSuite),
  },
  { suite: withoutFiles(fewShotSuite.suite, fewShotSuite.problems), runCell: bilevelCells(fewShotSuite) },
  { suite: withoutFiles(longTailedSuite, longTailedProblems), runCell: runLongTailedCell },
  { suite: withoutFiles(attackSuite, attackProblems), runCell: runAttackCell },
];

/** What a browser can run, in the order of the benchmark. */
export const browserSuites: readonly Suite[] = portable.map(({ suite }) => suite);

/** Runs a cell as its suite does. */
export const runBrowserCell: RunCell = (config, context) => {
  const found = portable.find(({ suite }) => suite.name === config.suite);
  if (found === undefined)
    throw new Error(`internal: no cells of the suite ${config.suite} run in a browser.`);
  return found.runCell(config, context);
};
