import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { fixtureRecord, fullMeasurement } from '../record/fixture/records.ts';
import { writeFileAtomic } from './atomic.ts';
import { checkOutputFolder } from './folder.ts';
import { latestRecords, readRecords } from './read.ts';
import { openStore } from './store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harness-store-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const record = fixtureRecord(fullMeasurement);
const { cellId, versionId } = record.identity;

describe('a store', () => {
  it('keeps every attempt and finds the latest', () => {
    const store = openStore(folder);
    expect(store.find(cellId, versionId)).toBeUndefined();
    expect(store.append(record).identity.attempt).toBe(1);
    expect(store.append({ ...record, status: 'error', reason: 'broke' }).identity.attempt).toBe(2);
    expect(store.find(cellId, versionId)?.status).toBe('error');
    expect(store.find(cellId, 'f'.repeat(64))).toBeUndefined();
    store.close();

    const again = openStore(folder);
    expect(again.find(cellId, versionId)).toMatchObject({ status: 'error', identity: { attempt: 2 } });
    again.close();
    const { records } = readRecords([folder]);
    expect(records.map((found) => found.identity.attempt)).toEqual([1, 2]);
    expect(latestRecords(records)).toHaveLength(1);
  });

  it('leaves nothing but records behind', () => {
    const store = openStore(folder);
    store.append(record);
    store.close();
    const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(left.map((entry) => entry.name)).toEqual([`${'a'.repeat(12)}-001.json`]);
  });

  it('sets aside what is no record, and names it', () => {
    const store = openStore(folder);
    store.append(record);
    store.close();
    const place = join(folder, 'records', 'zz');
    mkdirSync(place);
    writeFileSync(join(place, 'torn.json'), '{"schemaVersion": 1, "kind"');
    writeFileSync(join(place, 'old.json'), JSON.stringify({ ...record, schemaVersion: 0 }));

    const reading = readRecords([folder]);
    expect(reading.records).toHaveLength(1);
    expect(reading.rejected.map((file) => file.path)).toEqual([
      join(place, 'old.json'),
      join(place, 'torn.json'),
    ]);

    const again = openStore(folder);
    expect(again.quarantined.map((file) => file.path)).toEqual([
      'records/zz/old.json',
      'records/zz/torn.json',
    ]);
    again.close();
    const kept = readdirSync(join(folder, 'quarantine'));
    expect(kept.filter((name) => name.endsWith('.json'))).toHaveLength(2);
    expect(again.leftAlone).toEqual([]);
    const reason = kept.find((name) => name.endsWith('old.json.reason.txt')) ?? '';
    expect(readFileSync(join(folder, 'quarantine', reason), 'utf8')).toContain('schemaVersion');
    expect(readRecords([folder]).rejected).toEqual([]);
  });

  it('refuses to store what fails the schema', () => {
    const store = openStore(folder);
    const wrong = { ...record, counters: { dispatches: Number.NaN } };
    expect(() => store.append(wrong)).toThrow('counters.dispatches');
    expect(readRecords([folder]).records).toHaveLength(0);
    store.close();
  });

  it('reads bundles of one record a line beside folders, and counts doubles once', () => {
    const store = openStore(folder);
    const stored = store.append(record);
    store.close();
    const bundle = join(folder, 'bundle.jsonl');
    writeFileSync(bundle, `${JSON.stringify(stored)}\n\n{"broken": true}\n`);
    const { records, rejected } = readRecords([folder, bundle]);
    expect(records).toHaveLength(1);
    expect(rejected.map((line) => line.path)).toEqual([`${bundle}:3`]);
    expect(() => readRecords([join(folder, 'nowhere')])).toThrow(/There is no .*nowhere/);
  });

  it('passes over JSON of another kind in folders that are no store', () => {
    const place = join(folder, 'committed');
    mkdirSync(place);
    writeFileSync(join(place, 'one.json'), JSON.stringify(record));
    writeFileSync(join(place, 'curves.json'), JSON.stringify({ loss: [2, 1] }));
    writeFileSync(join(place, 'old.json'), JSON.stringify({ ...record, schemaVersion: 0 }));
    const { records, rejected } = readRecords([place]);
    expect(records).toHaveLength(1);
    expect(rejected.map(({ path }) => path)).toEqual([join(place, 'old.json')]);
  });
});

describe('the lock', () => {
  it('keeps a second run out, and a second shard of another split', () => {
    const store = openStore(folder);
    expect(() => openStore(folder)).toThrow(`Another run (process ${process.pid} on`);
    expect(() => openStore(folder, { shard: { index: 1, count: 2 } })).toThrow(UsageError);
    store.close();
    openStore(folder).close();
  });

  it('lets the shards of one split share a folder', () => {
    const first = openStore(folder, { shard: { index: 1, count: 2 } });
    const second = openStore(folder, { shard: { index: 2, count: 2 } });
    expect(() => openStore(folder, { shard: { index: 2, count: 2 } })).toThrow(/Another run/);
    first.append(record);
    second.append(record);
    first.close();
    second.close();
    expect(readRecords([folder]).records.map((found) => found.identity.attempt)).toEqual([1, 2]);
  });

  it('of a killed process is taken over at once', async () => {
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const { pid } = holder;
    mkdirSync(join(folder, '.locks'));
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const { hostname } = await import('node:os');
    const lock = join(folder, '.locks', 'shard-1-of-1.json');
    writeFileSync(lock, JSON.stringify({ host: hostname(), pid, started: stat[19] }));
    expect(() => openStore(folder)).toThrow(`process ${pid}`);

    const gone = new Promise((resolve) => holder.on('exit', resolve));
    holder.kill('SIGKILL');
    await gone;
    openStore(folder).close();

    // The same number, but another process: this one, which did not start at tick 1.
    writeFileSync(lock, JSON.stringify({ host: hostname(), pid: process.pid, started: '1' }));
    openStore(folder).close();
  });

  it('of another machine counts until it has been silent for long', () => {
    mkdirSync(join(folder, '.locks'));
    const lock = join(folder, '.locks', 'shard-1-of-1.json');
    writeFileSync(lock, JSON.stringify({ host: 'elsewhere', pid: 1, started: null }));
    expect(() => openStore(folder)).toThrow('process 1 on elsewhere');
    // Its heart beats every 30 s; a slow network disk or a clock a few minutes off does not make it dead.
    spawnSync('touch', ['-d', '14 minutes ago', lock]);
    expect(() => openStore(folder)).toThrow('process 1 on elsewhere');
    spawnSync('touch', ['-d', '16 minutes ago', lock]);
    openStore(folder).close();
  });
});

describe('an output folder', () => {
  it('is made when it is missing and left without a trace', () => {
    const fresh = join(folder, 'a', 'b');
    checkOutputFolder(fresh);
    expect(existsSync(fresh)).toBe(true);
    expect(readdirSync(fresh)).toEqual([]);
  });

  it('behind a file is refused', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => checkOutputFolder(join(folder, 'file', 'out'))).toThrow(
      /a file is in the way.*Nothing was measured/,
    );
  });

  it('that is read-only is refused', () => {
    // The administrator may write anywhere except where the kernel says no.
    const target = process.getuid?.() === 0 ? '/proc/self/results' : join(folder, 'locked', 'out');
    if (target.startsWith(folder)) {
      mkdirSync(join(folder, 'locked'));
      chmodSync(join(folder, 'locked'), 0o555);
    }
    expect(() => checkOutputFolder(target)).toThrow(/cannot be written.*--out.*Nothing was measured/);
  });

  it.runIf(process.platform === 'linux')(
    'is refused where nothing can be made, and where it has no name',
    () => {
      for (const target of ['/proc', '/proc/results', ''])
        expect(() => checkOutputFolder(target)).toThrow(/cannot be written.*--out.*Nothing was measured/);
    },
  );

  it('that can no longer be written later on is a sentence as well', () => {
    const store = openStore(folder);
    // A file where the record's folder would be: what a disk that is full or gone looks like to a write.
    rmSync(join(folder, 'records'), { recursive: true });
    writeFileSync(join(folder, 'records'), '');
    expect(() => store.append(record)).toThrow(/A record cannot be written to .*finished before is kept/);
    rmSync(join(folder, 'records'));
    store.close();
  });

  it('without space is refused', () => {
    expect(() => checkOutputFolder(folder, Number.MAX_SAFE_INTEGER)).toThrow(/MiB are free and at least/);
  });
});

describe('an atomic write', () => {
  it('replaces a file whole and cleans up after a failure', () => {
    const temporary = join(folder, 'temporary');
    const path = join(folder, 'file.json');
    writeFileAtomic(path, 'one', temporary);
    writeFileAtomic(path, 'two', temporary);
    expect(readFileSync(path, 'utf8')).toBe('two');
    mkdirSync(join(folder, 'taken'));
    expect(() => writeFileAtomic(join(folder, 'taken'), 'three', temporary)).toThrow();
    expect(readdirSync(temporary)).toEqual([]);
  });
});
