import { expect, it } from 'vitest';
import type { Arm } from './arm.ts';
import type { TrackCell } from './facts.ts';
import { halfWidthOf, roundsUntilTold, usualBudget } from './timing.ts';

const cell: TrackCell = { suite: 's', problem: 'p', method: 'm', horizon: 1, dimension: 1 };

/** A process whose samples take these milliseconds, one after the other and again from the start. */
function armOf(times: readonly number[]): Arm {
  let count = 0;
  const ask = async ({ kind }: { readonly kind: string }) => {
    const cpuMs = kind === 'sample' ? times[count++ % times.length]! : 0;
    return { cpuMs, wallMs: 10 };
  };
  return { pid: undefined, ask: ask as unknown as Arm['ask'], close: async () => {} };
}

const noisy = (center: number, spread: number, seed: number): readonly number[] =>
  Array.from({ length: 997 }, (_, k) => center * (1 + spread * (((k * 7919 + seed * 104729) % 997) / 997)));

it('equal processes are compared until their interval is half the smallest effect, however early the verdict', async () => {
  const budget = { ...usualBudget, samples: 1 };
  const pair = () => ({ a: armOf(noisy(10, 0.1, 1)), b: armOf(noisy(10, 0.1, 2)) });
  const usual = await roundsUntilTold(pair(), cell, 'cpuMs', budget);
  const asNull = await roundsUntilTold(pair(), cell, 'cpuMs', budget, { isNull: true });
  expect(halfWidthOf(usual.result)).toBeGreaterThan(0.01);
  expect(asNull.rounds.length).toBeGreaterThan(usual.rounds.length);
  expect(halfWidthOf(asNull.result)).toBeLessThan(halfWidthOf(usual.result));
});

it('processes that differ by themselves spend all blocks, so that the floor is their difference and no more', async () => {
  const pair = () => ({ a: armOf(noisy(10, 0.1, 1)), b: armOf(noisy(10.4, 0.1, 2)) });
  const { rounds, result } = await roundsUntilTold(pair(), cell, 'cpuMs', usualBudget, { isNull: true });
  expect(rounds).toHaveLength(2 * usualBudget.mostBlocks);
  expect(halfWidthOf(result)).toBeGreaterThan(0.03);
  expect(halfWidthOf(result)).toBeLessThan(0.06);
});

it('equal processes without noise are known after the first look', async () => {
  const { rounds } = await roundsUntilTold({ a: armOf([10]), b: armOf([10]) }, cell, 'cpuMs', usualBudget, {
    isNull: true,
  });
  expect(rounds).toHaveLength(2 * usualBudget.blocks);
});
