/**
 * @file The interface of methods that learn an initialisation φ from tasks which live over long trajectories. A method is an idea about
 * how φ moves; tasks, data, resets, counters, bytes and clocks are common to all (run.ts).
 */

import type { CurvatureWatch } from '../solvers/curvature.ts';
import type { Action } from '../workspace/workspace.ts';
import type { LaidOutGroup, Reset, TaskLayout } from './layout.ts';
import type { TaskSet } from './task-set.ts';

/** How long trajectories are, and how often φ moves. */
export interface InitialisationOptions {
  /** K: inner steps of a trajectory. After it the tasks are reset. */
  readonly horizon: number;
  /** Inner steps from one meta-update to the next, for methods that have several in a trajectory; 1 when left out. Divides K. */
  readonly aggregatePeriod?: number;
  /** `soft` when left out. */
  readonly reset?: Reset;
}

/** A method with its options chosen. */
export interface InitialisationMethod {
  /** Unique among all methods: the family and the name, such as `init/reptile`. */
  readonly id: `init/${string}`;
  /** A short name for records and commands, such as `reptile`. */
  readonly name: string;
  /** The name with its options, as papers write them. */
  readonly title: string;
  /** Authors, venue, and the equation or algorithm that the code follows. */
  readonly source: string;
  /** Why it cannot run on a task set, as a sentence; undefined where it can. */
  refuses?(taskSet: TaskSet, options: Required<InitialisationOptions>): string | undefined;
  /** Declares its variables and computations. Nothing is allocated yet. */
  build(layout: TaskLayout, options: Required<InitialisationOptions>): InitialisationAlgorithm;
}

/** Where a run stands. */
export interface InnerStep {
  /** The number of the step in its trajectory, 1 … K. */
  readonly i: number;
  /** Steps since the tasks began, before this one: what the step's computations run with. */
  readonly index: number;
}

/**
 * What a method does, in terms of computations. Inside step i: the inner step of every task, `after`, `aggregate` if the period is over, `end`
 * if i = K; then the reset. What is left out does nothing and costs nothing.
 */
export interface InitialisationAlgorithm {
  /** The groups whose tasks are trained; all when left out. The losses of the others are not recorded. */
  readonly groups?: readonly LaidOutGroup[];
  /** Where its solver, if any, records directions of non-positive curvature; the outcome reports them. */
  readonly curvature?: CurvatureWatch;
  /** At the beginning of a trajectory, with the bodies at φ. */
  begin?(): Iterable<Action>;
  /** The inner step of all tasks, where the method does it together with something else; it records the losses too. */
  step?(at: InnerStep): Iterable<Action>;
  /** After every inner step, while the tasks hold θ_i. */
  after?(at: InnerStep): Iterable<Action>;
  /** After every `aggregatePeriod`-th inner step. */
  aggregate?(at: InnerStep): Iterable<Action>;
  /** After inner step K, before the reset. */
  end?(at: InnerStep): Iterable<Action>;
}
