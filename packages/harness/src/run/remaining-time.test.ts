import { describe, expect, it } from 'vitest';
import { listCells } from '../cell/cell-list.ts';
import { duration } from './duration.ts';
import { fixtureSuite } from './fixture/suite.ts';
import { announcement, RemainingTime } from './remaining-time.ts';

const suite = fixtureSuite(['fine', 'slow']);
const { cells } = listCells([suite], { profile: 'quick' });
const [fine] = cells.filter(({ config }) => config.method === 'fine' && config.horizon === 1);
const [slow] = cells.filter(({ config }) => config.method === 'slow' && config.horizon === 10);

describe('the remaining time', () => {
  it('is read from the nearest kind of cell that has ended', () => {
    const remaining = new RemainingTime(cells);
    expect(remaining.estimateMs()).toBe(0);
    remaining.ended(fine!, 1000);
    // Seven cells are left, and one kind is known.
    expect(remaining.estimateMs()).toBe(7000);
    remaining.ended(slow!, 9000);
    // T = 1: one of `fine`, two of `slow` at 1 s. T = 10: one of `slow`, two of `fine` at 9 s.
    expect(remaining.estimateMs()).toBe(3 * 1000 + 3 * 9000);
    for (const cell of cells) if (cell !== fine && cell !== slow) remaining.ended(cell, 1000);
    expect(remaining.estimateMs()).toBe(0);
  });

  it('is shared by cells that run side by side, and known from records of earlier runs', () => {
    const remaining = new RemainingTime(cells, () => 2);
    remaining.learn({ config: { ...fine!.config, profile: 'full' }, durationMs: 1000 });
    expect(remaining.known()).toEqual({ ms: 2000, cells: 4 });
    expect(remaining.estimateMs()).toBe(4000);
  });

  it('costs as much for many seeds as for few', () => {
    const seeds = Array.from({ length: 5000 }, (_, seed) => seed);
    const many = listCells([suite], { profile: 'quick', seeds }).cells;
    expect(many).toHaveLength(20_000);
    const remaining = new RemainingTime(many);
    for (const cell of many) {
      remaining.ended(cell, 1);
      remaining.estimateMs();
    }
    expect(remaining.estimateMs()).toBeCloseTo(0, 6);
  });
});

describe('a large run', () => {
  it('says before it starts how many cells it has, and how long they take', () => {
    const seeds = Array.from({ length: 1000 }, (_, seed) => seed);
    const many = listCells([suite], { profile: 'quick', seeds }).cells;
    const remaining = new RemainingTime(many);
    expect(announcement(many.length, remaining, duration)).toBe(
      '4,000 cells to run. No record in the folder says how long such cells take. Stopping at any time keeps what is finished.',
    );
    remaining.learn({ config: slow!.config, durationMs: 3600 });
    expect(announcement(many.length, remaining, duration)).toBe(
      '4,000 cells to run. About 2 h 0 min for the 2,000 of them whose kind has records in the folder. Stopping at any time keeps what is finished.',
    );
  });

  it('is one of few cells that take long, and a small one says nothing', () => {
    const remaining = new RemainingTime(cells);
    expect(announcement(cells.length, remaining, duration)).toBeUndefined();
    remaining.learn({ config: slow!.config, durationMs: 3_600_000 });
    expect(announcement(cells.length, remaining, duration)).toContain(
      '8 cells to run. About 4 h 0 min for the 4',
    );
  });
});
