/** @file Three quadratics with a body of two weights and a head of one. */
import { type Optimiser, sgd } from '@longhorizon/nn';
import type { TaskSet } from '../init/task-set.ts';
import { type QuadraticTask, quadraticTaskSet } from '../problems/quadratic-tasks.ts';

export const tasks: readonly QuadraticTask[] = [
  {
    H: [
      [1, 0.2, 0.3],
      [0.2, 2, 0],
      [0.3, 0, 1.5],
    ],
    c: [1, 0, 0.5],
  },
  {
    H: [
      [2, 0.5, 0],
      [0.5, 1, 0.1],
      [0, 0.1, 0.7],
    ],
    c: [-1, 2, -0.5],
  },
  {
    H: [
      [0.5, 0, 0.1],
      [0, 3, 0.2],
      [0.1, 0.2, 2],
    ],
    c: [0, 1, 1],
  },
];
export const phi = [3, -2];
export const heads = [0.1, -0.2, 0.3];
export const alpha = 0.05;

/** @param groups how many are in each group */
export function taskSet(groups: readonly number[], optimiser: Optimiser = sgd({ rate: alpha })): TaskSet {
  return quadraticTaskSet({ tasks, initial: phi, heads: () => heads, optimiser, groups });
}
