/**
 * @file A method on a problem, ready to run: the horizon loop, the clocks, the counters and the bytes that are common to all methods.
 */
import type { Device, DeviceArray } from '@longhorizon/tensor';
import type { ByteCounts } from '@longhorizon/tensor/compiler';
import { type Facts, factsOf, refusalOfAll, refusalOfStart } from '../hyper/facts.ts';
import { Inner } from '../hyper/inner.ts';
import { type Algorithm, type Method, RefusedError } from '../hyper/method.ts';
import type { PlacedGiven } from '../problem/place.ts';
import type { GivenArrays, Problem } from '../problem/problem.ts';
import type { Variable } from '../workspace/workspace.ts';
import { declareHealth } from './health.ts';
import { frozen, online } from './hyper-schedule.ts';
import { locateDivergence } from './locate-divergence.ts';
import { declareMeta, type Meta, type MetaOptions } from './meta.ts';
import {
  type Backend,
  type Effort,
  type LaidOut,
  makeParts,
  predictedBytes,
  Session,
  type SessionParts,
} from './session.ts';

/** What a run's numbers are, in the order in which one that is not finite spoils the next. */
export type Quantity = 'weights' | 'outer loss' | 'hypergradient' | 'hyperparameters';

/** How a method is laid out on a problem: the horizon T, updates of λ, data that lie on the device already. */
export interface RunOptions {
  /** T */
  readonly horizon: number;
  /** Data that already lies on the device, shared between runs; made and owned by the run when left out. */
  readonly given?: PlacedGiven;
  /** Updates of λ; needed by `metaStep` only. */
  readonly meta?: MetaOptions;
  /** Is told the bytes by class that are about to be allocated on a device; what it throws ends the making. */
  readonly admit?: (bytes: ByteCounts) => void;
}

/** How one inner optimisation went. */
export interface Outcome extends Effort {
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
}

/** A method laid out for a problem and checked; nothing is allocated. */
export interface Prepared extends LaidOut<Quantity> {
  readonly method: Method;
  readonly inner: Inner;
  readonly facts: Facts;
  readonly algorithm: Algorithm;
  readonly meta: Meta | undefined;
}

/** Why a method cannot run on a problem at a horizon, as a sentence; undefined where it can. Needs no device. */
export function refusal<Given extends GivenArrays>(
  method: Method,
  problem: Problem<Given>,
  horizon: number,
): string | undefined {
  return (
    refusalOfHorizon(horizon) ??
    refusalBy(method, factsOf(new Inner(problem as Problem, horizon, 'float64')), horizon)
  );
}

function refusalOfHorizon(horizon: number): string | undefined {
  return Number.isInteger(horizon) && horizon >= 1
    ? undefined
    : `T = ${horizon} is not a horizon; an inner optimisation takes 1 step or more, a whole number.`;
}

function refusalBy(method: Method, facts: Facts, horizon: number): string | undefined {
  return refusalOfAll(method, facts) ?? refusalOfStart(method, facts) ?? method.refuses?.(facts, horizon);
}

/**
 * Lays a method out for a problem.
 *
 * @throws RefusedError when the method cannot run on the problem
 */
function layOut<Given extends GivenArrays>(
  kind: Inner['kind'],
  problem: Problem<Given>,
  method: Method,
  options: RunOptions,
): Prepared {
  const { horizon, given } = options;
  const refuse = (reason: string | undefined): void => {
    if (reason !== undefined) throw new RefusedError(reason);
  };
  refuse(refusalOfHorizon(horizon));
  const inner = new Inner(problem as Problem, horizon, kind);
  const facts = factsOf(inner);
  refuse(refusalBy(method, facts, horizon));
  const algorithm = method.build(inner);
  if (algorithm.customHorizon === undefined) inner.declareCommon();
  const meta = options.meta === undefined ? undefined : declareMeta(inner, options.meta);
  const health = declareHealth<Quantity>(inner.workspace, {
    weights: [inner.carry.w.tensor],
    'outer loss': [inner.outerLoss.tensor],
    hypergradient: [inner.hypergradient.tensor],
    hyperparameters: [inner.lambda.tensor],
  });
  const { workspace } = inner;
  const { curvature, customHorizon } = algorithm;
  const owner = `problem '${problem.name}'`;
  const source = 'the placed data';
  const advice = 'place the data of this problem';
  const bindings =
    given === undefined ? [] : [{ variables: inner.given, placed: given, owner, source, advice }];
  return { method, inner, facts, algorithm, meta, workspace, health, curvature, customHorizon, bindings };
}

/**
 * Bytes by class that a run will allocate on a device, before anything is allocated. Placed data are not counted.
 *
 * @example
 * ```ts
 * import { exactReverse, predictRun } from '@longhorizon/bilevel';
 * import { trackingOfSize } from '@longhorizon/bilevel/problems';
 * import { openDevice } from '@longhorizon/tensor';
 * import { totalBytes } from '@longhorizon/tensor/compiler';
 *
 * const device = await openDevice();
 * const bytes = (horizon) =>
 *   totalBytes(predictRun(device, trackingOfSize(1000, 1000), exactReverse(), { horizon }));
 * console.assert(bytes(100) > bytes(10)); // the trajectory is stored
 * await device.close();
 * ```
 */
export function predictRun<Given extends GivenArrays>(
  device: Device,
  problem: Problem<Given>,
  method: Method,
  options: RunOptions,
): ByteCounts {
  return predictedBytes(device, layOut('device', problem, method, options));
}

/**
 * Makes a run: checks, predicts, then allocates and compiles.
 *
 * @throws RefusedError with a sentence when the method cannot run on the problem
 *
 * @example
 * ```ts
 * import { exactReverse, prepare } from '@longhorizon/bilevel';
 * import { trackingOfSize } from '@longhorizon/bilevel/problems';
 *
 * const run = await prepare('float64', trackingOfSize(4, 2), exactReverse(), { horizon: 10 });
 * await run.compute();
 * console.assert((await run.read('hypergradient')).length === 2);
 * run.destroy();
 * ```
 */
export async function prepare<Given extends GivenArrays>(
  backend: Backend,
  problem: Problem<Given>,
  method: Method,
  options: RunOptions,
): Promise<Run> {
  const prepared = layOut(backend === 'float64' ? 'float64' : 'device', problem, method, options);
  return new Run(prepared, await makeParts(backend, prepared, options.admit));
}

/**
 * A method on a problem, ready to run: hypergradients at a frozen λ by `compute()`, updates of λ and φ by `metaStep()`. It owns its
 * arrays until `destroy()`.
 *
 * @example
 * ```ts
 * import { oneStep, prepare } from '@longhorizon/bilevel';
 * import { trackingOfSize } from '@longhorizon/bilevel/problems';
 * import { sgd } from '@longhorizon/nn';
 *
 * const meta = { optimiser: (rate) => sgd({ rate }), rate: 0.1 };
 * const run = await prepare('float64', trackingOfSize(4, 2), oneStep, { horizon: 5, meta });
 * const before = [...(await run.read('lambda'))];
 * await run.metaStep(); // five inner steps, λ updated after each
 * console.assert(String(before) !== String([...(await run.read('lambda'))]));
 * run.destroy();
 * ```
 */
export class Run extends Session<Quantity> {
  readonly method: Method;
  readonly inner: Inner;
  readonly facts: Facts;
  readonly #prepared: Prepared;
  #episodes = 0;

  /** Use `prepare`. */
  constructor(prepared: Prepared, parts: SessionParts) {
    super(prepared, parts);
    this.#prepared = prepared;
    this.method = prepared.method;
    this.inner = prepared.inner;
    this.facts = prepared.facts;
  }

  /** Where the hypergradient lies on the device. */
  get hypergradient(): DeviceArray {
    return this.engine.array(this.inner.hypergradient);
  }

  /** From φ to w_T with λ frozen, then the hypergradient of L^val(w_T, λ). */
  async compute(): Promise<Outcome> {
    const effort = await this.effortOf(
      async () =>
        (await this.customHorizon?.run()) ?? this.engine.perform(frozen(this.#prepared, this.#episodes)),
    );
    this.#episodes++;
    const diverged = await this.firstNotFinite();
    const isOfInner = diverged === 'weights' || diverged === 'outer loss';
    const divergedAt = isOfInner ? await locateDivergence(this.engine, this.inner) : undefined;
    return this.#outcome(effort, diverged, divergedAt);
  }

  /** One inner optimisation with the method's updates of λ, then the move of φ. */
  async metaStep(): Promise<Outcome> {
    const { meta, method, algorithm } = this.#prepared;
    if (meta === undefined)
      throw new TypeError(
        `metaStep: '${method.name}' was prepared without an optimiser for λ; prepare it with { meta: { optimiser, rate } }.`,
      );
    if (this.customHorizon !== undefined || method.form === 'offline' || algorithm.passes !== undefined) {
      const outcome = await this.compute();
      if (outcome.divergedAt !== undefined) return outcome;
      this.engine.write(meta.divergedAt, [0]);
      const moved = await this.engine.perform([meta.update(this.inner.horizon), ...meta.move()]);
      return {
        ...outcome,
        ...(await this.#refusedUpdate(meta)),
        wallMs: outcome.wallMs + moved.wallMs,
        dispatches: outcome.dispatches + moved.dispatches,
      };
    }
    this.engine.write(meta.divergedAt, [0]);
    const effort = await this.effortOf(() =>
      this.engine.perform(online(this.#prepared, this.#episodes, meta)),
    );
    this.#episodes++;
    const diverged = await this.firstNotFinite();
    const outcome = await this.#outcome(effort, diverged, undefined);
    return { ...outcome, ...(await this.#refusedUpdate(meta, diverged)) };
  }

  /** Sets the learning rate of λ, from the host. */
  setRate(rate: number): void {
    const { meta } = this.#prepared;
    if (meta === undefined) throw new TypeError('setRate: this run has no optimiser for λ.');
    this.engine.write(meta.rate, [rate]);
  }

  /** How often λ was updated. */
  async updates(): Promise<number> {
    const { meta } = this.#prepared;
    return meta === undefined ? 0 : ((await this.engine.read(meta.count))[0] ?? 0);
  }

  /** λ, φ, w_t or the hypergradient, in double precision. */
  read(what: 'lambda' | 'initial' | 'weights' | 'hypergradient'): Promise<Float64Array> {
    return this.engine.read(this.#variable(what));
  }

  /** Replaces λ or φ. */
  write(what: 'lambda' | 'initial', values: ArrayLike<number>): void {
    this.engine.write(this.#variable(what), values);
  }

  /** Replaces data of the problem: the next tasks. */
  writeGiven(name: string, values: ArrayLike<number>): void {
    const variable = this.inner.given[name];
    if (variable === undefined)
      throw new RangeError(
        `problem '${this.inner.problem.name}' is not given '${name}'; it is given ${Object.keys(this.inner.given).join(', ')}.`,
      );
    this.engine.write(variable, values);
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

  #variable(what: 'lambda' | 'initial' | 'weights' | 'hypergradient'): Variable {
    if (what === 'weights') return this.inner.carry.w;
    const variable = this.inner[what];
    if (variable === undefined)
      throw new TypeError(
        `problem '${this.inner.problem.name}' has no start of its own: its weights begin at a function of λ; read or write 'lambda'.`,
      );
    return variable;
  }

  async #outcome(
    effort: Effort,
    diverged: Quantity | undefined,
    divergedAt: number | undefined,
  ): Promise<Outcome> {
    const { horizon, outerLoss } = this.inner;
    return {
      ...effort,
      horizon,
      outerLoss: (await this.engine.read(outerLoss))[0]!,
      ...(diverged === undefined ? {} : { divergedAt: divergedAt ?? horizon, diverged }),
    };
  }

  /** The first update of λ that was not made, because it would have left the finite numbers. */
  async #refusedUpdate(
    meta: Meta,
    diverged: Quantity = 'hyperparameters',
  ): Promise<Pick<Outcome, 'divergedAt' | 'diverged'>> {
    const [divergedAt] = await this.engine.read(meta.divergedAt);
    return divergedAt === 0 ? {} : { divergedAt: divergedAt!, diverged };
  }
}
