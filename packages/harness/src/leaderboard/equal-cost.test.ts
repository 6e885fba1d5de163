/** @file Learning curves cut at equal cost, worked out by hand. */
import { expect, it } from 'vitest';
import { defineSuite } from '../cell/suite.ts';
import { fixtureRecord } from '../record/fixture/records.ts';
import { atEqualCost, updatesOf } from './equal-cost.ts';
import { leaderboardRows } from './rows.ts';

const suite = defineSuite({
  name: 'trained',
  title: 'Trained',
  description: 'Losses.',
  measureVersion: 1,
  problems: [{ name: 'only' }],
  methods: [{ name: 'cheap' }, { name: 'dear' }, { name: 'still' }],
  passes: ['training'],
  profiles: { quick: { horizons: [10], dimensions: [1], seeds: [0, 1] } },
  metric: { name: 'loss', title: 'Loss', direction: 'lower' },
});

/** A training whose judgements cost `each` evaluations, and twice as many milliseconds. */
function training(method: string, seed: number, each: number, losses: readonly number[], updates: number) {
  const curve = losses.map((loss, step) => ({
    step,
    metrics: { loss },
    evaluations: step * each,
    timeMs: 2 * step * each,
  }));
  const final = { loss: losses.at(-1) ?? 0 };
  return fixtureRecord(
    { status: 'ok', training: { curve, final, updates } },
    { suite: 'trained', problem: 'only', horizon: 10, dimension: 1, pass: 'training', method, seed },
  );
}

it('compares methods where each has spent what the cheapest that learns has in all', () => {
  const rows = leaderboardRows(
    [0, 1].flatMap((seed) => [
      training('cheap', seed, 10, [9, 8, 7], 20),
      training('dear', seed, 15 + 6 * seed, [9, 5, 3], 2),
      training('still', seed, 0, [9, 9, 9], 0),
    ]),
    [suite],
  );
  const [cheap, dear, still] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0]];
  expect(rows.map((row) => updatesOf(row)?.median)).toEqual([20, 2, 0]);
  for (const [cost, budget] of [
    ['evaluations', 20],
    ['timeMs', 40],
  ] as const) {
    const equal = atEqualCost(rows, cost);
    expect(equal?.budget).toBe(budget);
    expect(equal?.metrics.get(cheap.key)?.units).toEqual([7, 7]);
    // One judgement after 15 on the first seed; on the second the first comes after 21, too late.
    expect(equal?.metrics.get(dear.key)?.units).toEqual([5, 9]);
    expect(equal?.metrics.get(still.key)?.units).toEqual([9, 9]);
  }
});

it('takes for the cheapest that learns what the dearest of its seeds has spent', () => {
  const rows = leaderboardRows(
    [0, 1].flatMap((seed) => [
      training('cheap', seed, 10 + 2 * seed, [9, 8, 7], 20),
      training('dear', seed, 15 + 6 * seed, [9, 5, 3], 2),
    ]),
    [suite],
  );
  const equal = atEqualCost(rows, 'evaluations');
  expect(equal?.budget).toBe(24);
  expect(rows.map(({ key }) => equal?.metrics.get(key)?.units)).toEqual([
    [7, 7],
    [5, 5],
  ]);
});

it('says nothing where fewer than two methods learn, or no curve says what it cost', () => {
  const alone = leaderboardRows([training('cheap', 0, 10, [9, 8], 2)], [suite]);
  expect(atEqualCost(alone, 'evaluations')).toBeUndefined();
  const silent = training('dear', 0, 10, [9, 8], 2);
  for (const point of silent.training?.curve ?? []) delete point.evaluations;
  const rows = leaderboardRows([training('cheap', 0, 10, [9, 8], 2), silent], [suite]);
  expect(atEqualCost(rows, 'evaluations')).toBeUndefined();
});
