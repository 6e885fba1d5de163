/** @file When kernels are measured before a run, and which problems records name. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { problemsOfRecords } from '../suites/kernels/tuning/records.ts';
import { whyTune } from './tune-at-start.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhorizon-tune-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['a GPU that no table knows', 'unknown', 0, undefined, false, true],
  ['a GPU with a table', 'unknown', 3, undefined, false, false],
  ['a GPU whose table the user names, or none', 'unknown', 0, undefined, true, false],
  ['a GPU with --no-tune', 'unknown', 0, false, false, false],
  ['a software adapter', 'software', 0, undefined, false, false],
  ['a software adapter with --tune', 'software', 0, true, false, true],
  ['a table and --tune', 'unknown', 3, true, false, true],
] as const)('%s', (_, kind, count, tune, isTableNamed, wanted) => {
  expect(whyTune({ kind }, { count }, tune, isTableNamed) !== undefined).toBe(wanted);
});

it('records name what the model chose for, the most frequent first', () => {
  const path = join(folder, 'records.jsonl');
  const line = (kernelChoices: Record<string, string>) => JSON.stringify({ identity: {}, kernelChoices });
  writeFileSync(
    path,
    [
      line({ 'matmul 1x8,8,8:nn': 'naive by model', 'matmul 1x9,9,9:ss': 'naive by a table: why' }),
      line({
        'matmul 1x5,6,7:nt': 'naive by model',
        'matmul 1x8,8,8:nn': 'naive by model: the table T names …',
      }),
      line({ 'conv2d forward 1x2,8,8,4,8:3x3/1x1+1,1>8x8 unaligned a': 'naive by model' }),
      '{"cut',
    ].join('\n'),
  );
  expect(problemsOfRecords(path).map(({ name }) => name)).toEqual(['matmul 1x8,8,8:nn', 'matmul 1x5,6,7:nt']);
  expect(() => problemsOfRecords(join(folder, 'none'))).toThrow(/The records .* cannot be read: ENOENT/);
});
