import { describe, expect, it } from 'vitest';
import { defineSuite } from '../cell/suite.ts';
import { fixtureContext, fixturePhase, fixtureRecord } from '../record/fixture/records.ts';
import { type CellRecord, checkRecord } from '../record/record.ts';
import { syntheticRecords } from '../report/fixture/records.ts';
import { syntheticSuites } from '../report/fixture/suites.ts';
import { boardsOf, placeText } from './board.ts';
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
import { addedTimeText, growthOf, growthText } from './growth.ts';
import { paretoFront } from './pareto.ts';
import { failuresText, metricSeedsText } from './row-text.ts';
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
    expect(row?.time?.units).toHaveLength(3);
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

  it('have one number a seed, the mean of its tasks; five seeds or fewer say themselves how far they are apart', () => {
    const row = rows.find((candidate) => candidate.method === 'maml' && candidate.horizon === 50);
    expect(row?.metric?.units).toHaveLength(5);
    expect(row?.metric?.median).toBeCloseTo(0.78, 1);
    expect(row?.metric?.interval).toBeUndefined();
    expect(metricSeedsText(row ?? {}).split(', ')).toHaveLength(5);
  });

  it('with more seeds have the interval of their median, with the level that it has', () => {
    const [row] = leaderboardRows(trainedOn([...Array(8).keys()], { a: 0 }), [trainedSuite]);
    expect(metricSeedsText(row ?? {})).toMatch(/^\S+–\S+ \(99 %\)$/);
    expect(row?.metric?.interval?.level).toBeCloseTo(1 - 2 / 2 ** 8, 12);
  });

  it('count failures and say whose they are', () => {
    const failing = [
      ...trainedOn([0, 1], { a: 0 }),
      fixtureRecord({ status: 'diverged', reason: 'not finite' }, { ...trainedAt, method: 'a', seed: 2 }),
      fixtureRecord({ status: 'device-lost', reason: 'gone' }, { ...trainedAt, method: 'a', seed: 3 }),
      fixtureRecord({ status: 'unsupported', reason: 'no' }, { ...trainedAt, method: 'b', seed: 0 }),
    ];
    const [a, b] = leaderboardRows(failing, [trainedSuite]);
    expect(failuresText(a as never)).toBe('training: 1 of 4 diverged, training: 1 of 4 device lost (ours)');
    // What we lost is no number at all; what diverged is worse than every number.
    expect(a?.metric?.units.slice(2)).toEqual([Number.POSITIVE_INFINITY, undefined]);
    expect(failuresText(b as never)).toBe('');
    expect(b?.troubles[0]?.blame).toBe('not-applicable');
  });
});

const trainedSuite = defineSuite({
  name: 'trained',
  title: 'Trained',
  description: 'Losses over seeds.',
  measureVersion: 1,
  problems: [{ name: 'only' }],
  methods: [{ name: 'a' }, { name: 'b' }],
  passes: ['training'],
  profiles: { quick: { horizons: [10], dimensions: [1], seeds: [0] } },
  metric: { name: 'loss', title: 'Loss', direction: 'lower', chance: 20 },
});
const trainedAt = { suite: 'trained', problem: 'only', horizon: 10, dimension: 1, pass: 'training' };

/** Trainings that start at a loss of 10 + seed, or another; each method ends at so much less, give or take a little. */
function trainedOn(
  seeds: readonly number[],
  gains: Readonly<Record<string, number>>,
  start = 10,
): readonly CellRecord[] {
  return Object.entries(gains).flatMap(([method, gain], which) =>
    seeds.map((seed) => {
      const final = { loss: start + seed - gain + 0.2 * Math.sin(7 * seed + 3 * which) };
      const curve = [
        { step: 0, metrics: { loss: start + seed } },
        { step: 1, metrics: final },
      ];
      return fixtureRecord({ status: 'ok', training: { curve, final } }, { ...trainedAt, method, seed });
    }),
  );
}

/** The standings by the metric at the one point of some records, by method. */
function standingsOf(some: readonly CellRecord[]): Readonly<Record<string, string>> {
  const own = leaderboardRows(some, [trainedSuite]);
  const { metric } = boardsOf(own);
  return Object.fromEntries(own.map((row) => [row.method, metric.places.get(row.key)?.standing ?? '']));
}

describe('boards', () => {
  const five = [0, 1, 2, 3, 4];

  it('have a best set where the seeds tell methods apart, and mark nobody where they do not', () => {
    expect(standingsOf(trainedOn(five, { a: 6, b: 5.9, c: 3 }))).toEqual({
      a: 'best',
      b: 'best',
      c: 'worse',
    });
    expect(standingsOf(trainedOn(five, { a: 6, b: 5.9 }))).toEqual({ a: 'undecided', b: 'undecided' });
    // Equal losses, to the bit, have no winner, whatever the names.
    const twins = ['a', 'z'].flatMap((method) =>
      five.map((seed) =>
        fixtureRecord(
          { status: 'ok', training: { curve: [], final: { loss: 3 + seed } } },
          { ...trainedAt, method, seed },
        ),
      ),
    );
    expect(standingsOf(twins)).toEqual({ a: 'undecided', z: 'undecided' });
  });

  it('rank nothing with fewer than five seeds, and nobody alone', () => {
    expect(standingsOf(trainedOn([0, 1, 2, 3], { a: 6, c: 3 }))).toEqual({ a: 'unranked', c: 'unranked' });
    expect(standingsOf(trainedOn(five, { a: 6 }))).toEqual({ a: 'unranked' });
  });

  it('do not rank who failed on a seed, who is where it began, or who is no better than chance', () => {
    const failed = fixtureRecord(
      { status: 'diverged', reason: 'not finite' },
      { ...trainedAt, method: 'd', seed: 4 },
    );
    const others = trainedOn(five, { a: 6, b: 3, c: 0, d: 6 }).filter(
      ({ config }) => config.method !== 'd' || config.seed !== 4,
    );
    expect(standingsOf([...others, failed])).toEqual({
      a: 'best',
      b: 'worse',
      c: 'no-better-than-start',
      d: 'failed',
    });
    expect(standingsOf(trainedOn(five, { a: 6, b: 3, c: -4 }))).toEqual({
      a: 'best',
      b: 'worse',
      c: 'worse-than-start',
    });
    expect(standingsOf(trainedOn(five, { a: 22, b: 21, c: 6 }, 30))).toMatchObject({
      c: 'no-better-than-chance',
    });
  });

  it('of bytes are exact, but a difference below five per cent decides nothing', () => {
    const group = rows.filter((row) => row.point === find('drmad', 1000, 10)?.point);
    const { memory } = boardsOf(group);
    expect(placeText(memory.places.get(find('first-order', 1000, 10)?.key ?? ''))).toBe('best');
    expect(memory.places.get(find('exact-stored', 1000, 10)?.key ?? '')?.standing).toBe('failed');
    const bytes = (method: string, peakBytes: number) =>
      fixtureRecord(
        { status: 'ok', memory: { peakBytes, peakBytesByClass: {}, predictedPeakBytes: peakBytes } },
        { method, pass: 'memory' },
      );
    const standings = (b: number) => [
      ...boardsOf(leaderboardRows([bytes('a', 23_800), bytes('b', b)])).memory.places.values(),
    ];
    expect(standings(23_900).map(({ standing }) => standing)).toEqual(['undecided', 'undecided']);
    expect(standings(32_000).map(({ standing }) => standing)).toEqual(['best', 'worse']);
  });

  it('of times need three cells, however many samples one has', () => {
    const timed = (seeds: readonly number[]) =>
      ['a', 'b'].flatMap((method, index) =>
        seeds.map((seed) => {
          const phases = {
            x: fixturePhase(Array.from({ length: 20 }, () => 10 * (index + 1) + 0.01 * (seed % 2))),
          };
          return fixtureRecord(
            { status: 'ok', time: { compileMs: 1, primaryPhase: 'x', phases } },
            { method, seed, pass: 'time' },
          );
        }),
      );
    const standings = (seeds: readonly number[]) =>
      [...boardsOf(leaderboardRows(timed(seeds))).time.places.values()].map(({ standing }) => standing);
    expect(standings([0, 1])).toEqual(['unranked', 'unranked']);
    expect(standings([0, 1, 2])).toEqual(['best', 'worse']);
  });
});

describe('scaling', () => {
  it('finds what a step and a hyperparameter cost', () => {
    const curves = scalingCurves(rows, 'horizon', 'memory').filter(
      (curve) => curve.problem === 'quadratic' && curve.fixed === 10,
    );
    const growth = (method: string) => curves.find((curve) => curve.method === method)?.growth;
    expect(growth('exact-stored')?.bytes?.overall).toBeGreaterThan(1000);
    expect(growth('first-order')?.bytes).toMatchObject({ low: 0, high: 0 });
    expect(growthText(growth('first-order'))).toBe('+0 B');
    expect(curves.find((curve) => curve.method === 'exact-stored')?.misses).toEqual([1000]);
    expect(scalingCurves(rows, 'dimension', 'time').some((curve) => curve.suite === 'few-shot')).toBe(false);
    const time = scalingCurves(rows, 'horizon', 'time').find((curve) => curve.method === 'first-order');
    expect(time?.growth?.line?.count).toBe(3 * (time?.points.length ?? 0));
    expect(growthText(time?.growth)).toMatch(/s \+ .*s \(.* to .*\)/);
  });

  it('says that no growth was shown where the interval of what one more adds holds none', () => {
    const flat = [1, 10, 100, 1000].map((x, index) => ({ x, y: 10 + 0.1 * ((index * 7) % 3) }));
    expect(growthText(growthOf(flat, 'time'))).toMatch(/^no growth shown \(−.* to .*\)$/);
  });

  it('says alone what one more adds, where a line holds and grows', () => {
    const along = (y: (x: number, k: number) => number) =>
      growthOf(
        [1, 10, 100, 1000].flatMap((x) => [0, 1, 2].map((k) => ({ x, y: y(x, k) }))),
        'time',
      );
    expect(addedTimeText(along((x, k) => (5 + 0.25 * x) * (1 + 0.001 * k)))).toBe('+250 µs');
    expect(addedTimeText(along((_, k) => 10 + 0.1 * k))).toBe('');
    expect(addedTimeText(along((x) => x ** 2))).toBe('');
    expect(addedTimeText(undefined)).toBe('');
  });

  it('says of two points only how far they are apart', () => {
    const growth = growthOf(
      [
        { x: 100, y: 2 },
        { x: 1000, y: 18.2 },
      ],
      'time',
    );
    expect(growth?.law).toBeUndefined();
    expect(growthText(growth)).toBe('9.1× from 100 to 1000');
    expect(growthOf([{ x: 100, y: 2 }], 'time')).toBeUndefined();
  });
});

describe('the Pareto front', () => {
  it('keeps what is shown to be better than anything cheaper', () => {
    const items = [
      { name: 'missed', cost: Number.POSITIVE_INFINITY, value: 1 },
      { name: 'good', cost: 3, value: 0.9 },
      { name: 'alike', cost: 2, value: 0.51 },
      { name: 'beaten', cost: 3, value: 0.7 },
      { name: 'cheap', cost: 1, value: 0.5 },
    ];
    const front = paretoFront(items, (a, b) => a.value - b.value > 0.1);
    expect(front.map((item) => item.name)).toEqual(['cheap', 'good']);
    expect(paretoFront(items, () => false)).toHaveLength(1);
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
