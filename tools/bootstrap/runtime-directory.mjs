/**
 * @file The folder for sockets and locks that Vulkan drivers expect in XDG_RUNTIME_DIR.
 * A login session sets it; containers and CI runners often do not.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Sets XDG_RUNTIME_DIR in an environment where it is unset or names no folder. Linux only.
 * @param {NodeJS.ProcessEnv} environment changed in place
 * @param {NodeJS.Platform} platform
 */
export function ensureRuntimeDirectory(environment, platform = process.platform) {
  if (platform !== 'linux') return;
  const present = environment.XDG_RUNTIME_DIR;
  if (present && existsSync(present)) return;
  const folder = join(tmpdir(), `longhorizon-runtime-${process.getuid?.() ?? 'user'}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  environment.XDG_RUNTIME_DIR = folder;
}
