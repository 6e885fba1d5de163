import { Ledger } from '@longhorizon/tensor/device';
import { expect, it } from 'vitest';
import { memoryBetween } from './memory.ts';

/** Bytes of one class on a ledger. */
const on = (ledger: Ledger, name: 'weights' | 'scratch' | 'data' | 'staging', bytes: number) =>
  ledger.allocate({ label: name, bytes, classes: { [name]: bytes } });

it('counts what a cell adds at its peak, not what lies there already nor what reads back', async () => {
  const ledger = new Ledger();
  on(ledger, 'weights', 1000);
  on(ledger, 'data', 512);
  const { memory } = await memoryBetween({ ledger }, async (measured) => {
    on(ledger, 'weights', 64);
    const scratch = on(ledger, 'scratch', 32);
    on(ledger, 'staging', 4096);
    ledger.free(scratch);
    on(ledger, 'scratch', 8);
    return { status: 'ok', memory: measured({ weights: 64, scratch: 32, constants: 0 }) };
  });
  expect(memory).toEqual({
    peakBytes: 96,
    peakBytesByClass: { weights: 64, scratch: 32 },
    predictedPeakBytes: 96,
    predictedBytesByClass: { weights: 64, scratch: 32 },
  });
});

it('the next cell starts from what lives when it begins', async () => {
  const ledger = new Ledger();
  const peakOf = async (bytes: number) => {
    const { memory } = await memoryBetween({ ledger }, async (measured) => {
      const own = on(ledger, 'scratch', bytes);
      const section = measured({});
      ledger.free(own);
      return { status: 'ok', memory: section };
    });
    return memory?.peakBytes;
  };
  expect(await peakOf(256)).toBe(256);
  on(ledger, 'weights', 100);
  expect(await peakOf(16)).toBe(16);
});
