/** @file Hypergradients: one call is T inner steps and the hypergradient after them. */
import { predictRun, prepare } from '@longhorizon/bilevel';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { caseOf } from '../../measurements/case.ts';
import type { BilevelSuite } from '../../measurements/rows.ts';
import { configured } from './config.ts';
import type { OpenProbe } from './probe.ts';

export const bilevelProbe =
  (suite: BilevelSuite): OpenProbe =>
  async (cell) => {
    const { config, context } = configured(suite.suite, cell, 'gradient');
    const { device, problem, method } = await caseOf(suite, config, context);
    const watch = device.ledger.watch({ except: ['staging'] });
    const before = watch.peak;
    const options = { horizon: config.horizon };
    const predicted = predictRun(device, problem, method, options);
    const run = await prepare(device, problem, method, options);
    let counts: Readonly<Record<string, number>> = {};
    return {
      call: async () => {
        const outcome = await run.compute();
        counts = { ...outcome.counts };
      },
      read: async () => {
        await run.read('hypergradient');
        await run.read('weights');
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
