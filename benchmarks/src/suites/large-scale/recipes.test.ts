import { expect, it } from 'vitest';
import { budgetOf, functionBudgets, scheduleOf } from './recipes.ts';

const budget = { innerSteps: 1000, points: 20, testSteps: 0 };

it('a budget is spent in whole trajectories, and judged early, where methods differ most', () => {
  expect(scheduleOf(budget, 100)).toEqual({
    innerSteps: 1000,
    every: 100,
    judgedAt: [0, 100, 300, 500, 1000],
  });
  // 1000 steps are 333⅓ trajectories of 3, and the last point is at the end although it is no multiple of 51.
  expect(scheduleOf(budget, 3)).toEqual({ innerSteps: 1002, every: 51, judgedAt: [0, 102, 255, 510, 1002] });
});

it('a trajectory as long as the budget is gone four times: with fewer most methods never move φ', () => {
  expect(scheduleOf(budget, 1000)).toEqual({
    innerSteps: 4000,
    every: 1000,
    judgedAt: [0, 1000, 2000, 4000],
  });
});

it('a profile without a budget of its own has that of standard', () => {
  const config = {
    suite: '',
    problem: '',
    method: '',
    horizon: 1,
    dimension: 1,
    seed: 0,
    pass: '',
    parameters: {},
  };
  expect(budgetOf(functionBudgets, { ...config, profile: 'quick' })).toBe(functionBudgets.quick);
  expect(budgetOf(functionBudgets, { ...config, profile: 'own' })).toBe(functionBudgets.standard);
});
