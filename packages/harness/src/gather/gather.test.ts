import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvParse } from 'd3-dsv';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cosineText } from '../board/row-text.ts';
import { hashOf } from '../cell/identity.ts';
import { stampName } from '../publish/stamp.ts';
import { fixtureRecord, fullMeasurement } from '../record/fixture/records.ts';
import { syntheticRecords } from '../site/fixture/records.ts';
import { syntheticSuites } from '../site/fixture/suites.ts';
import { readRecords } from '../store/read.ts';
import { compareRecords, showComparison } from './compare.ts';
import { showRecords } from './show.ts';
import { cellsTable, samplesTable } from './tables.ts';
import { textTable } from './text-table.ts';
import { gather, toCsv } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'harness-gather-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const records = syntheticRecords();

describe('gathering', () => {
  let files: readonly string[];
  beforeAll(async () => {
    files = await gather(records, folder);
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
    const [column] = cellsTable([record]).columns.filter(({ name }) => name === 'counter_odd');
    expect(column).toMatchObject({ type: 'DOUBLE', values: [0.1 + 0.2] });
    expect(toCsv(cellsTable([record]))).toContain('0.30000000000000004');
  });

  it('keeps every raw sample', () => {
    const table = samplesTable(records);
    const count = records
      .flatMap((record) => Object.values(record.time?.phases ?? {}))
      .flatMap((phase) => phase.samples).length;
    expect(table.columns.find((column) => column.name === 'ms')?.values).toHaveLength(count);
  });

  it('makes a bundle that reads back as the same records', () => {
    const bundle = readRecords([join(folder, 'records.jsonl')]);
    expect(bundle.rejected).toEqual([]);
    const hashes = (list: readonly unknown[]) => list.map(hashOf).sort();
    expect(hashes(bundle.records)).toEqual(hashes(records));
  });

  it('quotes what needs quotes', () => {
    const record = fixtureRecord({ status: 'error', reason: 'a "quoted", broken\nreason' });
    expect(csvParse(toCsv(cellsTable([record])))[0]?.reason).toBe('a "quoted", broken\nreason');
  });
});

describe('showing', () => {
  it('prints one board per suite with ranks, ties and misses', () => {
    const text = showRecords(
      records.filter((record) => record.config.horizon === 1000 && record.config.dimension === 10),
      syntheticSuites,
    );
    expect(text).toMatch(/^hypergradient · quick · fixture adapter/);
    expect(text).toMatch(/exact-stored +3 +∞ .*gradient: oom, memory: oom, time: oom/);
    expect(text).toMatch(
      /quadratic +1.?000 +10 +first-order .* 1 +119 KiB|quadratic +1.?000 +10 +first-order .*39\.1 KiB +1 /,
    );
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
