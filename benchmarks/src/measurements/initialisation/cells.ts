/** @file Cells of suites of initialisation methods, pass by pass. */
import type { Measurement, RunCell } from '@longhorizon/harness';
import { type InitialisationCase, initialisationCase } from './case.ts';
import { initialisationMemory } from './memory.ts';
import type { InitialisationPass, InitialisationSuite } from './rows.ts';
import { initialisationTime } from './time.ts';
import { initialisationTraining } from './training.ts';

const passes: Readonly<Record<InitialisationPass, (cell: InitialisationCase) => Promise<Measurement>>> = {
  memory: initialisationMemory,
  time: initialisationTime,
  training: initialisationTraining,
};

export const initialisationCells =
  (suite: InitialisationSuite): RunCell =>
  async (config, context) =>
    passes[config.pass as InitialisationPass](await initialisationCase(suite, config, context));
