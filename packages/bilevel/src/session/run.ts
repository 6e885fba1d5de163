/**
 * @file A method on a problem, ready to run: the horizon loop, the clocks, the counters and the bytes that are common to all methods.
 */
import { addBytes, type ByteCounts, type Device, type DeviceArray } from '@longhorizon/tensor';
import { type Facts, factsOf, refusalOfAll, refusalOfStart } from '../hyper/facts.ts';
import { Inner } from '../hyper/inner.ts';
import { type Algorithm, type Method, type OpenHorizon, RefusedError } from '../hyper/method.ts';
import type { PlacedGiven } from '../problem/place.ts';
import type { GivenArrays, Problem } from '../problem/problem.ts';
import { type Counts, subtractCounts } from '../program/counts.ts';
import { type BoundArrays, DeviceEngine, type DevicePlan, planWorkspace } from '../program/device-engine.ts';
import type { Engine } from '../program/engine.ts';
import { ReferenceEngine } from '../program/reference-engine.ts';
import { type Action, run, type Slot } from '../program/workspace.ts';
import { clearCurvature, type NonPositiveCurvature, readCurvature } from '../solvers/curvature.ts';
import { declareHealth, firstNotFinite, type Health } from './health.ts';
import { locateDivergence } from './locate-divergence.ts';
import { declareMeta, type Meta, type MetaOptions } from './meta.ts';

/** Where a method runs: on a device in float32, or on the host in float64. */
export type Backend = Device | 'float64';

/** What a run's numbers are, in the order in which one that is not finite spoils the next. */
export type Quantity = 'weights' | 'outer loss' | 'hypergradient' | 'hyperparameters';

export interface RunOptions {
  /** T */
  readonly horizon: number;
  /** Data that already lies on the device, shared between runs; made and owned by the run when left out. */
  readonly given?: PlacedGiven;
  /** Updates of λ; needed by `metaStep` only. */
  readonly meta?: MetaOptions;
}

/** How one inner optimisation went. */
export interface Outcome {
  readonly horizon: number;
  readonly outerLoss: number;
  /**
   * The step t after which something was no finite number: absent only where the weights, the outer loss, the hypergradient and λ all are.
   * With λ frozen it is the first such step, or T where the inner optimisation stayed finite and its hypergradient did not. Online it is
   * the step of the first update of λ that was not made for it, or T where only the end shows it.
   */
  readonly divergedAt?: number;
  /** What was not finite, the first of these. Present with `divergedAt`. */
  readonly diverged?: Quantity;
  /** The first direction of a linear solver along which its matrix does not curve upwards; absent where there is none. */
  readonly nonPositiveCurvature?: NonPositiveCurvature;
  readonly wallMs: number;
  readonly dispatches: number;
  /** Derivative work of this call. */
  readonly counts: Counts;
}

/** A method laid out for a problem and checked; nothing is allocated. */
export interface Prepared {
  readonly method: Method;
  readonly inner: Inner;
  readonly facts: Facts;
  readonly algorithm: Algorithm;
  readonly meta: Meta | undefined;
  readonly health: Health<Quantity>;
  readonly options: RunOptions;
}

/** Why a method cannot run on a problem at a horizon, as a sentence; undefined where it can. Needs no device. */
export function refusal<Given extends GivenArrays>(
  method: Method,
  problem: Problem<Given>,
  horizon: number,
): string | undefined {
  if (!(Number.isInteger(horizon) && horizon >= 1))
    return `T = ${horizon} is not a horizon; an inner optimisation takes 1 step or more, a whole number.`;
  const facts = factsOf(new Inner(problem as unknown as Problem, horizon, 'float64'));
  return refusalOfAll(facts) ?? refusalOfStart(method, facts) ?? method.refuses?.(facts, horizon);
}

/**
 * Lays a method out for a problem.
 *
 * @throws RefusedError when the method cannot run on the problem
 */
export function layOut<Given extends GivenArrays>(
  kind: Inner['kind'],
  problem: Problem<Given>,
  method: Method,
  options: RunOptions,
): Prepared {
  const { horizon } = options;
  const reason = refusal(method, problem, horizon);
  if (reason !== undefined) throw new RefusedError(reason);
  const inner = new Inner(problem as unknown as Problem, horizon, kind);
  const facts = factsOf(inner);
  const algorithm = method.build(inner);
  if (algorithm.own === undefined) inner.declareCommon();
  const meta = options.meta === undefined ? undefined : declareMeta(inner, options.meta);
  const health = declareHealth<Quantity>(inner.workspace, {
    weights: [inner.carry.w.tensor],
    'outer loss': [inner.outerLoss.tensor],
    hypergradient: [inner.hypergradient.tensor],
    hyperparameters: [inner.lambda.tensor],
  });
  return { method, inner, facts, algorithm, meta, health, options };
}

/** Bytes by class that a run will allocate on a device, before anything is allocated. Placed data are not counted. */
export function predictRun<Given extends GivenArrays>(
  device: Device,
  problem: Problem<Given>,
  method: Method,
  options: RunOptions,
): ByteCounts {
  const prepared = layOut('device', problem, method, options);
  return bytesOf(prepared, planOf(device, prepared));
}

function planOf(device: Device, { inner, options }: Prepared): DevicePlan {
  return planWorkspace(device, inner.workspace, boundArrays(inner, options.given));
}

function bytesOf({ algorithm }: Prepared, plan: DevicePlan): ByteCounts {
  return addBytes(plan.bytes, algorithm.own?.bytes(plan.device) ?? {});
}

function boundArrays(inner: Inner, given: PlacedGiven | undefined): BoundArrays {
  const bound = new Map<Slot, DeviceArray>();
  if (given === undefined) return bound;
  for (const [name, slot] of Object.entries(inner.given)) {
    const array = given.arrays[name];
    if (array === undefined)
      throw new TypeError(
        `problem '${inner.problem.name}' is given '${name}', but the placed data have ${Object.keys(given.arrays).join(', ')}; place the data of this problem.`,
      );
    bound.set(slot, array);
  }
  return bound;
}

/**
 * Makes a run: checks, predicts, then allocates and compiles.
 *
 * @throws RefusedError with a sentence when the method cannot run on the problem
 */
export async function prepare<Given extends GivenArrays>(
  backend: Backend,
  problem: Problem<Given>,
  method: Method,
  options: RunOptions,
): Promise<Run> {
  if (backend === 'float64') {
    const prepared = layOut('float64', problem, method, options);
    return new Run(prepared, new ReferenceEngine(prepared.inner.workspace), {}, undefined);
  }
  const prepared = layOut('device', problem, method, options);
  const plan = planOf(backend, prepared);
  const engine = await DeviceEngine.open(plan);
  try {
    const own = await prepared.algorithm.own?.open(backend, engine);
    return new Run(prepared, engine, bytesOf(prepared, plan), own);
  } catch (error) {
    engine.destroy();
    throw error;
  }
}

export class Run {
  readonly method: Method;
  readonly inner: Inner;
  readonly facts: Facts;
  readonly engine: Engine;
  /** Bytes by class that the run allocated on its device, as predicted before it did; empty on the reference. */
  readonly predicted: ByteCounts;
  private readonly prepared: Prepared;
  private readonly own: OpenHorizon | undefined;
  private episodes = 0;

  constructor(prepared: Prepared, engine: Engine, predicted: ByteCounts, own: OpenHorizon | undefined) {
    this.prepared = prepared;
    this.method = prepared.method;
    this.inner = prepared.inner;
    this.facts = prepared.facts;
    this.engine = engine;
    this.predicted = predicted;
    this.own = own;
  }

  /** Where the hypergradient lies on the device. */
  get hypergradient(): DeviceArray {
    return this.engine.array(this.inner.hypergradient);
  }

  /** Derivative work of this run so far. */
  get counters(): Counts {
    return this.engine.counts;
  }

  /** From φ to w_T with λ frozen, then the hypergradient of L^val(w_T, λ). */
  async compute(): Promise<Outcome> {
    const before = this.engine.counts;
    clearCurvature(this.engine, this.prepared.algorithm.curvature);
    const statistics =
      this.own === undefined ? await this.engine.perform(this.frozen()) : await this.own.run();
    this.episodes++;
    const diverged = await firstNotFinite(this.engine, this.prepared.health);
    const isOfInner = diverged === 'weights' || diverged === 'outer loss';
    const divergedAt = isOfInner ? await locateDivergence(this.engine, this.inner) : undefined;
    return this.outcome(statistics, before, diverged, divergedAt);
  }

  /** One inner optimisation with the method's updates of λ, then the move of φ. */
  async metaStep(): Promise<Outcome> {
    const { meta, method, algorithm } = this.prepared;
    if (meta === undefined)
      throw new TypeError(
        `metaStep: '${method.name}' was prepared without an optimiser for λ; prepare it with { meta: { optimiser, rate } }.`,
      );
    if (this.own !== undefined || method.form === 'offline' || algorithm.passes !== undefined) {
      const outcome = await this.compute();
      if (outcome.divergedAt !== undefined) return outcome;
      this.engine.write(meta.divergedAt, [0]);
      const moved = await this.engine.perform([meta.update(this.inner.horizon), ...meta.move()]);
      return {
        ...outcome,
        ...(await this.refusedUpdate(meta)),
        wallMs: outcome.wallMs + moved.wallMs,
        dispatches: outcome.dispatches + moved.dispatches,
      };
    }
    const before = this.engine.counts;
    clearCurvature(this.engine, algorithm.curvature);
    this.engine.write(meta.divergedAt, [0]);
    const statistics = await this.engine.perform(this.online(meta));
    this.episodes++;
    const diverged = await firstNotFinite(this.engine, this.prepared.health);
    const outcome = await this.outcome(statistics, before, diverged, undefined);
    return { ...outcome, ...(await this.refusedUpdate(meta, diverged)) };
  }

  /** Sets the learning rate of λ, from the host. */
  setRate(rate: number): void {
    const { meta } = this.prepared;
    if (meta === undefined) throw new TypeError('setRate: this run has no optimiser for λ.');
    this.engine.write(meta.rate, [rate]);
  }

  /** λ, φ, w_t or the hypergradient, in double precision. */
  read(what: 'lambda' | 'initial' | 'weights' | 'hypergradient'): Promise<Float64Array> {
    return this.engine.read(this.slot(what));
  }

  /** Replaces λ or φ. */
  write(what: 'lambda' | 'initial', values: ArrayLike<number>): void {
    this.engine.write(this.slot(what), values);
  }

  /** Replaces data of the problem: the next tasks. */
  writeGiven(name: string, values: ArrayLike<number>): void {
    const slot = this.inner.given[name];
    if (slot === undefined)
      throw new RangeError(
        `problem '${this.inner.problem.name}' is not given '${name}'; it is given ${Object.keys(this.inner.given).join(', ')}.`,
      );
    this.engine.write(slot, values);
  }

  /** The problem's own metrics at the present weights and λ, by name. */
  async metrics(): Promise<Readonly<Record<string, number>>> {
    const { problem, carry, lambda, given } = this.inner;
    const tensors = Object.fromEntries(Object.entries(given).map(([name, { tensor }]) => [name, tensor]));
    const wanted = Object.entries(problem.metrics?.(carry.w.tensor, lambda.tensor, tensors) ?? {});
    const values = await this.engine.evaluate(
      wanted.map(([, tensor]) => tensor),
      this.inner.horizon,
    );
    return Object.fromEntries(wanted.map(([name], k) => [name, values[k]![0]!]));
  }

  destroy(): void {
    this.own?.destroy();
    this.engine.destroy();
  }

  private slot(what: 'lambda' | 'initial' | 'weights' | 'hypergradient'): Slot {
    if (what === 'weights') return this.inner.carry.w;
    const slot = this.inner[what];
    if (slot === undefined)
      throw new TypeError(
        `problem '${this.inner.problem.name}' has no start of its own: its weights begin at a function of λ; read or write 'lambda'.`,
      );
    return slot;
  }

  private *frozen(): Generator<Action> {
    const { algorithm, inner } = this.prepared;
    const { horizon } = inner;
    for (let pass = 0; pass < (algorithm.passes ?? 1); pass++) {
      yield* algorithm.begin?.({ episode: this.episodes, pass }) ?? [];
      yield run(inner.restart, 0);
      for (let t = 1; t <= horizon; t++) yield* this.advance(t, t === horizon);
      yield* algorithm.hypergradient(horizon);
    }
  }

  private *online(meta: Meta): Generator<Action> {
    const { algorithm, inner } = this.prepared;
    yield* algorithm.begin?.({ episode: this.episodes, pass: 0 }) ?? [];
    yield run(inner.restart, 0);
    for (let t = 1; t <= inner.horizon; t++) {
      const hyper = algorithm.updatesAfter?.(t) ?? t % meta.every === 0;
      yield* this.advance(t, hyper);
      if (!hyper) continue;
      yield* algorithm.hypergradient(t);
      yield meta.update(t);
    }
    yield* meta.move();
  }

  private *advance(t: number, hyper: boolean): Generator<Action> {
    const { algorithm, inner } = this.prepared;
    yield* algorithm.before?.(t, hyper) ?? [];
    if (algorithm.step === undefined) yield run(inner.step, t - 1);
    else yield* algorithm.step(t, hyper);
    yield* algorithm.after?.(t, hyper) ?? [];
  }

  private async outcome(
    { wallMs, dispatches }: { readonly wallMs: number; readonly dispatches: number },
    before: Counts,
    diverged: Quantity | undefined,
    divergedAt: number | undefined,
  ): Promise<Outcome> {
    const { horizon } = this.inner;
    const counts = subtractCounts(this.engine.counts, before);
    const nonPositiveCurvature = await readCurvature(this.engine, this.prepared.algorithm.curvature);
    return {
      horizon,
      outerLoss: await this.readOuterLoss(),
      wallMs,
      dispatches,
      counts,
      ...(diverged === undefined ? {} : { divergedAt: divergedAt ?? horizon, diverged }),
      ...(nonPositiveCurvature === undefined ? {} : { nonPositiveCurvature }),
    };
  }

  /** The first update of λ that was not made, because it would have left the finite numbers. */
  private async refusedUpdate(
    meta: Meta,
    diverged: Quantity = 'hyperparameters',
  ): Promise<Pick<Outcome, 'divergedAt' | 'diverged'>> {
    const [divergedAt] = await this.engine.read(meta.divergedAt);
    return divergedAt === 0 ? {} : { divergedAt: divergedAt!, diverged };
  }

  private async readOuterLoss(): Promise<number> {
    return (await this.engine.read(this.inner.outerLoss))[0]!;
  }
}
