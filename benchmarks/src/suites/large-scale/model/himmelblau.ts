/**
 * @file The synthetic tasks of Continual Trajectory Shifting as a task set: φ is a point of the plane, and the eight tasks are turned and
 * shifted copies of Himmelblau's function. Any number of starts are learned from side by side: one φ of all their coordinates, of which
 * none sees the others, since losses add up and the optimisers work on each number alone.
 */
import {
  defineTaskGroup,
  defineTaskSet,
  type GivenTensors,
  hostArray,
  type TaskSet,
} from '@longhorizon/bilevel';
import { HIMMELBLAU, HIMMELBLAU_TASKS, himmelblauLoss } from '@longhorizon/datasets';
import type { Optimiser } from '@longhorizon/nn';
import {
  add,
  divide,
  multiply,
  onesLike,
  slice,
  square,
  subtract,
  sum,
  type Tensor,
  vjp,
} from '@longhorizon/tensor';

export type Point = readonly [x: number, y: number];

const T = HIMMELBLAU_TASKS.length;

/** @param starts where φ begins; it is [x of all starts, y of all starts] */
export function himmelblauTaskSet(starts: readonly Point[], optimiser: Optimiser): TaskSet {
  const n = starts.length;
  const loss = (w: Tensor, given: GivenTensors) => sum(lossesOf(w, given, n), 1);
  const column = (of: (task: (typeof HIMMELBLAU_TASKS)[number]) => number) =>
    hostArray(HIMMELBLAU_TASKS.map(of), [T, 1]);
  const group = defineTaskGroup({
    name: 'himmelblau',
    tasks: T,
    weightLength: 2 * n,
    d: 2 * n,
    state: optimiser.state([T, 2 * n]),
    given: {
      x: column(({ target }) => target[0]),
      y: column(({ target }) => target[1]),
      cosine: column(({ angle }) => Math.cos(angle)),
      sine: column(({ angle }) => Math.sin(angle)),
    },
    heads: () => [],
    // Of all starts together: a start's own is found by `meanTaskLoss`.
    loss,
    update: ({ w, state }, given, _, step) => {
      const total = sum(loss(w, given));
      const [gradient] = vjp([total], [w], [onesLike(total)]);
      return optimiser.update(w, gradient!, state, step);
    },
  });
  return defineTaskSet({
    name: 'himmelblau',
    title: "where to begin in eight copies of Himmelblau's function",
    bodyLength: 2 * n,
    p: 2 * n,
    initial: flat(starts),
    groups: [group],
  });
}

/** (u, v) = R (θ − target)/3, then a(u² + v − 11)² + b(u + v² − 7)²: [tasks, starts]. */
function lossesOf(w: Tensor, { x, y, cosine, sine }: GivenTensors, n: number): Tensor {
  const dx = divide(subtract(slice(w, [0, 0], [T, n]), x!), HIMMELBLAU.scale);
  const dy = divide(subtract(slice(w, [0, n], [T, 2 * n]), y!), HIMMELBLAU.scale);
  const u = subtract(multiply(cosine!, dx), multiply(sine!, dy));
  const v = add(multiply(sine!, dx), multiply(cosine!, dy));
  const first = square(subtract(add(square(u), v), 11));
  const second = square(subtract(add(u, square(v)), 7));
  return add(multiply(HIMMELBLAU.a, first), multiply(HIMMELBLAU.b, second));
}

/** The coordinates of points, as φ holds them. */
export function flat(points: readonly Point[]): number[] {
  return [...points.map(([x]) => x), ...points.map(([, y]) => y)];
}

/** The points of φ, or of one task's row of θ. */
export function pointsOf(coordinates: ArrayLike<number>): Point[] {
  const n = coordinates.length / 2;
  return Array.from({ length: n }, (_, k) => [coordinates[k]!, coordinates[n + k]!]);
}

/** The mean over the tasks of the loss of each start, where each task has a point of its own: θ, [tasks, 2n]. */
export function meanTaskLosses(theta: ArrayLike<number>): number[] {
  const width = theta.length / T;
  const rows = HIMMELBLAU_TASKS.map((_, t) =>
    pointsOf(Array.from({ length: width }, (__, k) => theta[t * width + k]!)),
  );
  return rows[0]!.map((_, k) =>
    HIMMELBLAU_TASKS.reduce((total, task, t) => total + himmelblauLoss(task, rows[t]![k]!) / T, 0),
  );
}

/** A square grid over [−5, 15]², the first coordinate moving fastest. */
export function grid(side: number): Point[] {
  const at = (k: number) => -5 + (20 * k) / (side - 1);
  return Array.from({ length: side * side }, (_, k) => [at(k % side), at(Math.floor(k / side))]);
}
