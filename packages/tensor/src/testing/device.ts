/**
 * @file The device of a test file: opened once, and closed with a check that nothing was left on it. Tests of other packages import it from
 * `@longhorizon/tensor/testing/vitest`, which exists in the sources alone.
 */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { adapterProfiles } from '../adapters/index.ts';
import { type Device, type OpenOptions, openDevice } from '../device/index.ts';

type ProfileName = keyof typeof adapterProfiles;

/** In a page all test files are one module: they share a device for each set of options, which ends with the page. */
const inPage = typeof process === 'undefined';
const devices = new Map<string, Promise<Device>>();

function shared(options: OpenOptions, profile: ProfileName | undefined): Promise<Device> {
  const key = JSON.stringify([options, profile]);
  const device = devices.get(key) ?? opened(options, profile);
  devices.set(key, device);
  return device;
}

async function opened(options: OpenOptions, profile: ProfileName | undefined): Promise<Device> {
  const device = await openDevice(options);
  if (profile !== undefined) Object.defineProperty(device, 'profile', { value: adapterProfiles[profile] });
  return device;
}

/**
 * Call at the top level of a test file; the returned function gives the device inside tests.
 *
 * @param profile programs are made as for this kind of adapter, whichever it is
 */
export function useDevice(options: OpenOptions = {}, profile?: ProfileName): () => Device {
  let device: Device | undefined;
  let seen = 0;
  beforeAll(async () => {
    device = inPage
      ? await shared(options, profile)
      : await opened({ timestampQuantization: false, ...options }, profile);
    seen = device.ledger.mark();
  }, 60_000);
  // A test that leaves a buffer behind fails, and the message names the buffer.
  afterEach(() => {
    if (device === undefined) return;
    const since = seen;
    seen = device.ledger.mark();
    device.ledger.assertNoLeaks(since);
  });
  afterAll(async () => {
    if (!inPage) await device?.close();
  });
  return () => {
    if (device === undefined) throw new Error('internal: the device is open only while tests run.');
    return device;
  };
}
