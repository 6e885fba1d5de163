/** @file Suites whose cells are whole training runs: one call is the pass `memory`, a step with everything made for it. */
import { CellFailure } from '@longhorizon/harness';
import type { BenchmarkSuite } from '../../measurements/benchmark-suite.ts';
import { configured } from './config.ts';
import type { OpenProbe } from './probe.ts';

export const wholeCellProbe =
  ({ suite, runCell }: BenchmarkSuite): OpenProbe =>
  async (cell) => {
    const { config, context } = configured(suite, cell, 'memory');
    let counters: Record<string, number> = {};
    let variants: Readonly<Record<string, string>> = {};
    return {
      call: async () => {
        const measurement = await runCell(config, context);
        if (measurement.status !== 'ok') throw new CellFailure(measurement.status, measurement.reason ?? '');
        const { memory, counters: own = {}, kernelVariants = {} } = measurement;
        const { dispatches: _, ...counts } = own;
        counters = { ...counts };
        if (memory !== undefined) {
          counters.measuredBytes = memory.peakBytes;
          if (typeof memory.predictedPeakBytes === 'number')
            counters.predictedBytes = memory.predictedPeakBytes;
        }
        variants = kernelVariants;
      },
      read: async () => {},
      counters: () => counters,
      variants: () => variants,
      close: () => {},
    };
  };
