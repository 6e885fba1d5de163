import { independent, init, prepareInitialisation } from '@longhorizon/bilevel';
import { adam } from '@longhorizon/nn';
import { continualTrajectoryShifting } from '@longhorizon/trajectory-shifting';
import { describe, expect, it } from 'vitest';
import * as published from '../studies/himmelblau/published.ts';
import { grid, himmelblauTaskSet, meanTaskLosses } from './himmelblau.ts';
import { innerOptimisers } from './himmelblau-optimisers.ts';

const relative = (found: number, expected: number) => Math.abs(found / expected - 1);

describe('the landscape, in float64', () => {
  it('has the published task losses at (5, 5)', async () => {
    const run = await prepareInitialisation(
      'float64',
      himmelblauTaskSet([[5, 5]], adam({ rate: 0.1 })),
      independent,
      { horizon: 1 },
    );
    const { taskLosses } = await run.run(1);
    for (const [t, loss] of published.atTheMiddle.entries())
      expect(relative(taskLosses[t]!, loss)).toBeLessThan(1e-6);
    run.destroy();
  });

  it.each(published.landscape)('has the published numbers from $from', async ({ from, losses }) => {
    const run = await prepareInitialisation(
      'float64',
      himmelblauTaskSet([from], adam({ rate: 0.1 })),
      independent,
      { horizon: 125 },
    );
    const found = await run.trajectory();
    for (const [k, updates] of published.landscapeAfter.entries())
      expect(relative(found.losses[updates]!, losses[k]!)).toBeLessThan(1e-6);
    run.destroy();
  });

  it('has the published minima over the grid', async () => {
    const run = await prepareInitialisation(
      'float64',
      himmelblauTaskSet(grid(20), adam({ rate: 0.1 })),
      independent,
      { horizon: 125 },
    );
    for (const [updates, least, digits] of published.gridMinima) {
      if (updates > 0) await run.run(updates - run.stepsDone);
      const losses = meanTaskLosses(await run.read('weights'));
      expect(Number(Math.min(...losses).toPrecision(digits))).toBe(least);
    }
    run.destroy();
  });
});

describe('runs with the released settings, in float64', () => {
  it.each(published.finalPoints)(
    '$optimiser, K = $K, $trajectories trajectories',
    async ({ optimiser, K, trajectories, ...expected }) => {
      const methods = {
        shifting: continualTrajectoryShifting({ rate: 0.1 }),
        reptile: init.reptile({ rate: 0.1 }),
      };
      for (const name of ['shifting', 'reptile'] as const) {
        const taskSet = himmelblauTaskSet([[-5, -5]], innerOptimisers[optimiser]());
        const run = await prepareInitialisation('float64', taskSet, methods[name], {
          horizon: K,
          reset: 'hard',
        });
        await run.run(K * trajectories);
        const phi = await run.read('initial');
        for (const j of [0, 1]) expect(relative(phi[j]!, expected[name][j]!)).toBeLessThan(1e-7);
        run.destroy();
      }
    },
  );
});
