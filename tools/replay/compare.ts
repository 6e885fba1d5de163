/** @file Compares two recorded folders by their indices; differences are shown by `git diff`. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexName, ReplayError } from './record.ts';

export interface Comparison {
  readonly equal: readonly string[];
  readonly changed: readonly string[];
  /** In the first folder only, and in the second only. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

function readIndex(folder: string): Map<string, string> {
  const file = join(folder, indexName);
  if (!existsSync(file)) throw new ReplayError(`replay: ${folder} has no ${indexName}; record it first.`);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]));
}

export function compareFolders(a: string, b: string): Comparison {
  const [before, after] = [readIndex(a), readIndex(b)];
  const both = [...before.keys()].filter((name) => after.has(name));
  return {
    equal: both.filter((name) => before.get(name) === after.get(name)),
    changed: both.filter((name) => before.get(name) !== after.get(name)),
    missing: [...before.keys()].filter((name) => !after.has(name)),
    added: [...after.keys()].filter((name) => !before.has(name)),
  };
}

/** The unified diff of one program in both folders. */
export function difference(a: string, b: string, name: string): string {
  const files = [join(a, name), join(b, name)];
  return spawnSync('git', ['diff', '--no-index', '--no-color', '--', ...files], { encoding: 'utf8' }).stdout;
}
