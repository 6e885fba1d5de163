/** @file Which buffers a pool keeps, on a real device; nothing is copied, so no memory is touched. */
import { expect, it } from 'vitest';
import { openDevice } from './open.ts';
import { StagingPool } from './staging.ts';
import { bufferUsage } from './usage.ts';

it('keeps the small buffers, which serve most reads, and gives the largest up beyond 64 MiB', async () => {
  const device = await openDevice();
  const usage = bufferUsage.mapRead | bufferUsage.copyDestination;
  const pool = new StagingPool((bytes) =>
    device.createBuffer({ label: 'staging', bytes, usage, class: 'staging' }),
  );
  const largest = 32 * 2 ** 20;
  const small = pool.take(5000);
  expect(small.bytes).toBe(8192);
  const large = [1, 2, 3].map(() => pool.take(largest));
  for (const buffer of [small, ...large]) pool.give(buffer);
  expect(large.filter(({ destroyed }) => destroyed)).toHaveLength(2);
  expect(pool.take(8000)).toBe(small);
  expect(large).toContain(pool.take(largest));
  for (const buffer of [small, ...large]) buffer.destroy();
  expect((await device.close()).leaks).toEqual([]);
});
