/**
 * @file An initialisation method on a task set, ready to run: trajectories, resets, losses, counters and bytes, the same for all
 * methods. Nothing waits for the host inside a trajectory.
 */
import type { Device } from '@longhorizon/tensor';
import type { ByteCounts } from '@longhorizon/tensor/compiler';
import { type LaidOutGroup, startOf, type TaskLayout } from '../init/layout.ts';
import type { InitialisationMethod } from '../init/method.ts';
import type { TaskSet } from '../init/task-set.ts';
import { largestFinite } from '../workspace/finite.ts';
import { execute } from '../workspace/workspace.ts';
import {
  layOut,
  type NotFinite,
  type Prepared,
  type PrepareInitialisationOptions,
} from './initialisation-layout.ts';
import { innerSteps, trainedGroups } from './initialisation-schedule.ts';
import {
  type Backend,
  type Effort,
  makeParts,
  predictedBytes,
  Session,
  type SessionParts,
} from './session.ts';

/** How some inner steps went; derivative work is counted for each task. */
export interface InitialisationOutcome extends Effort {
  /** Inner steps that were done: fewer than were asked for where the numbers ceased to be finite. */
  readonly steps: number;
  /** The mean training loss over the trained tasks at each of these steps, before the step and on its batch: [steps]. */
  readonly losses: Float64Array;
  /** The same for each trained task: [steps, tasks], flat. */
  readonly taskLosses: Float64Array;
  /**
   * The first inner step (counted from 1 since the tasks began) after which a loss or θ was not a finite number, or whose meta-update was not
   * made because φ would not have been one; 0 where they were none at the start. Absent where all went well.
   */
  readonly divergedAt?: number;
  /** What was not finite: losses and weights of the tasks, or φ. Present with `divergedAt`. */
  readonly diverged?: NotFinite;
}

/** Bytes by class that a run will allocate on a device, before anything is allocated. Placed data are not counted. */
export function predictInitialisation(
  device: Device,
  taskSet: TaskSet,
  method: InitialisationMethod,
  options: PrepareInitialisationOptions,
): ByteCounts {
  return predictedBytes(device, layOut('device', taskSet, method, options));
}

/**
 * Makes a run: checks, predicts, then allocates and compiles.
 *
 *     const run = await prepareInitialisation(device, taskSet, init.reptile({ rate: 0.3 }), { horizon: 100 });
 *     const { losses } = await run.run(2000); // losses[i] is the mean training loss at inner step i + 1
 *     const phi = await run.read('initial');
 *     run.destroy();
 *
 * @param backend a device, in float32; or `'float64'`, on the host
 * @throws RefusedError with a sentence when the method cannot run so
 *
 * @example
 * ```ts
 * import { init, prepareInitialisation } from '@longhorizon/bilevel';
 * import { quadraticTaskSet } from '@longhorizon/bilevel/problems';
 * import { sgd } from '@longhorizon/nn';
 *
 * const bowl = quadraticTaskSet({ tasks: [{ H: [1], c: [0] }], initial: [1], optimiser: sgd({ rate: 0.1 }) });
 * const run = await prepareInitialisation('float64', bowl, init.reptile({ rate: 1 }), { horizon: 2 });
 * await run.run(2);
 * console.assert(Math.abs((await run.read('initial'))[0] - 0.81) < 1e-12); // φ is where the task came to: 0.9²
 * run.destroy();
 * ```
 */
export async function prepareInitialisation(
  backend: Backend,
  taskSet: TaskSet,
  method: InitialisationMethod,
  options: PrepareInitialisationOptions,
): Promise<InitialisationRun> {
  const prepared = layOut(backend === 'float64' ? 'float64' : 'device', taskSet, method, options);
  return new InitialisationRun(prepared, await makeParts(backend, prepared, options.admit));
}

/**
 * An initialisation method on a task set, ready to run. Nothing waits for the host inside a trajectory. It owns its arrays until
 * `destroy()`.
 */
export class InitialisationRun extends Session<NotFinite> {
  readonly method: InitialisationMethod;
  readonly layout: TaskLayout;
  readonly #prepared: Prepared;
  #done = 0;
  #lastLosses: Float64Array | undefined;

  /** Use `prepareInitialisation`. */
  constructor(prepared: Prepared, parts: SessionParts) {
    super(prepared, parts);
    this.#prepared = prepared;
    this.method = prepared.method;
    this.layout = prepared.layout;
  }

  /** Inner steps done since the tasks began. */
  get stepsDone(): number {
    return this.#done;
  }

  /** To the end of the trajectory: K inner steps, or what is left of them. */
  trajectory(): Promise<InitialisationOutcome> {
    return this.run(this.layout.horizon - (this.#done % this.layout.horizon));
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
    const first = this.#done;
    const losses: Float64Array[] = [];
    let divergence: Pick<InitialisationOutcome, 'divergedAt' | 'diverged'> = {};
    this.engine.write(this.layout.refusedAt, [0]);
    const effort = await this.effortOf(async () => {
      let wallMs = 0;
      let dispatches = 0;
      while (this.#done < first + steps && divergence.divergedAt === undefined) {
        const from = this.#done % this.layout.horizon;
        const count = Math.min(this.layout.horizon - from, first + steps - this.#done);
        this.#resetHeads();
        const statistics = await this.engine.perform(innerSteps(this.#prepared, this.#done, count));
        wallMs += statistics.wallMs;
        dispatches += statistics.dispatches;
        const found = await this.#readLosses(from, count);
        losses.push(found);
        divergence = await this.#divergedIn(found, count);
        this.#done += count;
      }
      return { wallMs, dispatches };
    });
    const taskLosses = joined(losses);
    const tasks = taskLosses.length / (this.#done - first);
    this.#lastLosses = taskLosses.slice(taskLosses.length - tasks);
    return {
      ...effort,
      steps: this.#done - first,
      losses: rowMeans(taskLosses, this.#done - first),
      taskLosses,
      ...divergence,
    };
  }

  /** The mean training loss over the tasks at the last inner step; NaN before the first, and where nothing is trained. */
  meanLoss(): number {
    return rowMeans(this.#lastLosses ?? new Float64Array(), 1)[0]!;
  }

  /** φ, [bodyLength]; or θ of a group, [tasks, weightLength]. In double precision. */
  read(what: 'initial' | 'weights', group = 0): Promise<Float64Array> {
    return this.engine.read(what === 'initial' ? this.layout.initial : this.#groupAt(group).carry.w);
  }

  /** A state of a group's tasks by its name: a velocity, running statistics. */
  readState(name: string, group = 0): Promise<Float64Array> {
    const { carry } = this.#groupAt(group);
    const variable = carry.state[name];
    if (variable === undefined)
      throw new RangeError(
        `readState: the tasks of group ${group} carry no '${name}'; they carry ${Object.keys(carry.state).join(', ') || 'weights alone'}.`,
      );
    return this.engine.read(variable);
  }

  /** Replaces φ. The tasks begin there at the next reset; before the first step, at once. */
  async writeInitial(values: ArrayLike<number>): Promise<void> {
    this.engine.write(this.layout.initial, values);
    if (this.#done === 0 && this.layout.reset !== 'none')
      await this.engine.perform([execute(this.layout.restart, 0)]);
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
          this.#done,
        );
        return Object.fromEntries(wanted.map(([name], k) => [name, values[k]!]));
      }),
    );
  }

  #groupAt(group: number): LaidOutGroup {
    const laid = this.layout.groups[group];
    if (laid === undefined)
      throw new RangeError(
        `There is no group ${group}; the task set has ${this.layout.groups.length}, counted from 0.`,
      );
    return laid;
  }

  get #trained(): readonly LaidOutGroup[] {
    return trainedGroups(this.layout, this.#prepared.algorithm);
  }

  /** What a hard reset brings from the host; on a device it is queued before the trajectory's own work. */
  #resetHeads(): void {
    const { taskSet, horizon, reset } = this.layout;
    if (reset !== 'hard' || this.#done === 0 || this.#done % horizon !== 0) return;
    for (const { group, carry } of this.layout.groups) {
      const start = startOf(taskSet, group, this.#done / horizon);
      this.engine.write(carry.w, start.w);
      for (const [name, variable] of Object.entries(carry.state))
        this.engine.write(variable, start.state[name]!);
    }
  }

  /** The recorded losses of some rows, [count, trained tasks]. */
  async #readLosses(from: number, count: number): Promise<Float64Array> {
    const parts = await Promise.all(this.#trained.map(({ losses }) => this.engine.read(losses)));
    const width = this.#trained.reduce((tasks, { group }) => tasks + group.tasks, 0);
    const rows = new Float64Array(count * width);
    for (let row = 0; row < count; row++) {
      let at = row * width;
      for (const [k, { group }] of this.#trained.entries()) {
        const first = (from + row) * group.tasks;
        rows.set(parts[k]!.subarray(first, first + group.tasks), at);
        at += group.tasks;
      }
    }
    return rows;
  }

  /** What ceased to be finite first in the last `count` steps, and after which of them. */
  async #divergedIn(
    losses: Float64Array,
    count: number,
  ): Promise<Pick<InitialisationOutcome, 'divergedAt' | 'diverged'>> {
    const bad = losses.findIndex((loss) => !(Math.abs(loss) < largestFinite));
    const [refused] = await this.engine.read(this.layout.refusedAt);
    const atEnd = await this.firstNotFinite();
    // The loss at a step is that of the weights before it.
    const ofLoss =
      bad < 0 ? Number.POSITIVE_INFINITY : this.#done + Math.floor(bad / (losses.length / count));
    const ofTasks = Math.min(ofLoss, atEnd === 'tasks' ? this.#done + count : Number.POSITIVE_INFINITY);
    const ofInitial = refused! > 0 ? refused! : atEnd === 'initialisation' ? this.#done + count : undefined;
    if (ofInitial !== undefined && ofInitial < ofTasks)
      return { divergedAt: ofInitial, diverged: 'initialisation' };
    return Number.isFinite(ofTasks) ? { divergedAt: ofTasks, diverged: 'tasks' } : {};
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
