import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { init, prepareInitialisation } from '@longhorizon/bilevel';
import { describe, expect, it } from 'vitest';
import { root } from '../../../../root.ts';
import { flat, himmelblauTaskSet, pointsOf } from '../../model/himmelblau.ts';
import { innerOptimisers } from '../../model/himmelblau-optimisers.ts';
import type { Attractors } from './attractors.ts';
import * as published from './published.ts';

const resultOf = <Result>(part: string): Result =>
  JSON.parse(readFileSync(join(root, 'benchmarks', 'records', 'himmelblau', `${part}.json`), 'utf8')).result;

interface Row {
  readonly K: number;
  readonly optimiser?: string;
  readonly method: string;
  readonly steps: number;
  readonly loss: number;
  readonly overflowed: number;
}

describe('the committed records', () => {
  it('K = 5: two attractors, with the known numbers of starts', () => {
    const { attractors, moving } = resultOf<Attractors>('attractors-5');
    expect(attractors).toEqual(published.attractorsOfFive);
    expect(moving).toBe(0);
  });

  it('K = 100: the thirteen known attractors are among those found', () => {
    const { attractors } = resultOf<Attractors>('attractors-100');
    // A start stops where its step rounds to nothing, up to 0.01 from the attractor.
    for (const [x, y] of published.attractorsOfHundred)
      expect(attractors.filter(({ at }) => Math.hypot(at[0] - x, at[1] - y) < 0.02)).toHaveLength(1);
  });

  it('at equal inner steps the loss after K steps is lower under Continual Trajectory Shifting', () => {
    for (const part of ['trend', 'starts-float64']) {
      const rows = resultOf<readonly Row[]>(part);
      const ours = rows.filter(({ method }) => method === 'trajectory-shifting');
      expect(ours.length).toBe(rows.length / 2);
      for (const row of ours) {
        const theirs = rows.find(
          ({ method, K, steps, optimiser }) =>
            method === 'reptile' && K === row.K && steps === row.steps && optimiser === row.optimiser,
        )!;
        expect(row.loss).toBeLessThan(theirs.loss);
      }
    }
  });

  it("from the authors' nine starts: as known", () => {
    const rows = resultOf<readonly Row[]>('starts-float64');
    const known = [
      [80, 'adam', 65.4, 27.0],
      [80, 'sgd', 59.1, 25.5],
      [120, 'adam', 37.0, 14.5],
      [120, 'sgd', 34.7, 9.9],
    ] as const;
    for (const [K, optimiser, ...losses] of known)
      for (const [k, method] of ['reptile', 'trajectory-shifting'].entries()) {
        const row = rows.find((one) => one.K === K && one.optimiser === optimiser && one.method === method)!;
        expect(Number(row.loss.toFixed(1))).toBe(losses[k]);
      }
    // From (15, 15) Reptile with momentum leaves the finite numbers, and Continual Trajectory Shifting does not.
    for (const { optimiser, method, overflowed } of rows)
      expect(overflowed).toBe(optimiser === 'momentum' && method === 'reptile' ? 1 : 0);
  });
});

describe('the thirteen attractors of K = 100', () => {
  it('are points of rest, in float64', async () => {
    const starts = published.attractorsOfHundred;
    const run = await prepareInitialisation(
      'float64',
      himmelblauTaskSet(starts, innerOptimisers.momentum()),
      init.reptile({ rate: 0.1 }),
      { horizon: 100, reset: 'hard' },
    );
    await run.trajectory();
    const before = pointsOf(flat(starts));
    for (const [k, [x, y]] of pointsOf(await run.read('initial')).entries())
      expect(Math.max(Math.abs(x - before[k]![0]), Math.abs(y - before[k]![1]))).toBeLessThan(0.0006);
    run.destroy();
  });
});
