/** @file Which table answers for a problem, and what is said of lines and files that cannot be used. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TableEntry } from './entry.ts';
import { tableName, userFolder } from './places.ts';
import { kernelTables, tableVariables } from './tables.ts';
import { appendEntries } from './write.ts';

const owner = { device: 'An Adapter', description: 'driver 1.2' };
const entry: TableEntry = {
  format: 1,
  adapter: owner.device,
  driver: owner.description,
  family: 'matmul',
  key: '1x8,8,8:nn',
  configuration: { KERNEL: 'naive' },
  variant: 'naive',
  tied: ['other'],
  fingerprint: 'abc',
  ms: 1.5,
  candidates: 12,
  rounds: 16,
  strategy: 'descent',
  clock: 'wall',
  date: '2026-01-02',
  load: 0.5,
};

let folder: string;
let environment: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhorizon-tables-'));
  environment = { XDG_CONFIG_HOME: folder };
});
afterEach(() => rmSync(folder, { recursive: true }));

const userFile = () => join(userFolder(environment), tableName(owner));

test('without a table there are no choices and no variable', () => {
  expect(kernelTables(owner, environment)).toMatchObject({ choices: undefined, problems: [] });
  expect(tableVariables(owner, environment)).toEqual({});
});

test('of two lines for a problem the newer one counts, and the reason says what was measured', () => {
  appendEntries(userFile(), [entry]);
  appendEntries(userFile(), [{ ...entry, configuration: { KERNEL: 'shared' } }]);
  const { choices, problems } = kernelTables(owner, environment);
  expect(problems).toEqual([]);
  expect(choices?.of('matmul', '1x8,8,8:nn')).toEqual({
    kernel: { KERNEL: 'shared' },
    table: 'an-adapter.driver-1-2.jsonl',
    why: '1.50 ms, fastest of 12 kernels, the simplest of 2 that tie, 16 rounds, 2026-01-02',
  });
  expect(choices?.of('conv2d', '1x8,8,8:nn')).toBeUndefined();
  expect(Object.keys(tableVariables(owner, environment))).toEqual(['LONGHORIZON_KERNEL_TABLES']);
});

test("the user's table comes before the repository's, which answers for other problems", () => {
  const repository = join(folder, 'repository');
  appendEntries(join(repository, tableName(owner)), [
    { ...entry, configuration: { KERNEL: 'shared' } },
    { ...entry, key: '1x9,9,9:nn', configuration: { KERNEL: 'shared' } },
  ]);
  appendEntries(userFile(), [entry]);
  const { choices, count } = kernelTables(owner, environment, [userFolder(environment), repository]);
  expect(count).toBe(2);
  expect(choices?.of('matmul', '1x8,8,8:nn')?.kernel).toEqual({ KERNEL: 'naive' });
  expect(choices?.of('matmul', '1x9,9,9:nn')?.kernel).toEqual({ KERNEL: 'shared' });
});

test('broken lines are passed over, each with a sentence, and a cut line does not spoil the next', () => {
  mkdirSync(userFolder(environment), { recursive: true });
  writeFileSync(userFile(), `{"format":2}\n{"format":1,"adap`);
  appendEntries(userFile(), [entry]);
  const { count, problems } = kernelTables(owner, environment);
  expect(count).toBe(1);
  expect(problems).toHaveLength(2);
  expect(problems[0]).toMatch(/line 1, is no entry of a table: .* The line is passed over\.$/);
  expect(problems[1]).toMatch(/line 2, is no JSON; it may have been cut off\. The line is passed over\.$/);
});

test('a table of another driver is not used, and a sentence says so', () => {
  const other = { ...owner, description: 'driver 1.1' };
  appendEntries(join(userFolder(environment), tableName(other)), [{ ...entry, driver: 'driver 1.1' }]);
  const { choices, problems } = kernelTables(owner, environment);
  expect(choices).toBeUndefined();
  expect(problems.join()).toContain("measured under another driver than 'driver 1.2' and is not used");
  // Named by hand, its lines still are another driver's.
  const named = join(userFolder(environment), tableName(other));
  const forced = kernelTables(owner, { LONGHORIZON_KERNELS: named });
  expect(forced.choices).toBeUndefined();
  expect(forced.problems.join()).toContain('1 lines of another adapter or driver');
});

test('the variable names a table, a file of records whose choices are taken again, or no table', () => {
  appendEntries(userFile(), [entry]);
  expect(kernelTables(owner, { ...environment, LONGHORIZON_KERNELS: 'model' }).choices).toBeUndefined();
  const missing = join(folder, 'missing.jsonl');
  expect(() => kernelTables(owner, { ...environment, LONGHORIZON_KERNELS: missing })).toThrow(
    /there is no such file\. Name a table/,
  );
  const records = join(folder, 'records.jsonl');
  const kernelChoices = { 'matmul 1x8,8,8:nn': 'shared-columns-16 by model' };
  writeFileSync(
    records,
    `${JSON.stringify({ identity: {}, kernelChoices })}\n${JSON.stringify({ identity: {} })}\n`,
  );
  const { choices, problems } = kernelTables(owner, { ...environment, LONGHORIZON_KERNELS: records });
  expect(problems).toEqual([]);
  expect(choices?.of('matmul', '1x8,8,8:nn')).toMatchObject({ kernel: 'shared-columns-16' });
});

test('what cannot be written is a sentence', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => appendEntries(join(folder, 'file', 'table.jsonl'), [entry])).toThrow(
    /cannot be written: .* Name another file with --table\.$/,
  );
});
