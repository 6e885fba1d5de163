/** @file What records of other people are held to, held to our own: a limit that a real measurement breaks is none. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, readRecords, reviewFile } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { root } from '../root.ts';
import { suites } from '../suites/index.ts';
import { trajectoryProblems } from './trajectory.ts';

const folder = join(root, 'benchmarks', 'records');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => join(folder, name));

/** What speaks of the code and the suites of another day, not of the numbers. */
const ofAnotherDay =
  /^(?:measured by other code|no cell of this benchmark|measure version|identity\.versionId)/;

it('no committed record breaks a physical limit, contradicts a reference value or has an odd text', () => {
  const { records } = readRecords(files);
  const hashes = new Map(records.map((record) => [canonicalJson(record.config), record.identity.codeHash]));
  const problems = files.flatMap((file) =>
    reviewFile(file, {
      suites: suites.map(({ suite }) => suite),
      codeHashOf: (config) => hashes.get(canonicalJson(config)) ?? '',
      known: records,
      check: trajectoryProblems,
    }).problems.map(({ line, sentence }) => ({ file, line, sentence })),
  );
  expect(records.length).toBeGreaterThan(2000);
  expect(problems.filter(({ sentence }) => !ofAnotherDay.test(sentence))).toEqual([]);
});
