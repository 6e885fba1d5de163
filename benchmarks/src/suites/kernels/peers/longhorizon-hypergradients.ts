/** @file The hypergradient rows with this repository's bilevel package. */
import { prepare } from '@longhorizon/bilevel';
import type { Device } from '@longhorizon/tensor';
import { methodOf, problemOf, resultOf } from '../hypergradients.ts';
import type { HypergradientWork } from '../work.ts';
import type { PreparedPlans } from './library.ts';
import { asleep } from './wait.ts';

/** A run of a method on a problem: T inner steps from the start, then the hypergradient. */
export async function prepareHypergradient(device: Device, work: HypergradientWork): Promise<PreparedPlans> {
  const watch = device.ledger.watch({ except: ['staging'] });
  const run = await prepare(device, problemOf(work), methodOf(work), { horizon: work.steps });
  return {
    first: async () => {
      await asleep(run.compute());
      return [Float32Array.from(await asleep(resultOf(work, run)))];
    },
    run: async (times) => {
      for (let time = 0; time < times; time++) await asleep(run.compute());
    },
    facts: () => ({ variants: run.engine.variants, choices: run.engine.choices, peakBytes: watch.peak }),
    plans: () => run.performed(),
    release: () => {
      run.destroy();
      watch.stop();
    },
  };
}
