/**
 * @file The folder for sockets and locks that Vulkan drivers expect in XDG_RUNTIME_DIR.
 * A login session sets it; containers and CI runners often do not.
 */
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder of one's own below the folder for temporary files, the same for every run. There everybody can write, so a folder or a link
 * of that name may be somebody else's, who could then answer in the place of the driver's sockets: it is taken only if it is a folder,
 * this user's, and closed to others. If not, a new folder with an unpredictable name is made.
 * @param {string} parent
 * @param {number} user
 */
export function privateFolder(parent, user) {
  const folder = join(parent, `longhorizon-runtime-${user}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === user && (found.mode & 0o077) === 0) return folder;
  const made = mkdtempSync(`${folder}-`);
  chmodSync(made, 0o700);
  return made;
}

/**
 * Sets XDG_RUNTIME_DIR in an environment where it is unset or names no folder. Linux only.
 * @param {NodeJS.ProcessEnv} environment changed in place
 * @param {NodeJS.Platform} platform
 */
export function ensureRuntimeDirectory(environment, platform = process.platform) {
  if (platform !== 'linux') return;
  const present = environment.XDG_RUNTIME_DIR;
  if (present && existsSync(present)) return;
  environment.XDG_RUNTIME_DIR = privateFolder(tmpdir(), process.getuid?.() ?? 0);
}
