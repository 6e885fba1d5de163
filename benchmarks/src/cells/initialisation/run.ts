/** @file Cells of suites of initialisation methods, pass by pass. */
import type { Measurement, RunCell } from '@longhorizon/harness';
import type { InitialisationPass, InitialisationSuite } from '../../suites/large-scale/rows.ts';
import { type InitialisationCase, initialisationCase } from './case.ts';
import { initialisationMemory } from './memory-pass.ts';
import { initialisationTime } from './time-pass.ts';
import { initialisationTraining } from './training-pass.ts';

const passes: Readonly<Record<InitialisationPass, (cell: InitialisationCase) => Promise<Measurement>>> = {
  memory: initialisationMemory,
  time: initialisationTime,
  training: initialisationTraining,
};

export const initialisationCells =
  (suite: InitialisationSuite): RunCell =>
  async (config, context) =>
    passes[config.pass as InitialisationPass](await initialisationCase(suite, config, context));
