import { describe, expect, it } from 'vitest';
import { fixtureContext, fixturePhase, fixtureRecord } from '../record/fixture/records.ts';
import { checkRecord } from '../record/record.ts';
import { syntheticRecords } from '../report/fixture/records.ts';
import { syntheticSuites } from '../report/fixture/suites.ts';
import { agreesWithTheory } from '../statistics/fit.ts';
import { devicesOf } from './device.ts';
import {
  axisText,
  bytesText,
  countText,
  numberText,
  percentText,
  rateText,
  tickText,
  timeText,
} from './format.ts';
import { paretoFront } from './pareto.ts';
import { byPoint, placeText, rankRows } from './rank-rows.ts';
import { currentRecords, leaderboardRows } from './rows.ts';
import { scalingCurves } from './scaling.ts';

const records = syntheticRecords();
const rows = leaderboardRows(records, syntheticSuites);
const find = (method: string, horizon: number, dimension: number, problem = 'quadratic') =>
  rows.find(
    (row) =>
      row.method === method &&
      row.horizon === horizon &&
      row.dimension === dimension &&
      row.problem === problem,
  );

describe('the synthetic records', () => {
  it('fit the schema and repeat', () => {
    for (const record of records)
      expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
    expect(syntheticRecords()).toEqual(records);
  });
});

describe('rows', () => {
  it('join passes and seeds', () => {
    const row = find('hyperdistill', 100, 100);
    expect(row?.seeds).toEqual([0, 1, 2]);
    expect(row?.records).toHaveLength(9);
    expect(row?.time?.replicates.map((seed) => seed.length)).toEqual([12, 12, 12]);
    expect(row?.time?.median).toBeGreaterThan(50);
    expect(row?.memory).toMatchObject({ median: 76_200, predicted: 76_200 });
    expect(row?.gradient?.relativeError?.median).toBeGreaterThan(0.02);
    expect(row?.counters).toMatchObject({ dispatches: 1406, products: 200 });
    expect(row?.troubles).toEqual([]);
  });

  it('show what went wrong, and count it as a miss', () => {
    const row = find('exact-stored', 1000, 10);
    expect(row?.memory?.median).toBe(Number.POSITIVE_INFINITY);
    expect(row?.troubles).toContainEqual(
      expect.objectContaining({
        pass: 'memory',
        status: 'oom',
        seeds: [0, 1, 2],
        reason: expect.stringContaining('MiB'),
      }),
    );
    const unsupported = find('forward-mode', 1, 10_000);
    expect(unsupported?.troubles[0]?.status).toBe('unsupported');
    expect([unsupported?.memory, unsupported?.time]).toEqual([undefined, undefined]);
  });

  it('take the latest record of a cell, and keep devices apart', () => {
    const older = fixtureRecord({ status: 'error', reason: 'broke' }, {}, { versionId: 'e'.repeat(64) });
    const newer = fixtureRecord({ status: 'ok' }, {}, { startedAt: '2000-01-02T00:00:00.000Z' });
    expect(currentRecords([newer, older]).map((record) => record.status)).toEqual(['ok']);
    const elsewhere = {
      ...fixtureContext.environment,
      stable: { ...fixtureContext.environment.stable, adapter: null },
    };
    const both = [
      newer,
      fixtureRecord({ status: 'ok' }, {}, { environment: { ...elsewhere, fingerprint: 'f'.repeat(64) } }),
    ];
    expect(leaderboardRows(both)).toHaveLength(2);
    expect(devicesOf(both).map((device) => device.label)).toEqual([
      'fixture adapter (nothing measured) on fixture processor',
      'fixture processor (no adapter)',
    ]);
  });

  it('do not depend on the order of the records', () => {
    const shape = (list: typeof rows) => list.map((row) => [row.key, row.time?.median, row.seeds]);
    expect(shape(leaderboardRows([...records].reverse(), syntheticSuites))).toEqual(shape(rows));
  });

  it('pair scores task by task', () => {
    const row = rows.find((candidate) => candidate.method === 'maml' && candidate.horizon === 50);
    expect(row?.metric).toMatchObject({ paired: true, spec: { name: 'accuracy' } });
    expect(row?.metric?.median).toBeCloseTo(0.78, 1);
    const { low = 0, high = 0, level } = row?.metric?.interval ?? {};
    expect(level).toBe(0.95);
    expect(low).toBeLessThan(row?.metric?.median ?? 0);
    expect(high - low).toBeGreaterThan(0.005);
    expect(high - low).toBeLessThan(0.08);
  });
});

describe('ranks of rows', () => {
  it('tie what the data cannot separate', () => {
    const points = byPoint(rows);
    const fewShot = [...points.values()].find(
      (group) => group[0]?.suite === 'few-shot' && group[0]?.horizon === 50,
    );
    const places = rankRows(fewShot ?? []).metric;
    const text = Object.fromEntries(
      (fewShot ?? []).map((row) => [row.method, placeText(places.get(row.key))]),
    );
    expect(text.maml).toBe('1–2');
    expect(text.hyperdistill).toBe('1–2');
    expect(text['multi-task']).toBe('5');
  });

  it('rank misses last and bytes exactly', () => {
    const group = rows.filter((row) => row.point === find('drmad', 1000, 10)?.point);
    const { memory } = rankRows(group);
    expect(placeText(memory.get(find('first-order', 1000, 10)?.key ?? ''))).toBe('1');
    expect(memory.get(find('exact-stored', 1000, 10)?.key ?? '')?.rank).toBe(group.length);
  });

  it('say when two seeds are too few', () => {
    const two = ['a', 'b'].flatMap((method, index) =>
      [0, 1].map((seed) =>
        fixtureRecord(
          {
            status: 'ok',
            time: { compileMs: 1, primaryPhase: 'x', phases: { x: fixturePhase([10 * (index + 1) + seed]) } },
          },
          { method, seed, pass: 'time' },
        ),
      ),
    );
    const few = leaderboardRows(two);
    expect([...rankRows(few).time.values()].map(placeText)).toEqual(['1–2', '1–2?']);
  });
});

describe('scaling', () => {
  it('finds the exponents that the numbers were made from', () => {
    const curves = scalingCurves(rows, 'horizon', 'memory').filter(
      (curve) => curve.problem === 'quadratic' && curve.fixed === 10,
    );
    const upper = (method: string) => curves.find((curve) => curve.method === method)?.upper;
    expect(agreesWithTheory(upper('exact-stored') as never, 1, 0.15)).toBe(true);
    expect(agreesWithTheory(upper('first-order') as never, 0)).toBe(true);
    expect(curves.find((curve) => curve.method === 'exact-stored')?.misses).toEqual([1000]);
    const dimension = scalingCurves(rows, 'dimension', 'memory').find(
      (curve) => curve.method === 'forward-mode',
    );
    expect(dimension?.upper?.exponent).toBeGreaterThan(0.85);
    expect(scalingCurves(rows, 'dimension', 'time').some((curve) => curve.suite === 'few-shot')).toBe(false);
  });
});

describe('the Pareto front', () => {
  it('keeps what nothing beats', () => {
    const items = [
      { name: 'cheap', cost: 1, value: 0.5 },
      { name: 'good', cost: 3, value: 0.9 },
      { name: 'beaten', cost: 3, value: 0.7 },
      { name: 'missed', cost: Number.POSITIVE_INFINITY, value: 1 },
    ];
    expect(paretoFront(items).map((item) => item.name)).toEqual(['cheap', 'good']);
  });
});

describe('numbers in words', () => {
  it('read well', () => {
    expect([0, 1023, 4096, 12_900_000, 2 ** 40].map(bytesText)).toEqual([
      '0 B',
      '1023 B',
      '4.00 KiB',
      '12.3 MiB',
      '1.00 TiB',
    ]);
    expect([1e-5, 0.0034, 5.6, 1234, Number.POSITIVE_INFINITY, Number.NaN].map(timeText)).toEqual([
      '10.0 ns',
      '3.40 µs',
      '5.60 ms',
      '1.23 s',
      '∞',
      '',
    ]);
    expect([0, 0.5, -12.34, 123_456, 1e-7, 1000, Number.NEGATIVE_INFINITY].map(numberText)).toEqual([
      '0',
      '0.5',
      '−12.3',
      '1.2·10⁵',
      '10⁻⁷',
      '1000',
      '−∞',
    ]);
    expect([0, 65_536, 1536, 2 ** 20].map(tickText(bytesText))).toEqual(['0', '64 KiB', '1.5 KiB', '1 MiB']);
    expect([0.1, 0.25, 1, 20, 100].map(tickText(timeText))).toEqual([
      '100 µs',
      '250 µs',
      '1 ms',
      '20 ms',
      '100 ms',
    ]);
    expect(percentText(-0.0512)).toBe('−5.1 %');
    expect(rateText(3.4e9, 'FLOP/s')).toBe('3.40 GFLOP/s');
    expect([1, 1000, 1e6].map(axisText)).toEqual(['1', '1000', '10⁶']);
    expect(countText(1_234_567)).toBe('1\u202f234\u202f567');
  });
});
