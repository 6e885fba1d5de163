import { benchCommand } from '@longhorizon/harness';
import { closeDevices } from '../measurements/device.ts';
import { suites } from '../suites/index.ts';
import { benchDefinition } from './definition.ts';

/** Runs the command line and closes what its cells have opened. */
export async function benchWithSuites(words: readonly string[]): Promise<void> {
  try {
    await benchCommand(benchDefinition()).parseAsync([...words], { from: 'user' });
  } finally {
    for (const { close } of suites) await close?.();
    await closeDevices();
  }
}
