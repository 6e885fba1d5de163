/**
 * @file Task sets: what an initialisation is learned from over long horizons. Task t has weights θ^t = (body, head), data and a loss of its
 * own; all bodies begin at φ. Unlike the tasks of a `Problem`, these live on: heads, optimiser state and running statistics stay
 * with their task while φ moves.
 *
 * Like a problem, a task set is a description: shapes, numbers on the host, and functions that build graph.
 */
import { type Shape, ShapeError, type StateSpec, type Tensor } from '@longhorizon/tensor';
import type { Carry, GivenArrays, GivenTensors } from '../problem/problem.ts';

/** Tasks of equal shapes. They run side by side on a leading task axis; groups run one after another. */
export interface TaskGroup<Given extends GivenArrays = GivenArrays> {
  /** A short name for records and errors, such as `fashion-mnist`. */
  readonly name: string;
  readonly tasks: number;
  /** Elements of one task's θ^t, gaps included: the body's `bodyLength` first, then the head's. */
  readonly weightLength: number;
  /** Number of weights of one task, without gaps. */
  readonly d: number;
  /** What a task carries beside its weights: optimiser state, running statistics. Arrays with a leading task axis. */
  readonly state: Readonly<Record<string, StateSpec>>;
  /** What those arrays hold when a task begins; zeros where left out. */
  readonly initialState?: Readonly<Record<string, ArrayLike<number>>>;
  readonly given: Given;
  /** Heads, [tasks, weightLength − bodyLength]: number 0 is what the tasks begin with, number n what the n-th hard reset gives them. */
  heads(number: number): ArrayLike<number>;
  /**
   * The training examples of a step, as u32 positions [tasks, batch]. Absent where every step sees all data.
   *
   * @param step the number of the step since the tasks began, from 0; resets do not touch it
   */
  trainBatch?(given: GivenTensors<Given>, step: Tensor): Tensor;
  /** Examples for methods that judge an inner optimisation on others than it was trained on (FOMAML), in the same form. */
  validationBatch?(given: GivenTensors<Given>, step: Tensor): Tensor;
  /**
   * The loss of every task, [tasks]; a task's loss depends on its own weights alone.
   *
   * @param w [tasks, weightLength]
   */
  loss(w: Tensor, given: GivenTensors<Given>, batch: Tensor | undefined): Tensor;
  /**
   * One inner step of every task, with the optimiser inside.
   *
   * @param step how many steps the state has seen, u32 of shape []: counted since the tasks began, or since the last hard reset
   */
  update(
    carry: Carry<Tensor>,
    given: GivenTensors<Given>,
    batch: Tensor | undefined,
    step: Tensor,
  ): Carry<Tensor>;
  /** What a report says of the tasks (a test accuracy): [tasks] each, by name. Never part of a method's memory or time. */
  metrics?(carry: Carry<Tensor>, given: GivenTensors<Given>): Readonly<Record<string, Tensor>>;
}

/** Tasks that share an initialisation φ, in groups of equal shape. */
export interface TaskSet {
  readonly name: string;
  /** One line of what is learned from what. */
  readonly title: string;
  /** Elements of φ, gaps included. */
  readonly bodyLength: number;
  /** Number of weights in φ, without gaps. */
  readonly p: number;
  /** φ at the start, [bodyLength]. */
  readonly initial: ArrayLike<number>;
  readonly groups: readonly TaskGroup[];
}

/** A group with the types of what it is given worked out. */
export function defineTaskGroup<Given extends GivenArrays>(group: TaskGroup<Given>): TaskGroup {
  return group as TaskGroup;
}

/**
 * Declares a task set.
 *
 * @throws RangeError where there is no task; ShapeError where a group's arrays do not fit φ or its number of tasks
 */
export function defineTaskSet(set: TaskSet): TaskSet {
  const { name, bodyLength, initial, groups } = set;
  if (initial.length !== bodyLength)
    throw new ShapeError(
      `task set '${name}': φ has ${bodyLength} elements, but ${initial.length} initial values were given; give one for each element.`,
    );
  const total = tasksOf(set);
  if (!(total >= 1))
    throw new RangeError(
      `task set '${name}': it has no tasks; an initialisation is learned from one or more.`,
    );
  for (const group of groups) checkGroup(set, group);
  return set;
}

/** The number of tasks over all groups. */
export function tasksOf({ groups }: Pick<TaskSet, 'groups'>): number {
  return groups.reduce((sum, { tasks }) => sum + tasks, 0);
}

/** The shape of a group's weights. */
export function groupShape({ tasks, weightLength }: TaskGroup): Shape {
  return [tasks, weightLength];
}

function checkGroup({ name, bodyLength }: TaskSet, group: TaskGroup): void {
  const where = `task set '${name}', group '${group.name}'`;
  if (!(Number.isInteger(group.tasks) && group.tasks >= 1))
    throw new RangeError(`${where}: ${group.tasks} tasks were asked for; give a whole number of 1 or more.`);
  if (group.weightLength < bodyLength)
    throw new ShapeError(
      `${where}: a task has ${group.weightLength} weights, but the shared body has ${bodyLength}; all tasks need the body of φ, with their heads behind it.`,
    );
  const heads = group.heads(0).length;
  const wanted = group.tasks * (group.weightLength - bodyLength);
  if (heads !== wanted)
    throw new ShapeError(
      `${where}: ${heads} numbers were given for the heads of ${group.tasks} tasks with ${group.weightLength - bodyLength} head weights each; give ${wanted}.`,
    );
}
