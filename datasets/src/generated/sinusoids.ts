/**
 * @file Sine waves to be fitted from a few points: y = A sin(x - φ).
 *
 * Source: Finn, Abbeel and Levine (2017), section 5.1; ranges as in appendix G of Lee et al., "Online hyperparameter
 * meta-learning with hypergradient distillation" (ICLR 2022): amplitude U(0.1, 5), phase U(0, π), x U(-5, 5).
 */
import type { FunctionsDefinition } from '../dataset/types.ts';
import { type Key, splitKey, uniformAt } from '../random/key.ts';
import { sin } from '../random/portable-math.ts';
import { requireWhole } from '../whole.ts';

/** Ranges of amplitude, phase and x from which sine waves are drawn. */
export const SINUSOID = { amplitude: [0.1, 5], phase: [0, Math.PI], x: [-5, 5] } as const;

/** Waves, one a task. Shapes [tasks]. */
export interface SinusoidTasks {
  readonly amplitude: Float32Array;
  readonly phase: Float32Array;
}

/** Points on each wave. Shapes [tasks, count], flat. */
export interface SinusoidPoints {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/**
 * Draws waves.
 *
 * @param key - The wave of task `t` depends on (key, t) alone, however many are drawn.
 * @param count - Number of tasks.
 * @param firstTask - Number of the first task.
 */
export function sinusoidTasks(key: Key, count: number, firstTask = 0): SinusoidTasks {
  requireWhole('The number of tasks', count);
  requireWhole('The number of the first task', firstTask);
  const amplitude = new Float32Array(count);
  const phase = new Float32Array(count);
  for (let task = 0; task < count; task += 1) {
    const taskKey = splitKey(key, 'task', firstTask + task);
    amplitude[task] = within(SINUSOID.amplitude, uniformAt(taskKey, 0, 0));
    phase[task] = within(SINUSOID.phase, uniformAt(taskKey, 0, 1));
  }
  return { amplitude, phase };
}

/**
 * Draws points on each wave. Give support and query points keys of their own, and each task a number of its own.
 *
 * @param tasks - The waves.
 * @param key - Chooses the x of the points.
 * @param count - Points of each task.
 * @param firstTask - Number of the first task, as given to `sinusoidTasks`.
 * @returns x in [-5, 5), and y computed in float64 from the float32 values of A, φ and x, then rounded once.
 */
export function sinusoidPoints(tasks: SinusoidTasks, key: Key, count: number, firstTask = 0): SinusoidPoints {
  requireWhole('The number of points of a task', count);
  requireWhole('The number of the first task', firstTask);
  const taskCount = tasks.amplitude.length;
  const x = new Float32Array(taskCount * count);
  const y = new Float32Array(taskCount * count);
  for (let task = 0; task < taskCount; task += 1) {
    const taskKey = splitKey(key, 'task', firstTask + task);
    for (let i = 0; i < count; i += 1) {
      const at = task * count + i;
      x[at] = within(SINUSOID.x, uniformAt(taskKey, 0, i));
      y[at] = tasks.amplitude[task]! * sin(x[at]! - tasks.phase[task]!);
    }
  }
  return { x, y };
}

function within([low, high]: readonly [number, number], place: number): number {
  return low + (high - low) * place;
}

export const sinusoids: FunctionsDefinition = {
  kind: 'functions',
  name: 'sinusoids',
  title: 'Sine waves of random amplitude and phase, to be fitted from a few points',
  maker: 'sinusoidTasks',
  licence: { id: 'MIT', shareAlike: false, evidence: 'made by this code' },
  citation:
    'Finn, C., Abbeel, P., and Levine, S. (2017). Model-Agnostic Meta-Learning for Fast Adaptation of Deep ' +
    'Networks. ICML.',
  notes: ['Ranges of appendix G of the HyperDistill paper (arXiv:2110.02508).'],
  overlaps: [],
};
