import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixtureRecord, fullMeasurement } from '../record/fixture/records.ts';
import type { CellRecord } from '../record/record.ts';
import { writeFileAtomic } from './atomic.ts';
import { linesOf } from './lines.ts';
import { storedName } from './name.ts';
import { readRecords, rejectedText, streamRecords } from './read.ts';
import { openStore } from './store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harness-read-'));
  mkdirSync(join(folder, 'records'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const record = fixtureRecord(fullMeasurement);

/** Puts a text or bytes where a store would keep a record. */
function put(content: string | Uint8Array, name = storedName(record.identity)): string {
  const path = join(folder, 'records', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The kinds and first problems of what reading the store rejects. */
const rejections = (): readonly string[] =>
  readRecords([folder]).rejected.map(({ kind, problems }) => `${kind}: ${problems[0]}`);

/** Opens the store for a run, and closes it. */
function opened(): { readonly moved: readonly string[]; readonly left: readonly string[] } {
  const store = openStore(folder);
  store.close();
  return {
    moved: store.quarantined.map(({ path }) => path),
    left: store.leftAlone.map(({ path }) => path),
  };
}

describe('a record is believed only if its content gives its identity', () => {
  it('with one of its axes changed it is no record', () => {
    put(JSON.stringify({ ...record, config: { ...record.config, horizon: 7 } }));
    expect(rejections()).toEqual([
      expect.stringMatching(/^no-record: identity\.cellId: the configuration gives [0-9a-f]{12}…, not /),
    ]);
    expect(opened().moved).toEqual([`records/${storedName(record.identity)}`]);
  });

  it('with a byte that is no UTF-8 it is no record, and its bytes are kept', () => {
    const bytes = Buffer.from(JSON.stringify(record));
    bytes[bytes.indexOf('quick')] = 0xff;
    put(bytes);
    expect(rejections()).toEqual(['no-record: not UTF-8: some of its bytes are damaged']);
    opened();
    const place = join(folder, 'quarantine');
    const [name = ''] = readdirSync(place).filter((file) => file.endsWith('.json'));
    expect(readFileSync(join(place, name)).equals(bytes)).toBe(true);
    expect(readRecords([folder]).rejected).toEqual([]);
  });

  it('a copy under the name of another attempt does not take the place of the first', () => {
    const forged = { ...record, training: { curve: [], final: { accuracy: 1 } } };
    put(JSON.stringify(record));
    put(JSON.stringify(forged), storedName({ ...record.identity, attempt: 9 }));
    const { records } = readRecords([folder]);
    expect(records).toEqual([record]);
    expect(rejections()).toEqual([
      expect.stringMatching(/^no-record: its name is .*-009\.json, and its identity gives .*-001\.json/),
    ]);
    // The folder inside the store is no store itself, and its names are held to the same.
    expect(readRecords([join(folder, 'records')]).records).toEqual([record]);
    expect(opened().moved).toHaveLength(1);
  });

  it('of two contents with one identity the first stands and the other is named', () => {
    const other = { ...record, counters: { dispatches: 1 } };
    const bundle = put(
      `${JSON.stringify(record)}\n${JSON.stringify(record)}\n${JSON.stringify(other)}\n`,
      'more.jsonl',
    );
    const { records, rejected } = readRecords([folder]);
    expect(records).toEqual([record]);
    expect(rejected).toMatchObject([{ kind: 'double', path: `${bundle}:3` }]);
    expect(rejectedText(rejected[0]!)).toContain('is left alone: a record read before has the same identity');
  });

  it.each([
    '../../escaped',
    'a//b',
    '/etc/passwd',
    'name\u001b[2J',
    'evil\u202etxt',
    'Maml',
    '',
    'x'.repeat(200),
  ])('a method may not be called %j', (method) => {
    put(JSON.stringify({ ...record, config: { ...record.config, method } }));
    expect(rejections()).toEqual([expect.stringMatching(/^no-record: config\.method: /)]);
  });

  it('JSON nested too deeply is no record, in words', () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    put(JSON.stringify({ ...record, details: { deep: 'here' } }).replace('"here"', deep));
    expect(rejections()).toEqual(['no-record: the whole: nested too deeply to be a record']);
  });
});

describe('what is not ours to move stays where it is', () => {
  it.each([
    ['a higher schema version', { schemaVersion: 3 }, 'schemaVersion 3; this one reads 2'],
    ['a field of a later version', { colour: 'red' }, 'colour'],
  ])('a record of a newer program, by %s', (_, change, said) => {
    const path = put(JSON.stringify({ ...record, ...change }));
    const before = readFileSync(path);
    expect(rejections()).toEqual([expect.stringContaining('newer: written by a newer program')]);
    expect(rejections()[0]).toContain(said);
    expect(opened()).toEqual({ moved: [], left: [`records/${storedName(record.identity)}`] });
    expect(readFileSync(path).equals(before)).toBe(true);
    // The next attempt takes a name of its own.
    const store = openStore(folder);
    expect(store.append(record as CellRecord).identity.attempt).toBe(2);
    store.close();
  });

  it('a bundle among the records: its lines answer cells, and a damaged line is named', () => {
    const bundle = put(`${JSON.stringify(record)}\nrubbish\n`, 'more.jsonl');
    const store = openStore(folder);
    expect(store.find(record.identity.cellId, record.identity.versionId)).toEqual(record);
    expect(store.quarantined).toEqual([]);
    expect(store.leftAlone.map(({ path }) => path)).toEqual(['records/more.jsonl:2']);
    store.close();
    expect(readFileSync(bundle, 'utf8')).toContain('rubbish');
  });

  it('a link that leads nowhere', () => {
    put(JSON.stringify(record));
    symlinkSync(join(folder, 'gone'), join(folder, 'records', 'link.json'));
    expect(rejections()).toEqual([expect.stringMatching(/^unreadable: it cannot be read \(ENOENT/)]);
    expect(opened()).toEqual({ moved: [], left: ['records/link.json'] });
  });
});

describe('files of any size', () => {
  const texts = (path: string, longest: number) =>
    [...linesOf(path, longest)].map((line) =>
      line === undefined ? undefined : Buffer.from(line).toString(),
    );

  it('are read by lines, across the borders of chunks', () => {
    const path = join(folder, 'lines');
    const lines = ['', 'short', 'é'.repeat(700_000), 'x'.repeat(2 ** 20 - 1), '', 'last'];
    writeFileSync(path, lines.join('\n'));
    expect(texts(path, 2 ** 22)).toEqual(lines);
    writeFileSync(path, `${lines.join('\n')}\n`);
    expect(texts(path, 2 ** 22)).toEqual(lines);
    writeFileSync(path, '');
    expect(texts(path, 10)).toEqual([]);
  });

  it('with a line that is too long give the lines after it', () => {
    const path = join(folder, 'lines');
    writeFileSync(path, `one\n${'x'.repeat(5_000_000)}\nthree\n`);
    expect(texts(path, 1_000_000)).toEqual(['one', undefined, 'three']);
  });

  it('are written part by part, and read one record at a time', () => {
    const path = join(folder, 'all.jsonl');
    const count = 1000;
    const at = (seed: number): CellRecord => fixtureRecord(fullMeasurement, { seed });
    function* lines(): Generator<string> {
      for (let seed = 0; seed < count; seed++) yield `${JSON.stringify(at(seed))}\n`;
    }
    writeFileAtomic(path, lines(), join(folder, '.temporary'));
    let next = 0;
    for (const found of streamRecords([path])) {
      expect(found.ok && found.record.config.seed).toBe(next);
      next++;
    }
    expect(next).toBe(count);
  });
});
