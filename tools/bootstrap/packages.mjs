/**
 * @file Are the npm packages installed, and are they those of the lock file? If not, install them.
 *
 * After an installation a stamp (hash of the lock file, platform) is left in node_modules, so that the next start
 * reads one small file. Where the stamp does not match, npm's own record of what it installed is compared with the
 * lock file: a developer who has just run `npm install` is not made to install again.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError, say } from './say.mjs';

/** @typedef {{ version?: string, resolved?: string, integrity?: string, link?: boolean, optional?: boolean }} LockEntry */
/** @typedef {{ packages: Record<string, LockEntry> }} LockFile */

/**
 * Installs when needed; says nothing when not.
 * @param {string} root the repository's folder
 */
export function ensurePackages(root) {
  const reason = whyInstall(root);
  if (reason === undefined) return;
  say(`installing packages with 'npm ci' (${reason})`);
  runNpmCi(root);
  writeStamp(root);
}

/**
 * Why packages have to be installed, in words; undefined when they need not be.
 * @param {string} root
 * @returns {string | undefined}
 */
export function whyInstall(root) {
  if (!existsSync(join(root, 'node_modules'))) return 'there is no folder node_modules';
  const stamp = readText(stampPath(root));
  if (stamp === expectedStamp(root)) return undefined;
  if (stamp !== undefined && stamp.split(' ')[0] !== platformName()) {
    return `they were installed for another platform, ${stamp.split(' ')[0]}`;
  }
  const installed = readText(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return 'an installation was not finished';
  const wanted = readText(join(root, 'package-lock.json'));
  if (wanted === undefined)
    throw new StartError(`There is no package-lock.json in ${root}: the clone is incomplete.`);
  const difference = firstDifference(JSON.parse(wanted), JSON.parse(installed));
  if (difference !== undefined) return difference;
  writeStamp(root);
  return undefined;
}

/**
 * The first package that is not installed as the lock file says, in words.
 * Packages that npm leaves out on this platform (optional ones) and what is installed beyond the lock are no difference.
 * @param {LockFile} wanted package-lock.json
 * @param {LockFile} installed node_modules/.package-lock.json, which npm writes last
 * @returns {string | undefined}
 */
export function firstDifference(wanted, installed) {
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (!path.includes('node_modules/')) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const found = installed.packages[path];
    if (found === undefined) {
      if (entry.optional) continue;
      return `${name} is missing`;
    }
    if (placeOf(found) !== placeOf(entry))
      return `${name} is ${placeOf(found)}, the lock file has it ${placeOf(entry)}`;
    if (found.integrity !== entry.integrity) return `${name} ${entry.version} is not the file of the lock`;
  }
  return undefined;
}

/**
 * Which version a package is, or what its link leads to.
 * @param {LockEntry} entry
 */
const placeOf = ({ version, resolved, link }) => (link ? `a link to ${resolved}` : `at ${version}`);

/** @param {string} root */
function runNpmCi(root) {
  // npm says which program it is when it started us; otherwise the one on the path is taken.
  const script = process.env.npm_execpath;
  const isNpm = script !== undefined && /npm-cli\.[cm]?js$/.test(script);
  const [program, first] = isNpm ? [process.execPath, [script]] : ['npm', []];
  const result = spawnSync(program, [...first, 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    // The report of npm is not the output of the work.
    stdio: ['ignore', process.stderr.fd, process.stderr.fd],
    shell: !isNpm && process.platform === 'win32',
  });
  if (result.status === 0) return;
  const cause = result.error === undefined ? `it ended with code ${result.status}` : result.error.message;
  throw new StartError(
    `The packages could not be installed: 'npm ci' failed (${cause}). See its report above; ` +
      'most often the network or a proxy setting is the reason. Run the same command again once that is fixed.',
  );
}

/** @param {string} root */
function writeStamp(root) {
  writeFileSync(stampPath(root), expectedStamp(root));
}

/** @param {string} root */
function stampPath(root) {
  return join(root, 'node_modules', '.longhorizon-stamp');
}

/** @param {string} root */
function expectedStamp(root) {
  const hash = createHash('sha256').update(readText(join(root, 'package-lock.json')) ?? '');
  return `${platformName()} ${hash.digest('hex')}\n`;
}

function platformName() {
  return `${process.platform}-${process.arch}`;
}

/** @param {string} path */
function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
