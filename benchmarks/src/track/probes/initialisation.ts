/** @file Initialisation methods: one call is a trajectory of K inner steps of all tasks, with the meta-updates in it. */
import { predictInitialisation, prepareInitialisation } from '@longhorizon/bilevel';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { initialisationCase } from '../../measurements/initialisation/case.ts';
import type { InitialisationSuite } from '../../measurements/initialisation/rows.ts';
import { configured } from './config.ts';
import type { OpenProbe } from './probe.ts';

export const initialisationProbe =
  (suite: InitialisationSuite): OpenProbe =>
  async (cell) => {
    const { config, context } = configured(suite.suite, cell, 'memory');
    const { device, taskSet, method } = await initialisationCase(suite, config, context);
    const watch = device.ledger.watch({ except: ['staging'] });
    const before = watch.peak;
    const options = { horizon: config.horizon };
    const predicted = predictInitialisation(device, taskSet, method, options);
    const run = await prepareInitialisation(device, taskSet, method, options);
    let counts: Readonly<Record<string, number>> = {};
    return {
      call: async () => {
        const outcome = await run.run(config.horizon);
        counts = { ...outcome.counts };
      },
      read: async () => {
        await run.read('initial');
      },
      counters: () => ({
        ...counts,
        predictedBytes: totalBytes(predicted),
        measuredBytes: watch.peak - before,
      }),
      variants: () => run.engine.variants,
      close: () => {
        run.destroy();
        watch.stop();
      },
    };
  };
