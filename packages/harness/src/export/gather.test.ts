import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvParse } from 'd3-dsv';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../cell/identity.ts';
import { cosineText } from '../leaderboard/row-text.ts';
import { stampName } from '../publish/stamp.ts';
import { fixtureRecord, fullMeasurement } from '../record/fixture/records.ts';
import type { CellRecord } from '../record/record.ts';
import { syntheticRecords } from '../report/fixture/records.ts';
import { syntheticSuites } from '../report/fixture/suites.ts';
import { readRecords } from '../store/read.ts';
import { compareRecords, showComparison } from './compare.ts';
import { csvWriter } from './csv.ts';
import { showRecords } from './show.ts';
import { surveyTables, type Table } from './tables.ts';
import { textTable } from './text-table.ts';
import { gather } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'harness-gather-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const records = syntheticRecords();

function tableOf(some: readonly CellRecord[], name: string): Table {
  const table = surveyTables(some).tables.find((one) => one.name === name);
  if (table === undefined) throw new Error(`there is no table ${name}`);
  return table;
}

/** A table of some records as CSV. */
function csvOf(some: readonly CellRecord[], name: string): string {
  let text = '';
  const table = tableOf(some, name);
  const writer = csvWriter(table, { write: (piece) => (text += String(piece)), close: () => {} });
  for (const record of some) for (const row of table.rowsOf(record)) writer.add(row);
  writer.end();
  return text;
}

describe('gathering', () => {
  let files: readonly string[];
  beforeAll(async () => {
    files = (await gather(records, folder)).files;
  });

  it('writes every table in every format and nothing else', () => {
    expect([...files].sort()).toEqual([
      'cells.csv',
      'cells.parquet',
      'curves.csv',
      'curves.parquet',
      'records.jsonl',
      'samples.csv',
      'samples.parquet',
    ]);
    expect(
      readdirSync(folder)
        .filter((name) => name !== stampName)
        .sort(),
    ).toEqual([...files].sort());
  });

  it('says the same in Parquet as in CSV', async () => {
    const bytes = readFileSync(join(folder, 'cells.parquet'));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const parquet = await parquetReadObjects({ file });
    const csv = csvParse(readFileSync(join(folder, 'cells.csv'), 'utf8'));
    expect(parquet).toHaveLength(records.length);
    expect(csv).toHaveLength(records.length);
    for (const [index, row] of parquet.entries()) {
      for (const [name, value] of Object.entries(row)) {
        expect(csv[index]?.[name], name).toBe(value === null || value === undefined ? '' : String(value));
      }
    }
  });

  it('keeps numbers to the last bit', async () => {
    const record = fixtureRecord({ ...fullMeasurement, counters: { odd: 0.1 + 0.2 } });
    const table = tableOf([record], 'cells');
    expect(table.columns.find(({ name }) => name === 'counter_odd')).toMatchObject({ type: 'DOUBLE' });
    expect(table.rowsOf(record)[0]?.counter_odd).toBe(0.1 + 0.2);
    expect(csvOf([record], 'cells')).toContain('0.30000000000000004');
  });

  it('keeps every raw sample', () => {
    const count = records
      .flatMap((record) => Object.values(record.time?.phases ?? {}))
      .flatMap((phase) => phase.samples).length;
    const csv = csvParse(readFileSync(join(folder, 'samples.csv'), 'utf8'));
    expect(csv).toHaveLength(count);
    expect(tableOf(records, 'samples').count).toBe(count);
    const [first] = records.flatMap(({ time }) => Object.values(time?.phases ?? {}));
    expect(Number(csv[0]?.ms)).toBe(first?.samples[0]);
  });

  it('makes a bundle that reads back as the same records', () => {
    const bundle = readRecords([join(folder, 'records.jsonl')]);
    expect(bundle.rejected).toEqual([]);
    const hashes = (list: readonly unknown[]) => list.map(hashOf).sort();
    expect(hashes(bundle.records)).toEqual(hashes(records));
  });

  it('writes no text that a spreadsheet takes for a formula, and leaves numbers numbers', () => {
    const formulas = ["=cmd|' /C calc'!A0", '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'];
    for (const formula of formulas) {
      const record = fixtureRecord({ status: 'error', reason: formula }, { method: formula });
      const [row] = csvParse(csvOf([record], 'cells'));
      expect(row?.method).toBe(`'${formula}`);
      expect(row?.reason).toBe(`'${formula}`);
    }
    const gradient = { reference: 'exact', cosine: -0.25, relativeError: 1 };
    const [row] = csvParse(csvOf([fixtureRecord({ ...fullMeasurement, gradient })], 'cells'));
    expect(row?.gradient_cosine).toBe('-0.25');
  });

  it('marks the latest record of a cell', () => {
    const again = fixtureRecord(
      fullMeasurement,
      {},
      { startedAt: '2001-01-01T00:00:00.000Z', versionId: '1'.repeat(64) },
    );
    const first = fixtureRecord(fullMeasurement, {}, { startedAt: '2000-01-01T00:00:00.000Z' });
    expect(csvParse(csvOf([again, first], 'cells')).map(({ current }) => current)).toEqual(['true', 'false']);
  });

  it('goes through records twice, and writes the same from a list as from a reader', async () => {
    let rounds = 0;
    const reader = {
      *[Symbol.iterator]() {
        rounds++;
        yield* records;
      },
    };
    expect((await gather(reader, join(folder, 'read'))).records).toBe(records.length);
    expect(rounds).toBe(2);
    for (const name of files) {
      const [read, listed] = ['read', '.'].map((place) => readFileSync(join(folder, place, name)));
      expect(read?.equals(listed ?? Buffer.alloc(0)), name).toBe(true);
    }
  });

  it('removes tables of an earlier gathering that have no rows now', async () => {
    const place = join(folder, 'fewer');
    await gather([fixtureRecord(fullMeasurement)], place);
    expect(readdirSync(place)).toContain('curves.csv');
    await gather([fixtureRecord({ status: 'error', reason: 'nothing came of it' })], place, ['csv']);
    expect(readdirSync(place).sort()).toEqual([stampName, 'cells.csv'].sort());
  });

  it('quotes what needs quotes', () => {
    const record = fixtureRecord({ status: 'error', reason: 'a "quoted", broken\nreason' });
    expect(csvParse(csvOf([record], 'cells'))[0]?.reason).toBe('a "quoted", broken\nreason');
  });
});

describe('showing', () => {
  it('prints one leaderboard per suite with the best and the failures', () => {
    const text = showRecords(
      records.filter((record) => record.config.horizon === 1000 && record.config.dimension === 10),
      syntheticSuites,
    );
    expect(text).toMatch(/^hypergradient · quick · fixture adapter/);
    expect(text).toMatch(/exact-stored +3 +∞ .*gradient: 3 of 3 out of memory, memory: 3 of 3 out of memory/);
    expect(text).toMatch(/quadratic +1.?000 +10 +first-order .*39\.1 KiB +best /);
    expect(text).not.toContain('metric');
  });

  it('lines columns up', () => {
    expect(
      textTable(
        [{ title: 'name' }, { title: 'n', align: 'right' }],
        [
          ['a', '1'],
          ['long', '1000'],
        ],
      ),
    ).toBe(['name     n', '──────────', 'a        1', 'long  1000'].join('\n'));
  });

  it('shows how far a cosine is from 1', () => {
    expect([1, 0.5, -0.25, 1 - 2e-5, 1 - 1e-14, Number.NaN].map(cosineText)).toEqual([
      '1.000000',
      '0.500',
      '−0.250',
      '1 − 2·10⁻⁵',
      '1.000000',
      '',
    ]);
  });
});

describe('comparing', () => {
  const a = fixtureRecord(fullMeasurement);

  it('finds nothing where nothing changed', () => {
    const { cells, onlyInA, onlyInB } = compareRecords(
      [a],
      [fixtureRecord(fullMeasurement, {}, { codeHash: 'other', versionId: 'e'.repeat(64) })],
    );
    expect(cells).toHaveLength(1);
    expect(cells[0]).toMatchObject({ changes: [], time: { change: 0 } });
    expect([onlyInA, onlyInB]).toEqual([[], []]);
    expect(showComparison(compareRecords([a], [a]))).toContain('agree in every cell');
  });

  it('lists exact changes and shows times as ratios', () => {
    const changed = structuredClone(fullMeasurement);
    changed.memory = { peakBytes: 8192 };
    changed.counters = { dispatches: 43, submits: 3 };
    for (const phase of Object.values(changed.time?.phases ?? {}))
      phase.samples = phase.samples.map((ms) => 2 * ms);
    const comparison = compareRecords(
      [a, fixtureRecord({ status: 'ok' }, { seed: 5 })],
      [fixtureRecord(changed)],
    );
    expect(comparison.cells[0]?.changes).toEqual(['peak: 4.00 KiB → 8.00 KiB', 'dispatches: 42 → 43']);
    expect(comparison.cells[0]?.time?.change).toBeCloseTo(1, 12);
    expect(comparison.onlyInA).toHaveLength(1);
    expect(showComparison(comparison)).toMatch(/no verdict[\s\S]*100\.0 %/);
  });

  it('notices content that has no line of its own', () => {
    const other = fixtureRecord({ ...fullMeasurement, artifacts: { gradient: 'd'.repeat(64) } });
    expect(compareRecords([a], [other]).cells[0]?.changes).toEqual([
      'other exact content: artifacts.gradient',
    ]);
  });
});
