/**
 * @file Which Linux distribution is this? (os-release(5))
 */
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} Distribution
 * @property {string} id `debian`, `ubuntu`, `fedora`, …
 * @property {readonly string[]} like the distributions that it derives from
 * @property {string} version `12`; empty for a rolling release
 * @property {string} codename `bookworm`; empty where there is none
 * @property {string} name for people
 */

/**
 * @param {string} text the contents of /etc/os-release
 * @returns {Distribution}
 */
export function parseOsRelease(text) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const line of text.split('\n')) {
    const match = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim());
    if (match !== null) fields[String(match[1])] = unquote(String(match[2]));
  }
  return {
    id: fields.ID ?? 'linux',
    like: (fields.ID_LIKE ?? '').split(/\s+/).filter(Boolean),
    version: fields.VERSION_ID ?? '',
    codename: fields.VERSION_CODENAME ?? '',
    name: fields.PRETTY_NAME ?? fields.NAME ?? 'Linux',
  };
}

/** @returns {Distribution} */
export function readDistribution() {
  const path = ['/etc/os-release', '/usr/lib/os-release'].find((candidate) => existsSync(candidate));
  return parseOsRelease(path === undefined ? '' : readFileSync(path, 'utf8'));
}

/** @param {string} value */
function unquote(value) {
  return value.replace(/^(["'])(.*)\1$/, '$2').replace(/\\(.)/g, '$1');
}
