/** @file All suites. A suite is one line here and one folder beside this file. */
import type { RunCell } from '@longhorizon/harness';
import type { BenchmarkSuite } from '../measurements/benchmark-suite.ts';
import { attack } from './attack/index.ts';
import { feeding } from './feeding/index.ts';
import { fewShot } from './few-shot/index.ts';
import { hypergradient } from './hypergradient/index.ts';
import { kernels } from './kernels/index.ts';
import { largeScale } from './large-scale/index.ts';
import { longTailed } from './long-tailed/index.ts';
import { training } from './training/index.ts';

export const suites: readonly BenchmarkSuite[] = [
  hypergradient,
  fewShot,
  largeScale,
  longTailed,
  attack,
  kernels,
  training,
  feeding,
];

/** Runs a cell as its suite does. */
export const runCell: RunCell = async (config, context) => {
  const found = suites.find(({ suite }) => suite.name === config.suite);
  if (found === undefined) throw new Error(`internal: nothing runs cells of the suite ${config.suite}.`);
  return found.runCell(config, context);
};
