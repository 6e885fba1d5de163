/** @file Cells of suites of bilevel problems: from a configuration to a measurement. */
import { type Measurement, type RunCell, trialPass } from '@longhorizon/harness';
import { type Case, caseOf } from './case.ts';
import { gradientPass } from './gradient.ts';
import { memoryPass } from './memory.ts';
import type { BilevelSuite, Pass } from './rows.ts';
import { timePass } from './time.ts';
import { trainingPass } from './training.ts';

const measurements: Readonly<Record<Pass | typeof trialPass, (cell: Case) => Promise<Measurement>>> = {
  gradient: gradientPass,
  memory: memoryPass,
  time: timePass,
  training: trainingPass,
  [trialPass]: trainingPass,
};

export const bilevelCells =
  (suite: BilevelSuite): RunCell =>
  async (config, context) =>
    measurements[config.pass as keyof typeof measurements](await caseOf(suite, config, context));
