/** @file `runCell`: from a configuration to a measurement, pass by pass. */
import type { Measurement, RunCell } from '@longhorizon/harness';
import { bilevelSuites } from '../suites/index.ts';
import { kernelsSuite } from '../suites/kernels/suite.ts';
import type { Pass } from '../suites/rows.ts';
import { type Case, caseOf } from './case.ts';
import { gradientPass } from './gradient-pass.ts';
import { runKernelCell } from './kernel-cells.ts';
import { memoryPass } from './memory-pass.ts';
import { timePass } from './time-pass.ts';
import { trainingPass } from './training-pass.ts';

const runPass: Readonly<Record<Pass, (cell: Case) => Promise<Measurement>>> = {
  gradient: gradientPass,
  memory: memoryPass,
  time: timePass,
  training: trainingPass,
};

export const runCell: RunCell = async (config, context) => {
  if (config.suite === kernelsSuite.name) return runKernelCell(config, context);
  const suite = bilevelSuites.find((one) => one.suite.name === config.suite);
  if (suite === undefined) throw new Error(`internal: nothing runs cells of the suite ${config.suite}.`);
  return runPass[config.pass as Pass](await caseOf(suite, config, context));
};
