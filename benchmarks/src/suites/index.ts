/** @file All suites. A suite is one line here and one folder beside this file. */
import type { RunCell } from '@longhorizon/harness';
import type { BenchmarkSuite } from '../measurements/benchmark-suite.ts';

export const suites: readonly BenchmarkSuite[] = [
  (await import('./hypergradient/index.ts')).hypergradient,
  (await import('./few-shot/index.ts')).fewShot,
  (await import('./large-scale/index.ts')).largeScale,
  (await import('./long-tailed/index.ts')).longTailed,
  (await import('./attack/index.ts')).attack,
  (await import('./transfer/index.ts')).transfer,
  (await import('./kernels/index.ts')).kernels,
  (await import('./training/index.ts')).training,
  (await import('./feeding/index.ts')).feeding,
];

/** Runs a cell as its suite does. */
export const runCell: RunCell = async (config, context) => {
  const found = suites.find(({ suite }) => suite.name === config.suite);
  if (found === undefined) throw new Error(`internal: nothing runs cells of the suite ${config.suite}.`);
  return found.runCell(config, context);
};
