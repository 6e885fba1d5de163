import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fixtureRecord, fullMeasurement } from '../record/fixture/records.ts';
import { RecordFiles } from './record-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'harness-record-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('gives the same records every time, names once what is none, and shares what is equal', () => {
  const records = [0, 1, 2].map((seed) => fixtureRecord(fullMeasurement, { seed }));
  const elsewhere = structuredClone(fixtureRecord(fullMeasurement, { seed: 3 }));
  elsewhere.environment.stable.node = 'v99';
  const file = join(folder, 'records.jsonl');
  const lines = [...records, elsewhere].map((record) => JSON.stringify(record));
  writeFileSync(file, ['not JSON', ...lines].join('\n'));
  let errors = '';
  const source = new RecordFiles([file], { write: (text) => (errors += text) });
  const [first, second] = [[...source], [...source]];
  expect(first).toEqual([...records, elsewhere]);
  expect(second).toEqual(first);
  expect(errors.match(/is no record/g)).toHaveLength(1);
  expect(first[0]?.environment.stable).toBe(first[2]?.environment.stable);
  expect(first[3]?.environment.stable.node).toBe('v99');
});
