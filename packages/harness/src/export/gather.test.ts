import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { csvParse } from 'd3-dsv';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../cell/identity.ts';
import type { Suite } from '../cell/suite.ts';
import { cosineText } from '../leaderboard/row-text.ts';
import { stampName } from '../publish/stamp.ts';
import { withVariables } from '../record/device-key.ts';
import { fixtureContext, fixturePhase, fixtureRecord, fullMeasurement } from '../record/fixture/records.ts';
import type { Measurement } from '../record/measurement.ts';
import type { CellRecord } from '../record/record.ts';
import { syntheticRecords } from '../report/fixture/records.ts';
import { syntheticSuites } from '../report/fixture/suites.ts';
import { readRecords } from '../store/read.ts';
import { compareRecords, showComparison } from './compare.ts';
import { csvWriter } from './csv.ts';
import { latexText } from './latex.ts';
import { showRecords } from './show.ts';
import { surveyTables, type Table } from './tables.ts';
import { textTable } from './text-table.ts';
import { gather, usualFormats } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'harness-gather-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const records = syntheticRecords();

function tableOf(some: readonly CellRecord[], name: string): Table {
  const table = surveyTables(some).tables.find((one) => one.name === name);
  if (table === undefined) throw new Error(`there is no table ${name}`);
  return table;
}

/** A file as the reader of Parquet wants it. */
function bytesOf(path: string): ArrayBuffer {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
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
    files = (await gather(records, folder, usualFormats, syntheticSuites)).files;
  });

  it('writes every table in every format and nothing else', () => {
    const tables = [
      'bytes_by_class',
      'cells',
      'counters',
      'curves',
      'kernel_variants',
      'metrics',
      'rows',
      'samples',
      'task_scores',
    ];
    expect([...files].sort()).toEqual(
      ['README.md', 'records.jsonl', ...tables.flatMap((name) => [`${name}.csv`, `${name}.parquet`])].sort(),
    );
    expect(
      readdirSync(folder)
        .filter((name) => name !== stampName)
        .sort(),
    ).toEqual([...files].sort());
  });

  it.each(['cells', 'rows', 'samples'])('says the same in Parquet as in CSV: %s', async (name) => {
    const parquet = await parquetReadObjects({
      file: bytesOf(join(folder, `${name}.parquet`)),
      compressors: { GZIP: (bytes) => gunzipSync(bytes) },
    });
    const csv = csvParse(readFileSync(join(folder, `${name}.csv`), 'utf8'));
    expect(parquet.length).toBeGreaterThan(0);
    expect(csv).toHaveLength(parquet.length);
    for (const [index, row] of parquet.entries()) {
      for (const [column, value] of Object.entries(row)) {
        const text = value instanceof Date ? value.toISOString() : String(value ?? '');
        if (csv[index]?.[column] !== text) expect(csv[index]?.[column], column).toBe(text);
      }
    }
  });

  it('has the same columns of the same types whatever the records hold', async () => {
    const place = join(folder, 'bare');
    await gather([fixtureRecord({ status: 'error', reason: 'nothing came of it' })], place);
    const schemaOf = (path: string) =>
      parquetMetadata(bytesOf(path)).schema.map(({ name, type, converted_type, logical_type }) =>
        [name, type, converted_type ?? logical_type?.type ?? ''].join(' '),
      );
    for (const name of ['cells', 'rows'])
      expect(schemaOf(join(place, `${name}.parquet`))).toEqual(schemaOf(join(folder, `${name}.parquet`)));
    const schema = schemaOf(join(folder, 'cells.parquet'));
    expect(schema).toContain('horizon INT64 ');
    expect(schema).toContain('current BOOLEAN ');
    expect(schema.find((column) => column.startsWith('started_at'))).toMatch(/INT64 TIMESTAMP/);
    for (const column of schema.slice(1)) expect(column).toMatch(/^[a-z][a-z0-9_]* /);
  });

  it('has a data dictionary with every column of every table', () => {
    const text = readFileSync(join(folder, 'README.md'), 'utf8');
    for (const { name, columns } of surveyTables(records, syntheticSuites).tables) {
      expect(text).toContain(`## ${name}`);
      for (const column of columns) expect(text).toContain(`| ${column.name} `);
    }
  });

  it('has a table of what boards show', () => {
    const rows = csvParse(readFileSync(join(folder, 'rows.csv'), 'utf8'));
    const at = rows.filter(({ suite, horizon }) => suite === 'few-shot' && horizon === '50');
    expect(at.map(({ method, metric_standing }) => [method, metric_standing])).toContainEqual([
      'maml',
      'best',
    ]);
    expect(at.find(({ method }) => method === 'multi-task')?.metric_standing).toBe('worse');
    expect(JSON.parse(at[0]?.metric_seeds ?? '[]')).toHaveLength(5);
    expect(at[0]?.metric_level).toBe('');
  });

  it('has the ratio that boards compare, and what it is a ratio to', () => {
    const phases = { own: fixturePhase([3, 6, 12]), plain: fixturePhase([1, 2, 6]) };
    const record = fixtureRecord({ status: 'ok', time: { compileMs: 1, primaryPhase: 'own', phases } });
    const suite = {
      ...(syntheticSuites[0] as Suite),
      name: record.config.suite,
      timedBeside: { phase: 'plain', title: 'plain steps' },
    };
    const table = surveyTables([record], [suite]).tables.find(({ name }) => name === 'cells');
    expect(table?.rowsOf(record)[0]).toMatchObject({ time_ratio: 3, baseline_ms: 2, cells_at_once: 1 });
  });

  it('writes boards as LaTeX, with the best set bold', () => {
    const { boards } = surveyTables(
      records.filter(({ config }) => config.suite === 'few-shot' && config.horizon === 50),
      syntheticSuites,
    );
    const text = latexText(boards, syntheticSuites);
    expect(text).toMatch(/maml & .*\\textbf\{\d\d\.\d\d \((?:\d\d\.\d\d(?:, )?){5}\)\} \\\\\n/);
    expect(text).toMatch(/multi-task & (?!.*\\textbf\{\d\d\.\d\d \().*\\\\\n/);
    expect(text.match(/\\toprule/g)).toHaveLength(1);
    // Every row has as many cells as there are columns.
    const columns = /tabular\}\{(l+r+)\}/.exec(text)?.[1]?.length;
    for (const line of text.split('\n').filter((one) => one.endsWith('\\\\')))
      expect(line.split(' & ')).toHaveLength(columns ?? 0);
    expect(text.slice(text.indexOf('\n'))).not.toMatch(/[−∞·⁻]|(?<!\\)[%&_](?! )/);
  });

  it('keeps numbers to the last bit', async () => {
    const record = fixtureRecord({ ...fullMeasurement, counters: { odd: 0.1 + 0.2 } });
    const table = tableOf([record], 'counters');
    expect(table.columns.find(({ name }) => name === 'value')).toMatchObject({ type: 'DOUBLE' });
    expect(table.rowsOf(record)[0]).toMatchObject({ counter: 'odd', value: 0.1 + 0.2 });
    expect(csvOf([record], 'counters')).toContain('0.30000000000000004');
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
    expect((await gather(reader, join(folder, 'read'), usualFormats, syntheticSuites)).records).toBe(
      records.length,
    );
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
    expect(readdirSync(place).sort()).toEqual([stampName, 'README.md', 'cells.csv', 'rows.csv'].sort());
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

  it('takes the newest record of a cell, wherever it stands', () => {
    const before = fixtureRecord({ ...fullMeasurement, counters: { dispatches: 1 } });
    const old = { ...before, run: { ...before.run, startedAt: '1999-01-01T00:00:00.000Z' } };
    for (const set of [
      [old, a],
      [a, old],
    ])
      expect(compareRecords([a], set).cells.map(({ changes }) => changes)).toEqual([[]]);
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
    expect(showComparison(comparison)).toMatch(/compare badly[\s\S]*no verdict[\s\S]*100\.0 %/);
  });

  it('notices content that has no line of its own', () => {
    const other = fixtureRecord({ ...fullMeasurement, artifacts: { gradient: 'd'.repeat(64) } });
    expect(compareRecords([a], [other]).cells[0]?.changes).toEqual([
      'other exact content: artifacts.gradient',
    ]);
  });

  it('finds the same work in another profile, and compares all but what training came to', () => {
    const quick = fixtureRecord(
      { ...fullMeasurement, training: { curve: [], final: { accuracy: 0.1 } } },
      { profile: 'other' },
    );
    const { cells } = compareRecords([a], [quick]);
    expect(cells).toHaveLength(1);
    expect(cells[0]?.changes.filter((change) => change.startsWith('accuracy'))).toEqual([]);
    expect(showComparison(compareRecords([a], [quick]))).toContain('1 cell of different profiles');
    // Numbers of another measure version mean something else.
    const newer = { ...a, identity: { ...a.identity, measureVersion: a.identity.measureVersion + 1 } };
    expect(compareRecords([a], [newer]).cells).toEqual([]);
  });

  it('allows another driver its rounding and its kernels, and says what is really different', () => {
    const environment = structuredClone(fixtureContext.environment);
    (environment.stable.adapter as { description: string }).description = 'another driver';
    environment.fingerprint = 'a'.repeat(64);
    const gradient = { reference: 'exact', cosine: 0.99998, relativeError: 0.01 };
    const on = (more: object, context: object = {}) =>
      fixtureRecord({ status: 'ok', gradient, ...more } as Measurement, {}, context);
    const other = on(
      { gradient: { ...gradient, cosine: 0.99994 }, kernelVariants: { conv2d: 'patch-4x32' } },
      { environment },
    );
    const [cell] = compareRecords([on({ kernelVariants: { conv2d: 'patch-8x8' } })], [other]).cells;
    expect(cell).toMatchObject({ exact: false, changes: [], variants: ['conv2d'] });
    const [wrong] = compareRecords(
      [on({})],
      [on({ gradient: { ...gradient, cosine: 0.9 } }, { environment })],
    ).cells;
    expect(wrong?.changes).toEqual(['cosine: 0.99998 → 0.9']);
    // On the driver itself every bit counts.
    const [same] = compareRecords([on({})], [on({ gradient: { ...gradient, cosine: 0.99994 } })]).cells;
    expect(same?.changes).toEqual(['cosine: 0.99998 → 0.99994']);
  });

  it('compares no times of different settings of a driver, and says so', () => {
    const environment = withVariables(fixtureContext.environment, { THREADS: '0' });
    const other = fixtureRecord(fullMeasurement, {}, { environment });
    const comparison = compareRecords([a], [other]);
    expect(comparison.cells[0]).toMatchObject({ exact: true, changes: [] });
    expect(comparison.cells[0]?.time).toBeUndefined();
    expect(showComparison(comparison)).toContain(
      "1 cell ran under other settings of the driver (the driver's own in A, THREADS=0 in B): their times are not compared.",
    );
  });

  it('compares times by their ratio to what they were taken in turns with', () => {
    const suite = {
      ...(syntheticSuites[0] as Suite),
      name: a.config.suite,
      timedBeside: { phase: 'plain', title: 'plain steps' },
    };
    const timed = (own: number, plain: number) =>
      fixtureRecord({
        status: 'ok',
        time: {
          compileMs: 1,
          primaryPhase: 'own',
          phases: { own: fixturePhase([own, own]), plain: fixturePhase([plain, plain]) },
        },
      });
    const { cells } = compareRecords([timed(4, 2)], [timed(12, 6)], [suite]);
    expect(cells[0]?.time).toEqual({ change: 0, of: 'ratio' });
  });
});
