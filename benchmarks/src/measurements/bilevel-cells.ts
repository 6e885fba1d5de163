/** @file `runCell`: from a configuration to a measurement, pass by pass. */
import type { Measurement, RunCell } from '@longhorizon/harness';
import { runAttackCell } from '../suites/attack/cells.ts';
import { attackSuite } from '../suites/attack/suite.ts';
import { bilevelSuites, initialisationSuites } from '../suites/index.ts';
import { runKernelCell } from '../suites/kernels/cells.ts';
import { kernelsSuite } from '../suites/kernels/suite.ts';
import { runLongTailedCell } from '../suites/long-tailed/cells.ts';
import { longTailedSuite } from '../suites/long-tailed/suite.ts';
import { runFeedingCell, runTrainingCell } from '../suites/training/cells.ts';
import { feedingSuite, trainingSuite } from '../suites/training/suite.ts';
import { type Case, caseOf } from './case.ts';
import { gradientPass } from './gradient.ts';
import { initialisationCells } from './initialisation/cells.ts';
import { memoryPass } from './memory.ts';
import type { Pass } from './rows.ts';
import { timePass } from './time.ts';
import { trainingPass } from './training.ts';

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
