/** @file The rows of the suite as data: how long λ is learned, and the sizes that a cell chooses. */
import type { CellConfig } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { learning } from './recipes.ts';
import { separating, separatingRows } from './separating.ts';

const config = (more: Partial<CellConfig>): CellConfig => ({
  suite: 'hypergradient',
  problem: '',
  method: 'one-step',
  horizon: 10,
  dimension: 3,
  seed: 0,
  profile: 'standard',
  pass: 'training',
  parameters: {},
  ...more,
});

it('λ is learned four times as long outside of the quick profile, and judged four or eight times', () => {
  const recipe = learning({ rate: 0.1, innerOptimisations: 40, quick: 20 });
  expect(recipe(config({ profile: 'quick' }), {})).toMatchObject({
    innerOptimisations: 20,
    evaluateEvery: 5,
    rate: 0.1,
  });
  expect(recipe(config({}), {})).toMatchObject({ innerOptimisations: 160, evaluateEvery: 20 });
  const usual = learning({ rate: 1 });
  expect(usual(config({ profile: 'quick' }), {})).toMatchObject({ innerOptimisations: 20, evaluateEvery: 5 });
  expect(usual(config({}), {})).toMatchObject({ innerOptimisations: 80, evaluateEvery: 10 });
});

it('the shortest recipe is judged after every inner optimisation, never after none', () => {
  for (const quick of [1, 2, 3])
    expect(learning({ rate: 1, quick })(config({ profile: 'quick' }), {}).evaluateEvery).toBe(1);
});

it('tasks are those of the cell', () => {
  const { tasks } = learning({ rate: 1, tasks: (number, { horizon }) => ({ first: [number, horizon] }) })(
    config({ horizon: 7 }),
    {},
  );
  expect(tasks?.(3)).toEqual({ first: [3, 7] });
  expect(learning({ rate: 1 })(config({}), {})).not.toHaveProperty('tasks');
});

it('problems that tell methods apart have the sizes that their rows say', () => {
  expect(separating).toEqual(['noisy-quadratic', 'influence-balancing', 'sharp-basins', 'lorenz']);
  for (const { name, dimension, weights, make } of separatingRows) {
    const { p, d } = make(config({ problem: name, dimension: dimension!.minimum }), {});
    expect([name, p, d]).toEqual([name, dimension!.minimum, weights]);
  }
});

it('the noisy quadratic has a rate for each of p stretches, and no more of them than steps', () => {
  const row = separatingRows[0]!;
  const sizes = (dimension: number, horizon: number) => row.make(config({ dimension, horizon }), {}).p;
  expect([sizes(1, 10), sizes(4, 10), sizes(10, 10), sizes(20, 10)]).toEqual([1, 4, 10, 10]);
});
