/** @file Initialisation methods: one call is a trajectory of K inner steps of all tasks, with the meta-updates in it. */
import { predictInitialisation, prepareInitialisation } from '@longhorizon/bilevel';
import { initialisationCase } from '../../measurements/initialisation/case.ts';
import type { InitialisationSuite } from '../../measurements/initialisation/rows.ts';
import { configured } from './config.ts';
import { measuredRun } from './measured-run.ts';
import type { OpenProbe } from './probe.ts';

export const initialisationProbe =
  (suite: InitialisationSuite): OpenProbe =>
  async (cell) => {
    const { config, context } = configured(suite.suite, cell, 'memory');
    const { device, taskSet, method } = await initialisationCase(suite, config, context);
    const options = { horizon: config.horizon };
    return measuredRun(device, {
      predict: () => predictInitialisation(device, taskSet, method, options),
      make: () => prepareInitialisation(device, taskSet, method, options),
      call: (run) => run.run(config.horizon),
      read: (run) => run.read('initial'),
    });
  };
