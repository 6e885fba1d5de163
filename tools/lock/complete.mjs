/**
 * @file `node tools/lock/complete.mjs`: adds to package-lock.json the builds for other platforms that npm left out.
 * To be run after an `npm install` that changed the lock file; a test says when it is needed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { missingPlatformPackages, platformEntry } from './platforms.mjs';

const path = new URL('../../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const missing = missingPlatformPackages(lock);
for (const one of missing) {
  lock.packages[`node_modules/${one.name}`] = platformEntry(one);
  console.log(`added ${one.name} ${one.version}`);
}
if (missing.length === 0) {
  console.log('The lock file has the builds for all platforms.');
} else {
  // npm's own order, so that its next change shows nothing else.
  const entries = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(
    path,
    `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, undefined, 2)}\n`,
  );
}
