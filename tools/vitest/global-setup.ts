/**
 * @file Runs once before the tests, in the process that starts the workers: they inherit its environment.
 */
import { ensureRuntimeDirectory } from '../bootstrap/runtime-directory.mjs';

/** The Vulkan loader and Mesa want XDG_RUNTIME_DIR to name a private folder; many containers have none. */
export function setup(): void {
  ensureRuntimeDirectory(process.env);
}
