/**
 * @file An initialisation method on a task set, ready to run: trajectories, resets, losses, counters and bytes, the same for all
 * methods. Nothing waits for the host inside a trajectory.
 */
import type { ByteCounts, Device, DeviceArray } from '@longhorizon/tensor';
import { RefusedError } from '../hyper/method.ts';
import { type LaidOutGroup, startOf, TaskLayout } from '../init/layout.ts';
import type { InitialisationAlgorithm, InitialisationMethod, InitialisationOptions } from '../init/method.ts';
import type { TaskSet } from '../init/task-set.ts';
import type { PlacedGiven } from '../problem/place.ts';
import { type Counts, subtractCounts } from '../program/counts.ts';
import { DeviceEngine, planWorkspace } from '../program/device-engine.ts';
import type { Engine } from '../program/engine.ts';
import { ReferenceEngine } from '../program/reference-engine.ts';
import { type Action, run, type Slot } from '../program/workspace.ts';
import { clearCurvature, type NonPositiveCurvature, readCurvature } from '../solvers/curvature.ts';
import { declareHealth, firstNotFinite, type Health, largestFinite } from './health.ts';
import type { Backend } from './run.ts';

export interface PrepareInitialisationOptions extends InitialisationOptions {
  /** What each group is given, where it already lies on the device, shared between runs; in the order of the groups. */
  readonly given?: readonly PlacedGiven[];
}

/** How some inner steps went. */
export interface InitialisationOutcome {
  /** Inner steps that were done: fewer than were asked for where the numbers ceased to be finite. */
  readonly steps: number;
  /** The mean training loss over the trained tasks at each of these steps, before the step and on its batch: [steps]. */
  readonly losses: Float64Array;
  /** The same for each trained task: [steps, tasks], flat. */
  readonly taskLosses: Float64Array;
  /**
   * The first inner step (counted from 1 since the tasks began) after which a loss, φ or θ was not a finite number; 0 where they were
   * none at the start. Absent where all went well.
   */
  readonly divergedAt?: number;
  /** The first direction of a linear solver along which its matrix does not curve upwards; absent where there is none. */
  readonly nonPositiveCurvature?: NonPositiveCurvature;
  readonly wallMs: number;
  readonly dispatches: number;
  /** Derivative work of these steps, counted for each task. */
  readonly counts: Counts;
}

/** A method laid out for a task set; nothing is allocated. */
interface Prepared {
  readonly method: InitialisationMethod;
  readonly layout: TaskLayout;
  readonly algorithm: InitialisationAlgorithm;
  readonly options: Required<InitialisationOptions>;
  readonly health: Health<'numbers'>;
}

/** Why a method cannot run on a task set, as a sentence; undefined where it can. Needs no device. */
export function refusalOfInitialisation(
  taskSet: TaskSet,
  method: InitialisationMethod,
  options: InitialisationOptions,
): string | undefined {
  const { horizon: K, aggregatePeriod: period } = withDefaults(options);
  if (!(Number.isInteger(K) && K >= 1))
    return `K = ${K} is not the length of a trajectory; it has 1 inner step or more, a whole number.`;
  if (!(Number.isInteger(period) && period >= 1))
    return `An aggregate period of ${period} was asked for; give a whole number of inner steps, 1 or more.`;
  if (K % period !== 0)
    return `A trajectory of K = ${K} inner steps is no multiple of the aggregate period ${period}, so its last meta-update would see fewer steps than the others; choose K = ${Math.ceil(K / period) * period}, or a period that divides ${K}.`;
  return method.refuses?.(taskSet, withDefaults(options));
}

function withDefaults(options: InitialisationOptions): Required<InitialisationOptions> {
  const { horizon, aggregatePeriod = 1, reset = 'soft' } = options;
  return { horizon, aggregatePeriod, reset };
}

function layOut(
  kind: TaskLayout['kind'],
  taskSet: TaskSet,
  method: InitialisationMethod,
  given: InitialisationOptions,
): Prepared {
  const reason = refusalOfInitialisation(taskSet, method, given);
  if (reason !== undefined) throw new RefusedError(reason);
  const options = withDefaults(given);
  const layout = new TaskLayout(taskSet, options.horizon, options.reset, kind);
  const algorithm = method.build(layout, options);
  // Named here so that they are part of the workspace before it is planned.
  if (algorithm.step === undefined) for (const group of trainedGroups(layout, algorithm)) layout.step(group);
  if (options.reset !== 'none') void layout.restart;
  const health = declareHealth(layout.workspace, {
    numbers: [layout.initial.tensor, ...layout.groups.map(({ carry }) => carry.w.tensor)],
  });
  return { method, layout, algorithm, options, health };
}

const trainedGroups = (layout: TaskLayout, algorithm: InitialisationAlgorithm): readonly LaidOutGroup[] =>
  algorithm.groups ?? layout.groups;

/** Bytes by class that a run will allocate on a device, before anything is allocated. Placed data are not counted. */
export function predictInitialisation(
  device: Device,
  taskSet: TaskSet,
  method: InitialisationMethod,
  options: PrepareInitialisationOptions,
): ByteCounts {
  return planOf(device, layOut('device', taskSet, method, options), options.given).bytes;
}

function planOf(device: Device, { layout }: Prepared, given: readonly PlacedGiven[] | undefined) {
  const bound = new Map<Slot, DeviceArray>();
  if (given !== undefined)
    for (const [k, laid] of layout.groups.entries())
      for (const [name, slot] of Object.entries(laid.given)) {
        const array = given[k]?.arrays[name];
        if (array === undefined)
          throw new TypeError(
            `task set '${layout.taskSet.name}': group '${laid.group.name}' is given '${name}', but the placed data number ${k} have ${Object.keys(given[k]?.arrays ?? {}).join(', ') || 'nothing'}; place the data of every group, in the order of the groups.`,
          );
        bound.set(slot, array);
      }
  return planWorkspace(device, layout.workspace, bound);
}

/**
 * Makes a run: checks, predicts, then allocates and compiles.
 *
 *     const run = await prepareInitialisation(device, taskSet, reptile({ rate: 0.3 }), { horizon: 100 });
 *     const { losses } = await run.run(2000); // losses[i] is the mean training loss at inner step i + 1
 *     const phi = await run.read('initial');
 *     run.destroy();
 *
 * @param backend a device, in float32; or `'float64'`, on the host
 * @throws RefusedError with a sentence when the method cannot run so
 */
export async function prepareInitialisation(
  backend: Backend,
  taskSet: TaskSet,
  method: InitialisationMethod,
  options: PrepareInitialisationOptions,
): Promise<InitialisationRun> {
  const prepared = layOut(backend === 'float64' ? 'float64' : 'device', taskSet, method, options);
  if (backend === 'float64')
    return new InitialisationRun(prepared, new ReferenceEngine(prepared.layout.workspace), {});
  const plan = planOf(backend, prepared, options.given);
  return new InitialisationRun(prepared, await DeviceEngine.open(plan), plan.bytes);
}

export class InitialisationRun {
  readonly method: InitialisationMethod;
  readonly layout: TaskLayout;
  readonly engine: Engine;
  /** Bytes by class that the run allocated on its device, as predicted before it did; empty on the reference. */
  readonly predicted: ByteCounts;
  private readonly prepared: Prepared;
  private done = 0;
  private lastLosses: Float64Array | undefined;

  /** Use `prepareInitialisation`. */
  constructor(prepared: Prepared, engine: Engine, predicted: ByteCounts) {
    this.prepared = prepared;
    this.method = prepared.method;
    this.layout = prepared.layout;
    this.engine = engine;
    this.predicted = predicted;
  }

  /** Inner steps done since the tasks began. */
  get stepsDone(): number {
    return this.done;
  }

  /** Derivative work of this run so far, counted for each task. */
  get counters(): Counts {
    return this.engine.counts;
  }

  /** To the end of the trajectory: K inner steps, or what is left of them. */
  trajectory(): Promise<InitialisationOutcome> {
    return this.run(this.layout.horizon - (this.done % this.layout.horizon));
  }

  /**
   * Some inner steps of every trained task, with the meta-updates and resets that fall among them. It may stop inside a trajectory,
   * and stops at the end of one in which the numbers ceased to be finite.
   *
   * A reset belongs to the beginning of the next trajectory, so θ_K can be read.
   */
  async run(steps: number): Promise<InitialisationOutcome> {
    if (!(Number.isInteger(steps) && steps >= 1))
      throw new RangeError(`run: ${steps} inner steps were asked for; give a whole number of 1 or more.`);
    const before = this.engine.counts;
    const first = this.done;
    const losses: Float64Array[] = [];
    let wallMs = 0;
    let dispatches = 0;
    let divergedAt: number | undefined;
    clearCurvature(this.engine, this.prepared.algorithm.curvature);
    while (this.done < first + steps && divergedAt === undefined) {
      const from = this.done % this.layout.horizon;
      const count = Math.min(this.layout.horizon - from, first + steps - this.done);
      this.resetHeads();
      const statistics = await this.engine.perform(this.actions(count));
      wallMs += statistics.wallMs;
      dispatches += statistics.dispatches;
      const found = await this.readLosses(from, count);
      losses.push(found);
      divergedAt = await this.divergedIn(found, count);
      this.done += count;
    }
    const nonPositiveCurvature = await readCurvature(this.engine, this.prepared.algorithm.curvature);
    const taskLosses = joined(losses);
    const tasks = taskLosses.length / (this.done - first);
    this.lastLosses = taskLosses.slice(taskLosses.length - tasks);
    return {
      steps: this.done - first,
      losses: rowMeans(taskLosses, this.done - first),
      taskLosses,
      wallMs,
      dispatches,
      counts: subtractCounts(this.engine.counts, before),
      ...(divergedAt === undefined ? {} : { divergedAt }),
      ...(nonPositiveCurvature === undefined ? {} : { nonPositiveCurvature }),
    };
  }

  /** The mean training loss over the tasks at the last inner step; NaN before the first, and where nothing is trained. */
  meanLoss(): number {
    return rowMeans(this.lastLosses ?? new Float64Array(), 1)[0]!;
  }

  /** φ, [bodyLength]; or θ of a group, [tasks, weightLength]. In double precision. */
  read(what: 'initial' | 'weights', group = 0): Promise<Float64Array> {
    return this.engine.read(what === 'initial' ? this.layout.initial : this.groupAt(group).carry.w);
  }

  /** A state of a group's tasks by its name: a velocity, running statistics. */
  readState(name: string, group = 0): Promise<Float64Array> {
    const { carry } = this.groupAt(group);
    const slot = carry.state[name];
    if (slot === undefined)
      throw new RangeError(
        `readState: the tasks of group ${group} carry no '${name}'; they carry ${Object.keys(carry.state).join(', ') || 'weights alone'}.`,
      );
    return this.engine.read(slot);
  }

  /** Replaces φ. The tasks begin there at the next reset; before the first step, at once. */
  async writeInitial(values: ArrayLike<number>): Promise<void> {
    this.engine.write(this.layout.initial, values);
    if (this.done === 0 && this.layout.reset !== 'none')
      await this.engine.perform([run(this.layout.restart, 0)]);
  }

  /** The task set's own metrics of every group at the present weights: [tasks] each, by name. */
  metrics(): Promise<Readonly<Record<string, Float64Array>>[]> {
    return Promise.all(
      this.layout.groups.map(async (laid) => {
        const { layout } = this;
        const wanted = Object.entries(
          laid.group.metrics?.(layout.pointOf(laid.carry), layout.givenOf(laid)) ?? {},
        );
        const values = await this.engine.evaluate(
          wanted.map(([, tensor]) => tensor),
          this.done,
        );
        return Object.fromEntries(wanted.map(([name], k) => [name, values[k]!]));
      }),
    );
  }

  destroy(): void {
    this.engine.destroy();
  }

  private groupAt(group: number): LaidOutGroup {
    const laid = this.layout.groups[group];
    if (laid === undefined)
      throw new RangeError(
        `There is no group ${group}; the task set has ${this.layout.groups.length}, counted from 0.`,
      );
    return laid;
  }

  private get trained(): readonly LaidOutGroup[] {
    return trainedGroups(this.layout, this.prepared.algorithm);
  }

  /** What a hard reset brings from the host; on a device it is queued before the trajectory's own work. */
  private resetHeads(): void {
    const { taskSet, horizon, reset } = this.layout;
    if (reset !== 'hard' || this.done === 0 || this.done % horizon !== 0) return;
    for (const { group, carry } of this.layout.groups) {
      const start = startOf(taskSet, group, this.done / horizon);
      this.engine.write(carry.w, start.w);
      for (const [name, slot] of Object.entries(carry.state)) this.engine.write(slot, start.state[name]!);
    }
  }

  /** `count` inner steps that lie in one trajectory. */
  private *actions(count: number): Generator<Action> {
    const { algorithm, options } = this.prepared;
    const { layout, trained } = this;
    const { horizon, aggregatePeriod, reset } = options;
    for (let index = this.done; index < this.done + count; index++) {
      const i = (index % horizon) + 1;
      const at = { i, index };
      if (i === 1) {
        if (index > 0 && reset !== 'none') yield run(layout.restart, index);
        yield* algorithm.begin?.() ?? [];
      }
      if (algorithm.step === undefined) for (const laid of trained) yield run(layout.step(laid), index);
      else yield* algorithm.step(at);
      yield* algorithm.after?.(at) ?? [];
      if (i % aggregatePeriod === 0) yield* algorithm.aggregate?.(at) ?? [];
      if (i === horizon) yield* algorithm.end?.(at) ?? [];
    }
  }

  /** The recorded losses of some rows, [count, trained tasks]. */
  private async readLosses(from: number, count: number): Promise<Float64Array> {
    const parts = await Promise.all(this.trained.map(({ losses }) => this.engine.read(losses)));
    const width = this.trained.reduce((tasks, { group }) => tasks + group.tasks, 0);
    const rows = new Float64Array(count * width);
    for (let row = 0; row < count; row++) {
      let at = row * width;
      for (const [k, { group }] of this.trained.entries()) {
        const first = (from + row) * group.tasks;
        rows.set(parts[k]!.subarray(first, first + group.tasks), at);
        at += group.tasks;
      }
    }
    return rows;
  }

  private async divergedIn(losses: Float64Array, count: number): Promise<number | undefined> {
    const bad = losses.findIndex((loss) => !(Math.abs(loss) < largestFinite));
    // The loss at a step is that of the weights before it.
    if (bad >= 0) return this.done + Math.floor(bad / (losses.length / count));
    const diverged = await firstNotFinite(this.engine, this.prepared.health);
    return diverged === undefined ? undefined : this.done + count;
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The mean of each of `rows` equal parts; NaN where they are empty. */
function rowMeans(values: Float64Array, rows: number): Float64Array {
  const width = values.length / rows;
  return Float64Array.from({ length: rows }, (_, row) =>
    values
      .subarray(row * width, (row + 1) * width)
      .reduce((total, value) => total + value / width, width === 0 ? Number.NaN : 0),
  );
}
