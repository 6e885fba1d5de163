/**
 * @file `node tools/lock/complete.mjs`: adds to package-lock.json the builds for other platforms that npm left out, and the
 * checksums that are not there yet. To be run after an `npm install` that changed the lock file; tests say when it is needed.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { missingPlatformPackages, platformEntry, withoutChecksum } from './platforms.mjs';

const path = new URL('../../package-lock.json', import.meta.url);
const text = readFileSync(path, 'utf8');
const lock = JSON.parse(text);
for (const one of missingPlatformPackages(lock)) {
  lock.packages[`node_modules/${one.name}`] = platformEntry(one);
  console.log(`added ${one.name} ${one.version}`);
}
for (const { path: place, name, version } of withoutChecksum(lock)) {
  const { version: _, ...rest } = lock.packages[place];
  // Where npm writes it.
  lock.packages[place] = { version, integrity: await checksumOf(name, version), ...rest };
  console.log(`checksum of ${name} ${version}`);
}

// npm's own order, so that its next change shows nothing else.
const entries = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
const complete = `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, undefined, 2)}\n`;
if (complete === text) console.log('The lock file has the builds for all platforms, and all checksums.');
else writeFileSync(path, complete);

/**
 * @param {string} name
 * @param {string} version
 * @returns {Promise<string>} as `dist.integrity` of the registry that npm is set to
 */
async function checksumOf(name, version) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { stdout } = await promisify(execFile)(npm, ['view', `${name}@${version}`, 'dist.integrity']);
  const checksum = stdout.trim();
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(checksum)) {
    throw new Error(
      `The registry gives no SHA-512 of ${name} ${version}, but '${checksum}'. Nothing was written; try another registry.`,
    );
  }
  return checksum;
}
