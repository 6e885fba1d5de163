/**
 * @file The device of a test file: opened once, and closed with a check that nothing was left on it. Tests of other packages import it from
 * `@longhorizon/tensor/testing/vitest`, which exists in the sources alone.
 */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Device, type OpenOptions, openDevice } from '../device/index.ts';

/** Call at the top level of a test file; the returned function gives the device inside tests. */
export function useDevice(options: OpenOptions = {}): () => Device {
  let device: Device | undefined;
  beforeAll(async () => {
    device = await openDevice({ timestampQuantization: false, ...options });
  }, 60_000);
  // A test that leaves a buffer behind fails, and the message names the buffer.
  let seen = 0;
  afterEach(() => {
    if (device === undefined) return;
    const since = seen;
    seen = device.ledger.mark();
    device.ledger.assertNoLeaks(since);
  });
  afterAll(async () => {
    await device?.close();
  });
  return () => {
    if (device === undefined) throw new Error('internal: the device is open only while tests run.');
    return device;
  };
}
