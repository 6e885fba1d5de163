import { describe, expect, it } from 'vitest';
import { defineSuite } from '../cell/suite.ts';
import { fixturePhase, fixtureRecord } from '../record/fixture/records.ts';
import type { CellRecord } from '../record/record.ts';
import { median } from '../statistics/describe.ts';
import { randomFrom } from '../statistics/random.ts';
import { boardsOf } from './board.ts';
import { metricText } from './row-text.ts';
import { leaderboardRows } from './rows.ts';
import { summariseLeaderboard } from './summary.ts';
import { commonTarget } from './target.ts';

const suite = defineSuite({
  name: 'attack',
  title: 'Attack',
  description: 'A suite without gradients, whose problems are about different numbers.',
  measureVersion: 1,
  problems: [
    { name: 'pictures', title: 'Pictures' },
    { name: 'plane', metric: { name: 'loss', title: 'Loss', direction: 'lower' } },
  ],
  methods: [{ name: 'a' }, { name: 'b' }],
  passes: ['memory', 'time', 'training'],
  profiles: { quick: { horizons: [10], dimensions: [1], seeds: [0] } },
  metric: { name: 'success', title: 'Success rate', direction: 'higher', share: true },
  moreMetrics: [{ name: 'queries', title: 'Queries', direction: 'lower' }],
  timedBeside: { phase: 'plain', title: 'plain steps' },
});

const config = { suite: 'attack', problem: 'pictures', dimension: 1 };

/** Times of a method that takes `factor` plain steps, on a machine whose speed wanders by a factor of two. */
function timed(method: string, seed: number, factor: number, pass = 'time', slowness = 1): CellRecord {
  const random = randomFrom(1000 * seed + Math.round(100 * factor));
  const speeds = Array.from({ length: 8 }, () => slowness * (1 + random.uniform()));
  const phases = {
    own: fixturePhase(speeds.map((speed) => speed * factor * (1 + 0.01 * random.uniform()))),
    plain: fixturePhase(speeds),
  };
  return fixtureRecord(
    { status: 'ok', time: { compileMs: null, primaryPhase: 'own', phases } },
    { ...config, method, seed, pass },
  );
}

function trained(
  method: string,
  problem: string,
  horizon: number,
  final: Readonly<Record<string, number>>,
): CellRecord {
  const curve = [0, 1].map((step) => ({ step, metrics: step === 0 ? { success: 0.1, loss: 9 } : final }));
  return fixtureRecord(
    { status: 'ok', training: { curve, final } },
    { ...config, method, problem, horizon, pass: 'training' },
  );
}

describe('times taken in turns with plain steps', () => {
  // The machine was at its slowest once while a ran and once while b did.
  const records = [0, 1, 2].flatMap((seed) => [
    timed('a', seed, 1.1, 'time', [1, 2, 1.4][seed]),
    timed('b', seed, 1.3, 'time', [2, 1, 1.2][seed]),
  ]);

  it('are compared as multiples of them: the machine cancels out', () => {
    const [inTurns, alone] = [leaderboardRows(records, [suite]), leaderboardRows(records)].map((rows) =>
      [...boardsOf(rows).time.places.values()].map(({ standing }) => standing),
    );
    expect(inTurns).toEqual(['best', 'worse']);
    expect(alone).toEqual(['undecided', 'undecided']);
    const [a, b] = leaderboardRows(records, [suite]).map((row) => row.time?.ratio?.median ?? 0);
    expect(a).toBeCloseTo(1.1, 1);
    expect(b).toBeCloseTo(1.3, 1);
  });

  it('are milliseconds at the usual speed of the point, whatever the machine did in one cell', () => {
    const slow = timed('b', 0, 1.3, 'time', 9);
    const [a, b] = leaderboardRows([timed('a', 0, 1.1), timed('a', 1, 1.1), slow], [suite]);
    const baselines = [a, b].flatMap((row) => row?.time?.baseline?.units ?? []) as number[];
    expect(baselines).toHaveLength(3);
    expect(a?.time?.usualBaselineMs).toBe(median(baselines));
    expect((b?.time?.median ?? 0) / (a?.time?.median ?? 1)).toBeCloseTo(1.3 / 1.1, 1);
    expect((b?.time?.taken.median ?? 0) / (a?.time?.taken.median ?? 1)).toBeGreaterThan(5);
  });

  it('of cells whose machine was unsteady do not count, and alone are hollow and unranked', () => {
    const rejected = (record: CellRecord): CellRecord => ({
      ...record,
      noise: { control: {}, coefficientOfVariation: 0.9, drift: 0, verdict: 'reject' },
    });
    const cells = (method: string, factor: number) => [0, 1, 2].map((seed) => timed(method, seed, factor));
    const [first, ...others] = cells('a', 1.1);
    const [row] = leaderboardRows([rejected(first as CellRecord), ...others], [suite]);
    expect(row?.time).toMatchObject({ rejected: 1, hollow: false });
    expect(row?.time?.units[0]).toBeUndefined();
    const rows = leaderboardRows([...cells('a', 1.1).map(rejected), ...cells('b', 1.3)], [suite]);
    expect(rows[0]?.time).toMatchObject({ rejected: 3, hollow: true });
    const { time } = boardsOf(rows);
    expect(time.places.get(rows[0]?.key ?? '')?.standing).toBe('unranked');
  });

  it('are never mixed with times of another pass', () => {
    const [row] = leaderboardRows([timed('a', 0, 1), timed('a', 1, 50, 'training')], [suite]);
    expect(row?.time?.units.map((unit) => unit !== undefined)).toEqual([true, false]);
    expect(row?.time?.median).toBeLessThan(3);
    // Nor where one method has no pass of its own for time and its neighbour has.
    const [timedOne, other] = leaderboardRows([timed('a', 0, 1), timed('b', 0, 50, 'training')], [suite]);
    expect([timedOne?.method, other?.method, other?.time]).toEqual(['a', 'b', undefined]);
    const lost = fixtureRecord(
      { status: 'timeout', reason: 'late' },
      { ...config, method: 'a', pass: 'time' },
    );
    const [missed] = leaderboardRows([lost, timed('a', 0, 50, 'training')], [suite]);
    expect(missed?.time?.median).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a suite whose problems are about different numbers', () => {
  const records = [
    trained('a', 'pictures', 10, { success: 0.5, queries: 900 }),
    trained('b', 'pictures', 10, { success: 0.75, queries: 700 }),
    trained('a', 'pictures', 100, { success: 0.625, queries: 800 }),
    trained('b', 'plane', 10, { loss: 2 }),
  ];
  const rows = leaderboardRows(records, [suite]);

  it('shows each, and further metrics beside them', () => {
    const text = (method: string, problem: string) => {
      const row = rows.find((one) => one.method === method && one.problem === problem && one.horizon === 10);
      return [metricText(row ?? {}), ...(row?.moreMetrics ?? []).map((metric) => metricText({ metric }))];
    };
    expect(text('b', 'pictures')).toEqual(['75.00 %', '700']);
    expect(text('b', 'plane')).toEqual(['2']);
  });

  it('is summed up problem by problem, never across', () => {
    const { metrics, methods } = summariseLeaderboard(suite, rows, ['a', 'b']);
    expect(metrics.map(({ problem, horizon, spec }) => [problem, horizon, spec.name])).toEqual([
      ['pictures', 100, 'success'],
      ['plane', 10, 'loss'],
    ]);
    expect(methods.map((method) => method.metrics.map((row) => metricText(row ?? {})))).toEqual([
      ['62.50 %', ''],
      ['', '2'],
    ]);
    expect(methods.map(({ growth, points }) => [growth, points])).toEqual([
      [{ memory: {}, time: {} }, 2],
      [{ memory: {}, time: {} }, 2],
    ]);
  });

  it('has a target nine tenths of the way to the best, unless nobody got better', () => {
    const own = records.filter((record) => record.config.horizon === 10 && record.training?.final.success);
    const success = { name: 'success', title: 'Success rate', direction: 'higher' } as const;
    expect(commonTarget(own, success)?.value).toBeCloseTo(0.1 + 0.9 * 0.65, 12);
    expect(commonTarget(own, { ...success, direction: 'lower' })).toBeUndefined();
  });
});

it("rows of different T stand at one point where T is the method's own choice", () => {
  const looking = { ...suite, comparedAcrossHorizons: true };
  const records = [
    trained('a', 'pictures', 1, { success: 0.5, queries: 900 }),
    trained('b', 'pictures', 15, { success: 0.75, queries: 700 }),
  ];
  const rows = leaderboardRows(records, [looking]);
  expect(new Set(rows.map((row) => row.point)).size).toBe(1);
  expect(new Set(leaderboardRows(records, [suite]).map((row) => row.point)).size).toBe(2);
  const { methods } = summariseLeaderboard(looking, rows, ['a', 'b']);
  expect(methods.map(({ metrics }) => metricText(metrics[0] ?? {}))).toEqual(['50.00 %', '75.00 %']);
});

it('growth is fitted where T and p have ranges: along T at the middle p, along p at the longest T', () => {
  const bytes = (horizon: number, dimension: number): CellRecord => {
    const peakBytes = 100 * horizon * dimension ** 0.5;
    return fixtureRecord(
      {
        status: 'ok',
        memory: { peakBytes, peakBytesByClass: {}, predictedPeakBytes: peakBytes },
      },
      { ...config, method: 'a', horizon, dimension, pass: 'memory' },
    );
  };
  const rows = leaderboardRows(
    [1, 10, 100].flatMap((horizon) => [1, 4, 16].map((p) => bytes(horizon, p))),
    [suite],
  );
  const { at, along, methods } = summariseLeaderboard(suite, rows, ['a']);
  expect(at).toEqual({ problem: 'pictures', horizon: 100, dimension: 4 });
  expect(along).toEqual({
    horizon: { problem: 'pictures', fixed: 4 },
    dimension: { problem: 'pictures', fixed: 100 },
  });
  expect(methods[0]?.growth.memory.horizon?.bytes).toMatchObject({ low: 200, high: 200 });
  expect(methods[0]?.growth.memory.horizon?.law?.exponent).toBeCloseTo(1, 6);
  expect(methods[0]?.growth.memory.dimension?.law?.exponent).toBeCloseTo(0.5, 6);
});
