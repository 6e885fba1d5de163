/** @file A device where one belongs: forgetting to await openDevice() is the most common way to have none. */
import { describeValue } from '../graph/describe-value.ts';
import { Device } from './device.ts';
import { DeviceUsageError } from './errors.ts';

/** @throws {DeviceUsageError} saying what was passed instead, and what to do */
export function checkDevice(asker: string, device: unknown): asserts device is Device {
  if (device instanceof Device) return;
  throw new DeviceUsageError(
    device instanceof Promise
      ? `${asker}: the device is a promise: await it, as in const device = await openDevice().`
      : `${asker}: a device is needed, but this is ${describeValue(device)}. Open one: const device = await openDevice().`,
  );
}
