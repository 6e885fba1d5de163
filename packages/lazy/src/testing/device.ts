/** @file The device of a test file: opened once, and closed with a check that nothing was left on it. */
import { type Device, openDevice } from '@longhorizon/tensor';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** Call at the top level of a test file; the returned function gives the device inside tests. */
export function useDevice(): () => Device {
  let device: Device | undefined;
  let seen = 0;
  beforeAll(async () => {
    device = await openDevice({ timestampQuantization: false });
  }, 60_000);
  // A test that leaves a buffer behind fails, and the message names the buffer.
  afterEach(() => {
    const since = seen;
    seen = device!.ledger.mark();
    device!.ledger.assertNoLeaks(since);
  });
  afterAll(async () => {
    await device?.close();
  });
  return () => device!;
}
