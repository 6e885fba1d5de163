/** @file Rows of the kernel benchmark: one call is one run of the row's work. */

import { sharedDevice } from '../../measurements/device.ts';
import { open } from '../../suites/kernels/peers/longhorizon.ts';
import { rowsOf } from '../../suites/kernels/rows.ts';
import { MissingCell, type OpenProbe } from './probe.ts';

export const kernelProbe: OpenProbe = async ({ problem }) => {
  const row = rowsOf('quick').find(({ name }) => name === problem);
  if (row === undefined) throw new MissingCell(`the kernel benchmark has no row ${problem}`);
  const { adapter } = await sharedDevice(process.env.LONGHORIZON_ADAPTER);
  const { vendor, architecture, device, description, backend } = adapter;
  const library = await open({
    adapter: { vendor, architecture, device, description },
    backend,
    enabledToggles: [],
    // Timestamps are to the nanosecond.
    disabledToggles: ['timestamp_quantization'],
  });
  const prepared = await library.prepare(row.work);
  return {
    call: () => prepared.run(1),
    read: async () => {
      await prepared.first();
    },
    counters: () => {
      const { predictedBytes, peakBytes = 0 } = prepared.facts?.() ?? {};
      return { measuredBytes: peakBytes, ...(predictedBytes === undefined ? {} : { predictedBytes }) };
    },
    variants: () => prepared.facts?.().variants ?? {},
    close: () => {
      prepared.release();
      void library.close();
    },
  };
};
