import { UsageError } from '@longhorizon/harness/command-line';
import { type Device, NoAdapterError, openDevice } from '@longhorizon/tensor';
import { driverSettings } from '@longhorizon/tensor/device';

/** The option `--adapter` and its help. */
export const adapterOption = [
  '--adapter <name>',
  "'any', 'hardware', 'software' or part of a name; LONGHORIZON_ADAPTER or else 'any' when left out",
] as const;

/**
 * Opens the adapter that was named, or the usual one. A software driver is told that dispatches are small, as they are in what single commands
 * compute; what the user set in its variables stands.
 *
 * @throws UsageError where it was named and is not there; otherwise what `openDevice` throws
 */
export async function openNamedDevice(
  adapter: string | undefined,
  options: Omit<NonNullable<Parameters<typeof openDevice>[0]>, 'adapter'> = {},
): Promise<Device> {
  Object.assign(process.env, driverSettings('small', process.env));
  try {
    return await openDevice(adapter === undefined ? options : { ...options, adapter });
  } catch (error) {
    if (adapter !== undefined && error instanceof NoAdapterError) throw new UsageError(error.message);
    throw error;
  }
}
