/**
 * @file One long training run in two stages: fixed weights first, then either other fixed weights or weights that a rule learns, a
 * hypergradient a step. The loop is written once; the rule is data, and how its derivative is taken is any `Method`:
 *
 *     for every step n of the second stage:
 *       w_0 ← the model; k virtual steps; ∂V/∂λ         (the method, on the reweighting problem)
 *       λ ← rule.update(λ, ∂V/∂λ)
 *       the model takes one real step along Σ c_i(λ) ℓ_i  (momentum, decay)
 *
 * Everything happens on the device; the host encodes and waits at the end of what it was asked to run.
 */
import { type HostArray, hostArray, type Method, RefusedError, refusal } from '@longhorizon/bilevel';
import {
  type Action,
  type Algorithm,
  type Computation,
  type Engine,
  type EngineStatistics,
  execute,
  Inner,
  makeEngine,
  type Variable,
  Workspace,
} from '@longhorizon/bilevel/authoring';
import type { Optimiser, Schedule } from '@longhorizon/nn';
import { add, constant, type Device, multiply, sum, type Tensor, valueAndGrad } from '@longhorizon/tensor';
import type { ByteCounts } from '@longhorizon/tensor/compiler';
import { firstStepName } from '../../../problem-parts/batch-stream.ts';
import type { Classifier, TailGiven } from './classifier.ts';
import { type FixedWeights, fixedWeights, type Reweighting, type Seen } from './reweighting.ts';
import { reweightingProblem, tailGiven, trainStream } from './reweighting-problem.ts';
import type { TailData } from './tail-data.ts';

/** Weights that a rule learns, and the method that differentiates them. */
export interface LearnedWeights {
  readonly rule: Reweighting;
  readonly method: Method;
  /** k: virtual steps before V is differentiated. */
  readonly horizon: number;
  /** α of the virtual steps. */
  readonly rate: Schedule;
}

export interface TrainingOptions {
  readonly data: TailData;
  readonly classifier: Classifier;
  readonly batch: number;
  /** Of the real steps. */
  readonly optimiser: Optimiser;
  /** Weights of the first stage. */
  readonly first: FixedWeights;
  /** Weights of the second stage. */
  readonly second: FixedWeights | LearnedWeights;
  /** b of the class weights. */
  readonly beta?: number;
  readonly seed: number;
}

export type Stage = 'first' | 'second';

/** Where model and data lie, whichever workspace they are in. */
interface Places {
  readonly workspace: Workspace;
  readonly w: Variable;
  readonly given: Readonly<Record<string, Variable>>;
  readonly learning?: {
    readonly inner: Inner;
    readonly algorithm: Algorithm;
    readonly learned: LearnedWeights;
  };
}

export class OnlineTraining {
  readonly engine: Engine;
  /** Bytes by class on the device, as predicted before they were allocated. */
  readonly predicted: ByteCounts;
  readonly #places: Places;
  readonly #computations: Readonly<Record<Stage, Computation>>;
  readonly #options: TrainingOptions;

  private constructor(parts: {
    engine: Engine;
    predicted: ByteCounts;
    places: Places;
    computations: Readonly<Record<Stage, Computation>>;
    options: TrainingOptions;
  }) {
    this.engine = parts.engine;
    this.predicted = parts.predicted;
    this.#places = parts.places;
    this.#computations = parts.computations;
    this.#options = parts.options;
  }

  /** @throws RefusedError where the method cannot run here */
  static async make(backend: Device | 'float64', options: TrainingOptions): Promise<OnlineTraining> {
    const places = placesOf(backend === 'float64' ? 'float64' : 'device', options);
    const computations = declareSteps(places, options);
    const { engine, predicted } = await makeEngine(backend, places.workspace);
    return new OnlineTraining({ engine, predicted, places, computations, options });
  }

  /** Steps `from` to `from + steps − 1` of the training. */
  run(stage: Stage, from: number, steps: number): Promise<EngineStatistics> {
    return this.engine.perform(this.#actions(stage, from, steps));
  }

  read(what: 'weights' | 'lambda' | 'hypergradient'): Promise<Float64Array> {
    if (what === 'weights') return this.engine.read(this.#places.w);
    const { learning } = this.#places;
    if (learning === undefined)
      throw new TypeError(`read: '${what}' was asked for, but nothing is learned beside the model here.`);
    return this.engine.read(learning.inner[what]);
  }

  /** Numbers computed from the model and the data as they are: a report. */
  evaluate(report: (w: Tensor, given: TailGiven) => readonly Tensor[]): Promise<Float64Array[]> {
    const { w, given } = this.#places;
    return this.engine.evaluate(report(w.tensor, tensorsOf(given)));
  }

  destroy(): void {
    this.engine.destroy();
  }

  *#actions(stage: Stage, from: number, steps: number): Generator<Action> {
    for (let n = from; n < from + steps; n++) {
      if (stage === 'second') yield* this.#lookAhead(n);
      yield execute(this.#computations[stage], n);
    }
  }

  /** The inner optimisation from the present model, to ∂V/∂λ. */
  *#lookAhead(episode: number): Generator<Action> {
    const { learning } = this.#places;
    if (learning === undefined) return;
    const { inner, algorithm } = learning;
    const { horizon } = inner;
    yield* algorithm.begin?.({ episode, pass: 0 }) ?? [];
    yield execute(inner.restart, 0);
    for (let t = 1; t <= horizon; t++) {
      const last = t === horizon;
      yield* algorithm.before?.(t, last) ?? [];
      yield* algorithm.step?.(t, last) ?? [execute(inner.step, t - 1)];
      yield* algorithm.after?.(t, last) ?? [];
    }
    yield* algorithm.hypergradient(horizon);
  }
}

const isLearned = (second: TrainingOptions['second']): second is LearnedWeights => typeof second !== 'string';

function placesOf(kind: 'device' | 'float64', options: TrainingOptions): Places {
  const { data, classifier, batch, second, seed, beta } = options;
  const shared = { data, classifier, batch, seed, ...(beta === undefined ? {} : { beta }) };
  if (!isLearned(second)) {
    const workspace = new Workspace();
    const initial = hostArray(classifier.model.initialise(seed));
    const w = workspace.variable('model', initial.shape, { class: 'weights', initial });
    return { workspace, w, given: slotsOf(workspace, tailGiven(data, beta)) };
  }
  const { rule, method, horizon, rate } = second;
  const problem = reweightingProblem({ ...shared, rule, rate });
  const reason = refusal(method, problem, horizon);
  if (reason !== undefined) throw new RefusedError(reason);
  const inner = new Inner(problem, horizon, kind);
  const algorithm = method.build(inner);
  if (algorithm.customHorizon !== undefined || algorithm.passes !== undefined)
    throw new RefusedError(
      `${method.name}: it goes through its horizon in a way of its own, and online training takes a hypergradient in the middle of a run; use a method made of steps, such as one-step or Lazy.`,
    );
  void inner.restart;
  if (algorithm.step === undefined) void inner.step;
  return {
    workspace: inner.workspace,
    w: inner.initial!,
    given: inner.given,
    learning: { inner, algorithm, learned: second },
  };
}

function slotsOf(workspace: Workspace, given: Readonly<Record<string, HostArray>>) {
  return Object.fromEntries(
    Object.entries(given).map(([name, initial]) => [
      name,
      workspace.variable(name, initial.shape, { dtype: initial.dtype, class: initial.class, initial }),
    ]),
  );
}

const tensorsOf = (given: Readonly<Record<string, Variable>>): TailGiven =>
  Object.fromEntries(Object.entries(given).map(([name, { tensor }]) => [name, tensor])) as TailGiven;

/** The real steps of both stages. */
function declareSteps(places: Places, options: TrainingOptions): Readonly<Record<Stage, Computation>> {
  const { workspace, w, given } = places;
  const { data, classifier, batch, optimiser, first, second, seed } = options;
  const count = given[firstStepName]!;
  const state = stateSlots(workspace, 'model', optimiser.state(w.shape));
  const tensors = tensorsOf(given);
  const positions = trainStream(data, batch, seed)({ [firstStepName]: count.tensor }, constant(0, 'u32'));
  const realStep = (name: string, coefficients: (seen: Seen) => Tensor, more: [Variable, Tensor][] = []) => {
    const [, gradient] = valueAndGrad((point: Tensor) => {
      const losses = classifier.losses(point, tensors, positions);
      return sum(multiply(coefficients(classifier.seen(losses, tensors, positions)), losses));
    })(w.tensor);
    const next = optimiser.update(w.tensor, gradient, tensorsOfVariables(state), count.tensor);
    return workspace.computation(
      name,
      [[w, next.w], ...updatesOf(state, next.state), [count, add(count.tensor, 1)], ...more],
      { gradients: 1 },
    );
  };
  const plain = realStep(`real step, ${first}`, fixedWeights[first]);
  if (!isLearned(second))
    return {
      first: plain,
      second: second === first ? plain : realStep(`real step, ${second}`, fixedWeights[second]),
    };
  const { inner } = places.learning!;
  const { rule } = second;
  const kept = stateSlots(workspace, 'λ', rule.state?.(inner.lambda.shape) ?? {});
  const updated = rule.update(
    inner.lambda.tensor,
    inner.hypergradient.tensor,
    tensorsOfVariables(kept),
    count.tensor,
  );
  const last: [Variable, Tensor][] = rule.everyBatch
    ? []
    : [[inner.lambda, updated.lambda], ...updatesOf(kept, updated.state)];
  return {
    first: plain,
    second: realStep(`real step, ${rule.name}`, (seen) => rule.real(updated.lambda, seen), last),
  };
}

function stateSlots(
  workspace: Workspace,
  owner: string,
  specs: ReturnType<Optimiser['state']>,
): Readonly<Record<string, Variable>> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, dtype }]) => [
      name,
      workspace.variable(`${name} of ${owner}`, shape, { dtype, class: 'optimiser state' }),
    ]),
  );
}

const tensorsOfVariables = (variables: Readonly<Record<string, Variable>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(variables).map(([name, { tensor }]) => [name, tensor]));

const updatesOf = (
  variables: Readonly<Record<string, Variable>>,
  tensors: Readonly<Record<string, Tensor>>,
): [Variable, Tensor][] => Object.entries(variables).map(([name, variable]) => [variable, tensors[name]!]);
