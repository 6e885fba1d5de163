import { describe, expect, it } from 'vitest';
import type { CellConfig } from '../cell/config.ts';
import { fixtureCell, fixtureRecord } from '../record/fixture/records.ts';
import type { CellRecord } from '../record/record.ts';
import { randomFrom } from '../statistics/random.ts';
import { estimator } from './estimate.ts';
import { memoryFor, packCells } from './pack.ts';

const configOf = (change: Partial<CellConfig>): CellConfig => fixtureCell(change).config;
const took = (seconds: number, change: Partial<CellConfig>): CellRecord =>
  fixtureRecord({ status: 'ok' }, change, { durationMs: 1000 * seconds });

describe('packCells', () => {
  const methods = ['exact', 'slow', 'diverging'];
  const random = randomFrom(5);
  const cells = Array.from({ length: 300 }, (_, seed) =>
    methods.map((method) => ({
      cell: fixtureCell({ method, seed }),
      estimate: { seconds: 1 + 20 * random.uniform() ** 4, bytes: 1000 },
    })),
  ).flat();

  it('makes tasks of equal time, each cell in one, those that are compared in the same', () => {
    const tasks = packCells(cells, { tasks: 20 });
    expect(tasks).toHaveLength(20);
    const ids = tasks.flatMap((task) => task.cells.map(({ cellId }) => cellId));
    expect(ids.sort()).toEqual(cells.map(({ cell }) => cell.cellId).sort());
    const mean = tasks.reduce((sum, { seconds }) => sum + seconds, 0) / tasks.length;
    expect(Math.max(...tasks.map(({ seconds }) => seconds)) / mean).toBeLessThan(1.05);
    for (const { cells: own } of tasks)
      for (const seed of new Set(own.map(({ config }) => config.seed)))
        expect(own.filter(({ config }) => config.seed === seed)).toHaveLength(methods.length);
  });

  it('makes as many as an hour each needs, and no more than there are groups', () => {
    const total = cells.reduce((sum, { estimate }) => sum + estimate.seconds, 0);
    expect(packCells(cells, {})).toHaveLength(Math.ceil(total / 3600));
    expect(packCells(cells, { minutes: 1 })).toHaveLength(Math.ceil(total / 60));
    expect(packCells(cells.slice(0, 6), { tasks: 50 })).toHaveLength(2);
  });

  it('keeps large cells from making all tasks ask for a large machine', () => {
    const large = { cell: fixtureCell({ dimension: 1e6 }), estimate: { seconds: 50, bytes: 8 * 2 ** 30 } };
    const tasks = packCells([...cells, large], { tasks: 10 });
    expect(tasks.map(({ memoryMiB }) => memoryMiB).filter((size) => size > 2048)).toEqual([16_384]);
    expect(tasks.at(-1)?.cells).toEqual([large.cell]);
  });

  it('asks for powers of two', () => {
    // The program takes 1.5 GiB, and a byte of the device one and a half of the host.
    expect(memoryFor(0)).toBe(2048);
    expect(memoryFor(2 ** 30 / 3)).toBe(2048);
    expect(memoryFor(2 ** 30)).toBe(4096);
    expect(memoryFor(8 * 2 ** 30)).toBe(16_384);
    expect(memoryFor(2 ** 50)).toBe(65_536);
  });
});

describe('estimator', () => {
  const formula = ({ horizon }: CellConfig): { seconds: number; bytes: number } => ({
    seconds: horizon,
    bytes: 10,
  });

  it('is the formula where there are no records', () => {
    expect(estimator(formula, [])(configOf({ horizon: 7 }))).toEqual({ seconds: 7, bytes: 10 });
  });

  it('puts the formula right by the nearest kind that was measured', () => {
    const records = [
      took(20, { horizon: 10 }),
      took(40, { horizon: 10, method: 'slow' }),
      took(100, { horizon: 100 }),
    ];
    const estimate = estimator(formula, records);
    const seconds = (change: Partial<CellConfig>): number => estimate(configOf(change)).seconds;
    expect(seconds({ horizon: 10 })).toBe(20);
    expect(seconds({ horizon: 10, method: 'slow' })).toBe(40);
    // Another method at that horizon: what both took over what both were given.
    expect(seconds({ horizon: 10, method: 'new' })).toBe(30);
    // Bytes likewise: 300 where the formula gave 10, and 10 where nothing was measured.
    const large = fixtureRecord({ status: 'ok', memory: { peakBytes: 300 } }, { horizon: 10 });
    expect(estimator(formula, [...records, large])(configOf({ horizon: 10 })).bytes).toBe(300);
    expect(estimate(configOf({ horizon: 10 })).bytes).toBe(10);
    // Another horizon: 160 s for 120.
    expect(seconds({ horizon: 30 })).toBeCloseTo(40, 10);
  });
});
