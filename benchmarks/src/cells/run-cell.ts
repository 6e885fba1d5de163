/** @file `runCell`: from a configuration to a measurement, pass by pass. */
import type { Measurement, RunCell } from '@longhorizon/harness';
import { runAttackCell } from '../suites/attack/cells.ts';
import { attackSuite } from '../suites/attack/suite.ts';
import { bilevelSuites, initialisationSuites } from '../suites/index.ts';
import { kernelsSuite } from '../suites/kernels/suite.ts';
import { runLongTailedCell } from '../suites/long-tailed/cells.ts';
import { longTailedSuite } from '../suites/long-tailed/suite.ts';
import type { Pass } from '../suites/rows.ts';
import { runFeedingCell, runTrainingCell } from '../training/cells.ts';
import { feedingSuite, trainingSuite } from '../training/suite.ts';
import { type Case, caseOf } from './case.ts';
import { gradientPass } from './gradient-pass.ts';
import { initialisationCells } from './initialisation/run.ts';
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

/** Suites whose cells are no bilevel problems. */
const ownCells: Readonly<Record<string, RunCell>> = {
  [kernelsSuite.name]: runKernelCell,
  [longTailedSuite.name]: runLongTailedCell,
  [attackSuite.name]: runAttackCell,
  [trainingSuite.name]: runTrainingCell,
  [feedingSuite.name]: runFeedingCell,
  ...Object.fromEntries(initialisationSuites.map((one) => [one.suite.name, initialisationCells(one)])),
};

export const runCell: RunCell = async (config, context) => {
  const own = ownCells[config.suite];
  if (own !== undefined) return own(config, context);
  const suite = bilevelSuites.find((one) => one.suite.name === config.suite);
  if (suite === undefined) throw new Error(`internal: nothing runs cells of the suite ${config.suite}.`);
  return runPass[config.pass as Pass](await caseOf(suite, config, context));
};
