/** @file What a probe of a run says that is predicted, made once and called again and again. */
import type { Device } from '@longhorizon/tensor';
import { type ByteCounts, totalBytes } from '@longhorizon/tensor/compiler';
import type { Probe } from './probe.ts';

interface Run {
  readonly engine: { readonly variants: Readonly<Record<string, string>> };
  destroy(): void;
}

/** How a family's run is predicted, made, called and read. */
interface MeasuredRun<Made extends Run> {
  readonly predict: () => ByteCounts;
  readonly make: () => Promise<Made>;
  readonly call: (run: Made) => Promise<{ readonly counts: object }>;
  readonly read: (run: Made) => Promise<unknown>;
}

/** A probe that counts derivatives, and bytes of the device as they were predicted and as its ledger has them. */
export async function measuredRun<Made extends Run>(
  { ledger }: Device,
  { predict, make, call, read }: MeasuredRun<Made>,
): Promise<Probe> {
  const watch = ledger.watch({ except: ['staging'] });
  const before = watch.peak;
  const predicted = predict();
  const run = await make();
  let counts: Readonly<Record<string, number>> = {};
  return {
    call: async () => {
      const outcome = await call(run);
      counts = { ...outcome.counts };
    },
    read: async () => {
      await read(run);
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
}
