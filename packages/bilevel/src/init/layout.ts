/**
 * @file A task set laid out in a workspace: φ, every task's θ^t = (body, head), optimiser state and data, and the graphs that all methods are
 * made of. Tasks of a group lie side by side on a leading axis; φ is read and written by all groups.
 */
import {
  add,
  broadcastTo,
  concat,
  constant,
  divide,
  dynamicUpdate,
  elementCount,
  equal,
  expandAxes,
  modulo,
  onesLike,
  select,
  slice,
  stepIndex,
  sum,
  type Tensor,
  vjp,
  zerosLike,
} from '@longhorizon/tensor';
import { mapRecord } from '../hyper/inner.ts';
import { HostArray } from '../problem/host-array.ts';
import type { Carry, GivenTensors } from '../problem/problem.ts';
import type { Counts } from '../workspace/counts.ts';
import { countNotFinite } from '../workspace/finite.ts';
import { type Action, type Computation, execute, type Variable, Workspace } from '../workspace/workspace.ts';
import { groupShape, type TaskGroup, type TaskSet, tasksOf } from './task-set.ts';

/** What happens to the tasks when a trajectory of K steps ends. The bodies begin at φ again, except with `none`. */
export type Reset =
  /** Bodies only: heads, optimiser state and running statistics live on. */
  | 'soft'
  /** Everything: fresh heads, state as at the beginning. */
  | 'hard'
  /** Nothing: one trajectory without end. */
  | 'none';

/** A group of tasks in the workspace. */
export interface LaidOutGroup {
  readonly group: TaskGroup;
  /** θ^t and the state of its optimiser; θ is [tasks, weightLength]. */
  readonly carry: Carry<Variable>;
  readonly given: Readonly<Record<string, Variable>>;
  /** The training loss of each step of a trajectory, at θ^t before the step and on the step's batch: [K, tasks]. */
  readonly losses: Variable;
}

/** One inner step of a group, as graph. */
export interface StepGraph {
  /** θ^t_{i−1} and its state. */
  readonly at: Carry<Tensor>;
  readonly batch: Tensor | undefined;
  /** L_t(θ^t_{i−1}), [tasks]. */
  readonly losses: Tensor;
  /** θ^t_i and its state. */
  readonly next: Carry<Tensor>;
}

/** What a computation that moves φ does beside it. */
export interface MetaUpdateOptions {
  /** Updates that go with φ, such as a shift of the tasks: not made where φ is not moved. */
  readonly following?: Iterable<readonly [Variable, Tensor]>;
  /** Updates that are made in any case. */
  readonly always?: Iterable<readonly [Variable, Tensor]>;
  /** Derivative work of one run. */
  readonly counts?: Partial<Counts>;
}

/** A meta-update, after the inner step of this index. */
export type MetaUpdate = (index: number) => readonly Action[];

const one = constant(1, 'u32');

/**
 * A task set laid out in a workspace: φ, every task's θ^t, optimiser state and data, and the graphs that all methods are made of.
 * Tasks of a group lie side by side on a leading axis.
 */
export class TaskLayout {
  readonly taskSet: TaskSet;
  /** K */
  readonly horizon: number;
  readonly reset: Reset;
  readonly kind: 'device' | 'float64';
  readonly workspace = new Workspace();
  /** φ, [bodyLength]. */
  readonly initial: Variable;
  readonly groups: readonly LaidOutGroup[];
  /** Tasks of all groups. */
  readonly tasks: number;
  /** 0, or the inner step (from 1, since the tasks began) whose meta-update was not made; set to 0 by the host. */
  readonly refusedAt: Variable;
  /** The computations that move φ. */
  readonly metaUpdates = new Set<Computation>();
  readonly #steps = new Map<LaidOutGroup, Computation>();
  #restarting: Computation | undefined;

  constructor(taskSet: TaskSet, horizon: number, reset: Reset, kind: TaskLayout['kind']) {
    this.taskSet = taskSet;
    this.horizon = horizon;
    this.reset = reset;
    this.kind = kind;
    this.tasks = tasksOf(taskSet);
    const { workspace } = this;
    this.initial = workspace.variable('φ', [taskSet.bodyLength], {
      class: 'weights',
      initial: new HostArray(taskSet.initial),
    });
    this.refusedAt = workspace.variable('meta-update refused at', [], { dtype: 'u32' });
    this.groups = taskSet.groups.map((group): LaidOutGroup => {
      const start = startOf(taskSet, group, 0);
      return {
        group,
        carry: {
          w: workspace.variable(`θ of ${group.name}`, groupShape(group), {
            class: 'weights',
            initial: new HostArray(start.w, groupShape(group)),
          }),
          state: mapRecord(group.state, ({ shape, dtype, class: role }, name) =>
            workspace.variable(`${name} of ${group.name}`, shape, {
              dtype,
              class: role,
              initial: new HostArray(start.state[name]!, shape, { dtype }),
            }),
          ),
        },
        given: mapRecord(group.given, (values, name) =>
          workspace.variable(`${name} of ${group.name}`, values.shape, {
            dtype: values.dtype,
            class: values.class,
            initial: values,
          }),
        ),
        losses: workspace.variable(`losses of ${group.name}`, [horizon, group.tasks]),
      };
    });
  }

  /** The inner step of a group, in place; run with the number of steps done since the tasks began. */
  step(laid: LaidOutGroup): Computation {
    const known = this.#steps.get(laid);
    if (known !== undefined) return known;
    const graph = this.stepGraph(laid);
    const made = this.workspace.computation(
      `inner step of ${laid.group.name}`,
      [...this.updatesOf(laid.carry, graph.next), this.record(laid, graph.losses)],
      { gradients: laid.group.tasks },
    );
    this.#steps.set(laid, made);
    return made;
  }

  /** body(θ^t) ← φ for all tasks; nothing else is touched. */
  get restart(): Computation {
    this.#restarting ??= this.workspace.computation(
      'bodies to φ',
      this.groups.map((laid): [Variable, Tensor] => [
        laid.carry.w,
        this.withBodies(laid, this.onAll(laid, this.initial.tensor)),
      ]),
    );
    return this.#restarting;
  }

  /**
   * A meta-update φ ← `next`, for an inner step by its index. Where φ would leave the finite numbers it stays, and the step is noted in
   * `refusedAt`; no meta-update follows then until the host has set that to 0. Nothing else may move φ.
   *
   * @param next [bodyLength]
   */
  metaUpdate(
    name: string,
    next: Tensor,
    { following = [], always = [], counts = {} }: MetaUpdateOptions = {},
  ): MetaUpdate {
    const { initial, refusedAt, workspace } = this;
    // A computation of its own: the sum over φ would otherwise part the update into dispatches with arrays between them.
    const refused = select(equal(countNotFinite(next), 0), constant(0, 'u32'), add(stepIndex(), one));
    const check = workspace.computation(`check of ${name}`, [
      [refusedAt, select(equal(refusedAt.tensor, 0), refused, refusedAt.tensor)],
    ]);
    const isMade = equal(refusedAt.tensor, 0);
    const moved = [[initial, next] as const, ...following].map(([variable, value]): [Variable, Tensor] => [
      variable,
      select(isMade, value, variable.tensor),
    ]);
    const update = workspace.computation(name, [...moved, ...always], counts);
    this.metaUpdates.add(update);
    return (index) => [execute(check, index), execute(update, index)];
  }

  /** The inner step of a group from where its tasks are, or from another point. */
  stepGraph(laid: LaidOutGroup, at: Carry<Tensor> = this.pointOf(laid.carry)): StepGraph {
    const { group } = laid;
    const given = this.givenOf(laid);
    const batch = this.trainBatch(laid);
    return {
      at,
      batch,
      losses: group.loss(at.w, given, batch),
      next: group.update(at, given, batch, this.stepsSinceStart),
    };
  }

  /** Inside a computation: how many steps the state of the tasks has seen. A hard reset begins to count anew. */
  get stepsSinceStart(): Tensor {
    return this.reset === 'hard' ? this.row : stepIndex();
  }

  /** Inside a computation: i − 1, the number of the step in its trajectory. */
  get row(): Tensor {
    return modulo(stepIndex(), constant(this.horizon, 'u32'));
  }

  /** The update that writes a step's losses, [tasks], into its row. */
  record({ losses }: LaidOutGroup, values: Tensor): [Variable, Tensor] {
    return [losses, dynamicUpdate(losses.tensor, values, this.row)];
  }

  /** The training examples of the running step; undefined where every step sees all data. */
  trainBatch(laid: LaidOutGroup): Tensor | undefined {
    return laid.group.trainBatch?.(this.givenOf(laid), stepIndex());
  }

  /** The examples that a group is judged on, by the index that the computation runs with; undefined where there is no choice. */
  validationBatch(laid: LaidOutGroup): Tensor | undefined {
    return laid.group.validationBatch?.(this.givenOf(laid), stepIndex());
  }

  lossesAt(laid: LaidOutGroup, w: Tensor, batch: Tensor | undefined): Tensor {
    return laid.group.loss(w, this.givenOf(laid), batch);
  }

  /** ∇L_t of every task, [tasks, weightLength]. */
  gradientAt(laid: LaidOutGroup, w: Tensor, batch: Tensor | undefined): Tensor {
    const total = sum(this.lossesAt(laid, w, batch));
    const [gradient] = vjp([total], [w], [onesLike(total)]);
    return gradient ?? zerosLike(w);
  }

  givenOf({ given }: LaidOutGroup): GivenTensors {
    return mapRecord(given, ({ tensor }) => tensor);
  }

  pointOf(carry: Carry<Variable>): Carry<Tensor> {
    return { w: carry.w.tensor, state: mapRecord(carry.state, ({ tensor }) => tensor) };
  }

  /** A computation's updates that put tensors into a carry of variables. */
  updatesOf(variables: Carry<Variable>, tensors: Carry<Tensor>): [Variable, Tensor][] {
    return [
      [variables.w, tensors.w],
      ...Object.entries(variables.state).map(([name, variable]): [Variable, Tensor] => [
        variable,
        tensors.state[name]!,
      ]),
    ];
  }

  /** The bodies in an array shaped like θ: [tasks, bodyLength]. */
  bodies({ group }: LaidOutGroup, w: Tensor): Tensor {
    const { bodyLength } = this.taskSet;
    return group.weightLength === bodyLength ? w : slice(w, [0, 0], [group.tasks, bodyLength]);
  }

  /** θ with these bodies, [tasks, bodyLength], and its own heads. */
  withBodies({ group, carry }: LaidOutGroup, bodies: Tensor, w: Tensor = carry.w.tensor): Tensor {
    const { bodyLength } = this.taskSet;
    if (group.weightLength === bodyLength) return bodies;
    return concat([bodies, slice(w, [0, bodyLength], [group.tasks, group.weightLength])], 1);
  }

  /** A vector shaped like φ, once for every task of a group. */
  onAll({ group }: LaidOutGroup, vector: Tensor): Tensor {
    return broadcastTo(vector, [group.tasks, this.taskSet.bodyLength]);
  }

  /** The mean over the tasks of all groups of something shaped like their bodies, [bodyLength]. */
  meanOverTasks(of: (laid: LaidOutGroup) => Tensor, groups = this.groups): Tensor {
    const tasks = groups.reduce((count, { group }) => count + group.tasks, 0);
    const sums = groups.map((laid) => sum(of(laid), 0));
    return divide(
      sums.reduce((total, one) => add(total, one)),
      tasks,
    );
  }

  /** mean_t body(θ^t), [bodyLength]. */
  get meanBody(): Tensor {
    return this.meanOverTasks((laid) => this.bodies(laid, laid.carry.w.tensor));
  }

  /** θ + Δ on the bodies of all tasks, the same Δ [bodyLength] for all: the updates of a shift. Heads and state are left alone. */
  shiftAll(delta: Tensor): [Variable, Tensor][] {
    return this.groups.map((laid) => {
      const { tensor } = laid.carry.w;
      return [laid.carry.w, this.withBodies(laid, add(this.bodies(laid, tensor), expandAxes(delta, 0)))];
    });
  }
}

/** What a group's tasks hold when they begin for the n-th time, the bodies at the task set's φ. */
export function startOf(taskSet: TaskSet, group: TaskGroup, number: number): Carry<ArrayLike<number>> {
  const { bodyLength, initial } = taskSet;
  const { tasks, weightLength } = group;
  const heads = group.heads(number);
  const headLength = weightLength - bodyLength;
  const w = new Float64Array(tasks * weightLength);
  for (let task = 0; task < tasks; task++) {
    for (let k = 0; k < bodyLength; k++) w[task * weightLength + k] = initial[k]!;
    for (let k = 0; k < headLength; k++)
      w[task * weightLength + bodyLength + k] = heads[task * headLength + k]!;
  }
  const state = mapRecord(
    group.state,
    ({ shape }, name) => group.initialState?.[name] ?? new Float64Array(elementCount(shape)),
  );
  return { w, state };
}
