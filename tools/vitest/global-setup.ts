/**
 * @file Runs once before the tests, in the process that starts the workers: they inherit its environment.
 */
import { driverRules } from '../bootstrap/driver-settings.mjs';
import { ensureRuntimeDirectory } from '../bootstrap/runtime-directory.mjs';

/** Settings that are read when the driver is loaded. The Vulkan loader and Mesa want XDG_RUNTIME_DIR to name a private folder; many containers have none. */
export async function setup(): Promise<void> {
  ensureRuntimeDirectory(process.env);
  const { driverSettings } = await driverRules();
  // Tests make many small dispatches.
  // Eight lanes on every machine, so that a test means the same everywhere; `npm run test:lanes` runs sixteen as well.
  const eightLanes = { LP_NATIVE_VECTOR_WIDTH: '256' };
  // A test runs its kernels a few times: LLVM's optimisations cost more than they save, and change no bit (decision 0120).
  process.env.GALLIVM_PERF ??= 'nopt';
  Object.assign(process.env, driverSettings('small', { ...eightLanes, ...process.env }));
}
