/**
 * @file Quadratic tasks L_t(θ) = ½(θ − c_t)ᵀH_t(θ − c_t): by gradient descent, θ^t_k = c_t + (I − αH_t)^k (φ − c_t), so that everything a
 * method does with φ can be worked out by hand.
 */
import type { Optimiser } from '@longhorizon/nn';
import { matmul, multiply, onesLike, reshape, subtract, sum, type Tensor, vjp } from '@longhorizon/tensor';
import { defineTaskGroup, defineTaskSet, type TaskGroup, type TaskSet } from '../init/task-set.ts';
import { hostArray } from '../problem/host-array.ts';
import type { GivenTensors } from '../problem/problem.ts';

/** One quadratic. */
export interface QuadraticTask {
  /** H_t: a diagonal of d numbers, or d rows of a symmetric matrix. */
  readonly H: readonly number[] | readonly (readonly number[])[];
  /** c_t, where the loss is 0. */
  readonly c: readonly number[];
}

/** What `quadraticTaskSet` is made from: tasks and φ at the start. */
export interface QuadraticTaskSetOptions {
  readonly tasks: readonly QuadraticTask[];
  /** φ at the start. Where it is shorter than c_t, the weights behind it are the task's head. */
  readonly initial: readonly number[];
  /** Heads, one after the other, for the n-th beginning; zeros when left out. */
  readonly heads?: (number: number) => readonly number[];
  /** Of every task. */
  readonly optimiser: Optimiser;
  /** How many tasks each group has, in order; all in one when left out. */
  readonly groups?: readonly number[];
}

/** Quadratic tasks of one dimension d. */
export function quadraticTaskSet(options: QuadraticTaskSetOptions): TaskSet {
  const { tasks, initial, optimiser, groups = [tasks.length] } = options;
  const headLength = (tasks[0]?.c.length ?? initial.length) - initial.length;
  const heads = options.heads ?? (() => Array<number>(tasks.length * headLength).fill(0));
  let first = 0;
  return defineTaskSet({
    name: 'quadratic tasks',
    title: `${tasks.length} quadratics in ${initial.length} dimensions`,
    bodyLength: initial.length,
    p: initial.length,
    initial,
    groups: groups.map((count, k) => {
      const from = first;
      first += count;
      const ownHeads = (number: number) =>
        heads(number).slice(from * headLength, (from + count) * headLength);
      return groupOf(`quadratics ${k}`, tasks.slice(from, from + count), optimiser, ownHeads);
    }),
  });
}

function groupOf(
  name: string,
  tasks: readonly QuadraticTask[],
  optimiser: Optimiser,
  heads: (number: number) => readonly number[],
): TaskGroup {
  const n = tasks.length;
  const d = tasks[0]?.c.length ?? 0;
  const diagonal = tasks.every(({ H }) => typeof H[0] === 'number');
  const loss = (w: Tensor, { H, c }: GivenTensors) => {
    const away = subtract(w, c!);
    const bent = diagonal ? multiply(H!, away) : reshape(matmul(H!, reshape(away, [n, d, 1])), [n, d]);
    return multiply(0.5, sum(multiply(away, bent), 1));
  };
  return defineTaskGroup({
    name,
    tasks: n,
    weightLength: d,
    d,
    state: optimiser.state([n, d]),
    given: {
      H: hostArray(
        tasks.flatMap(({ H }) => (diagonal ? (H as readonly number[]) : rowsOf(H).flat())),
        diagonal ? [n, d] : [n, d, d],
      ),
      c: hostArray(
        tasks.flatMap(({ c }) => c),
        [n, d],
      ),
    },
    heads,
    loss,
    update: ({ w, state }, given, _, step) => {
      const total = sum(loss(w, given));
      const [gradient] = vjp([total], [w], [onesLike(total)]);
      return optimiser.update(w, gradient!, state, step);
    },
  });
}

/** H as a matrix. */
function rowsOf(H: QuadraticTask['H']): readonly (readonly number[])[] {
  return typeof H[0] === 'number'
    ? (H as readonly number[]).map((value, i) => H.map((_, j) => (i === j ? value : 0)))
    : (H as readonly (readonly number[])[]);
}
