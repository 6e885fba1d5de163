/** @file The meta-trainings of the suite by problem and profile. */
import type { CellConfig } from '@longhorizon/harness';

/** Inner steps of each task, points of the curve, and inner steps of the meta-test. */
export interface Budget {
  readonly innerSteps: number;
  readonly points: number;
  readonly testSteps: number;
}

type Budgets = Readonly<Record<'quick' | 'standard' | 'full', Budget>>;

/** Functions in closed form are cheap; they are judged by K steps, so `testSteps` is not used. */
export const functionBudgets: Budgets = {
  quick: { innerSteps: 1000, points: 20, testSteps: 0 },
  standard: { innerSteps: 4000, points: 40, testSteps: 0 },
  full: { innerSteps: 20_000, points: 100, testSteps: 0 },
};

export const imageBudgets: Budgets = {
  quick: { innerSteps: 400, points: 20, testSteps: 50 },
  standard: { innerSteps: 2000, points: 20, testSteps: 300 },
  full: { innerSteps: 20_000, points: 100, testSteps: 1000 },
};

export function budgetOf(budgets: Budgets, { profile }: CellConfig): Budget {
  return budgets[profile as keyof Budgets] ?? budgets.standard;
}

/** Trajectories at least: with fewer, most methods never move φ. */
const fewestTrajectories = 4;
/** Shares of the budget at which φ is judged: early, where methods differ most, and at the end. */
const judgedShares = [0, 0.1, 0.25, 0.5, 1];

/** The budget in whole trajectories, so that every point of the curve is the mean over as much of a trajectory as the others. */
export function scheduleOf({ innerSteps, points }: Budget, K: number) {
  const steps = Math.ceil(Math.max(innerSteps, fewestTrajectories * K) / K) * K;
  const every = Math.ceil(steps / points / K) * K;
  const judged = judgedShares.map((share) => Math.min(steps, Math.ceil((share * steps) / every) * every));
  return { innerSteps: steps, every, judgedAt: [...new Set(judged)] };
}
