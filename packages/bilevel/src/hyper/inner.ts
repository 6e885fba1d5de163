/**
 * @file The inner problem laid out in a workspace: arrays for w, the optimiser's state, λ and the data, and the graphs that all
 * methods are made of: Φ, the products αA and αB, the outer loss and its gradients.
 */
import {
  add,
  broadcastTo,
  constant,
  jvp,
  mean,
  onesLike,
  ShapeError,
  stepIndex,
  stopGradient,
  sum,
  type Tensor,
  vjp,
  zerosLike,
} from '@longhorizon/tensor';
import { mixedVjp, sameShape, showShape } from '@longhorizon/tensor/compiler';
import { HostArray } from '../problem/host-array.ts';
import {
  type Carry,
  type GivenTensors,
  innerGradient,
  type Problem,
  type TakenGradient,
  tracingGradients,
  weightShape,
} from '../problem/problem.ts';
import { type Computation, type Variable, Workspace } from '../workspace/workspace.ts';
import type { OuterGradients, Products, UpdateOptions } from './products.ts';

/**
 * The inner problem laid out in a workspace: variables for w, the optimiser's state, λ and the data, and the graphs of Φ, of the
 * products αA and αB, and of the outer loss with its gradients.
 */
export class Inner {
  readonly problem: Problem;
  /** T */
  readonly horizon: number;
  readonly kind: 'device' | 'float64';
  readonly workspace: Workspace;
  /** Whether products with A and B take the derivatives of ∇_w L^tr forward over reverse: see `mixFlow`, which sets it before a method is built. */
  isMixed = false;
  /** w_t and the state of its optimiser. */
  readonly carry: Carry<Variable>;
  readonly lambda: Variable;
  /** φ, where the weights begin: [weightLength]. Absent where they begin at a function of λ. */
  readonly initial: Variable | undefined;
  readonly given: Readonly<Record<string, Variable>>;
  /** Where a method leaves its result. */
  readonly hypergradient: Variable;
  readonly outerLoss: Variable;
  readonly #givenTensors: GivenTensors;
  readonly #common: { restart?: Computation; step?: Computation } = {};

  constructor(problem: Problem, horizon: number, kind: Inner['kind']) {
    this.problem = problem;
    this.horizon = horizon;
    this.kind = kind;
    const workspace = new Workspace();
    this.workspace = workspace;
    const { initial, weightLength, hyperparameterLength } = problem;
    this.carry = {
      w: workspace.variable('w', weightShape(problem), { class: 'weights' }),
      state: mapRecord(problem.state, ({ shape, dtype }, name) =>
        workspace.variable(name, shape, { dtype, class: 'optimiser state' }),
      ),
    };
    this.initial =
      initial.weights === undefined
        ? undefined
        : workspace.variable('φ', [weightLength], {
            class: 'weights',
            initial: new HostArray(initial.weights),
          });
    this.lambda = workspace.variable('λ', [hyperparameterLength], {
      class: 'hyperparameters',
      initial: new HostArray(initial.hyperparameters),
    });
    this.hypergradient = workspace.variable('hypergradient', [hyperparameterLength], {
      class: 'hyperparameters',
    });
    this.outerLoss = workspace.variable('outer loss', []);
    this.given = mapRecord(problem.given, (values, name) =>
      workspace.variable(name, values.shape, { dtype: values.dtype, class: values.class, initial: values }),
    );
    this.#givenTensors = mapRecord(this.given, ({ tensor }) => tensor);
  }

  /** w_0 as graph, for every task: φ, or start(λ), through which a derivative flows to λ. */
  get start(): Tensor {
    return broadcastTo(this.initial?.tensor ?? this.#startOfLambda(), this.carry.w.shape);
  }

  /** w_0 as a point: the same values, and nothing flows through them. */
  get startingPoint(): Tensor {
    return this.initial === undefined ? stopGradient(this.start) : this.start;
  }

  /**
   * α ∂w_0/∂λ: what the start of the weights contributes, shaped like λ; zeros where they begin at φ.
   *
   * @param alpha cotangent of w_0, shaped like w
   */
  startProduct(alpha: Tensor): Tensor {
    const [product] = this.initial === undefined ? vjp([this.start], [this.lambda.tensor], [alpha]) : [];
    return product ?? zerosLike(this.lambda.tensor);
  }

  /**
   * ∂w_0/∂λ · s, shaped like w; zeros where they begin at φ.
   *
   * @param direction s, shaped like λ
   */
  startTangent(direction: Tensor): Tensor {
    const { tensor: lambda } = this.lambda;
    const [tangent] = this.initial === undefined ? jvp([this.start], [lambda], [direction]) : [];
    return tangent ?? zerosLike(this.carry.w.tensor);
  }

  #startOfLambda(): Tensor {
    const { name, weightLength } = this.problem;
    const start = this.problem.start!(this.lambda.tensor, this.#givenTensors);
    if (!sameShape(start.shape, [weightLength]) || start.dtype !== 'f32')
      throw new ShapeError(
        `problem '${name}': start(λ) is ${start.dtype}${showShape(start.shape)}, but the weights are f32[${weightLength}]; give one start, which all tasks share.`,
      );
    return start;
  }

  /** Sets the weights to w_0 and the optimiser's state to zero. */
  get restart(): Computation {
    const { w, state } = this.carry;
    this.#common.restart ??= this.workspace.computation('restart', [
      [w, this.start],
      ...Object.values(state).map((variable): [Variable, Tensor] => [variable, zerosLike(variable.tensor)]),
    ]);
    return this.#common.restart;
  }

  /** w_t = Φ(w_{t−1}, λ; D_t), in place; run with index t − 1. */
  get step(): Computation {
    this.#common.step ??= this.workspace.computation(
      'inner step',
      this.updatesOf(this.carry, this.phi(this.pointOf(this.carry))),
      { gradients: 1 },
    );
    return this.#common.step;
  }

  /**
   * Declares `restart` and `step`, whether or not anything has asked for them: what is not declared before a workspace is planned cannot
   * be run, and a method may name the step for the first time while it runs.
   */
  declareCommon(): void {
    void this.restart;
    void this.step;
  }

  /** The tensors of a carry of variables. */
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

  /** Variables shaped like the carry. */
  carryLike(name: string, role: Variable['class']): Carry<Variable> {
    const { workspace, carry } = this;
    return {
      w: workspace.variable(`${name} w`, carry.w.shape, { class: role }),
      state: mapRecord(carry.state, ({ shape, dtype }, key) =>
        workspace.variable(`${name} ${key}`, shape, { dtype, class: role }),
      ),
    };
  }

  /** Variables for a cotangent of the carry: its f32 arrays. */
  adjointLike(name: string): Carry<Variable> {
    const { workspace, carry } = this;
    const moving = Object.entries(carry.state).filter(([, { dtype }]) => dtype === 'f32');
    return {
      w: workspace.variable(`${name} w`, carry.w.shape, { class: 'tangents' }),
      state: Object.fromEntries(
        moving.map(([key, { shape }]) => [
          key,
          workspace.variable(`${name} ${key}`, shape, { class: 'tangents' }),
        ]),
      ),
    };
  }

  /** D of a step, undefined where every step sees all data. */
  trainBatch(step: Tensor = stepIndex()): Tensor | undefined {
    return this.problem.trainBatch?.(this.#givenTensors, step);
  }

  #batchOf(options: UpdateOptions): Tensor | undefined {
    return 'batch' in options ? options.batch : this.trainBatch(options.step);
  }

  /** Φ(w, λ; D) at a point. */
  phi(at: Carry<Tensor>, options: UpdateOptions = {}): Carry<Tensor> {
    return this.phiAlong(at, options).next;
  }

  /** Φ(w, λ; D) at a point, and ∇_w L^tr in its graph where it goes along that and no other gradient. */
  phiAlong(
    at: Carry<Tensor>,
    options: UpdateOptions = {},
  ): { readonly next: Carry<Tensor>; readonly along?: TakenGradient } {
    const { step = stepIndex(), lambda = this.lambda.tensor } = options;
    const batch = this.#batchOf(options);
    const { result: next, gradients } = tracingGradients(() =>
      this.problem.update(at, lambda, this.#givenTensors, batch, step),
    );
    const [along] = gradients;
    return gradients.length === 1 && along!.w === at.w ? { next, along: along! } : { next };
  }

  /** L^tr(w, λ; D), summed over the tasks. */
  innerLossAt(w: Tensor, options: UpdateOptions = {}): Tensor {
    const losses = this.innerLossesAt(w, options);
    return losses.shape.length === 0 ? losses : sum(losses);
  }

  /** L^tr of each task, [] or [tasks]. */
  innerLossesAt(w: Tensor, options: UpdateOptions = {}): Tensor {
    return this.problem.innerLoss(w, this.lambda.tensor, this.#givenTensors, this.#batchOf(options));
  }

  /** ∇_w L^tr(w, λ; D). */
  innerGradientAt(w: Tensor, options: UpdateOptions = {}): Tensor {
    const { problem, lambda } = this;
    const batch = this.#batchOf(options);
    return innerGradient(problem.innerLoss.bind(problem), w, lambda.tensor, this.#givenTensors, batch);
  }

  /**
   * L^val(w, λ), the mean over the tasks.
   *
   * @param number how many steps were done; the running index when left out, so such computations run with index t
   */
  outerLossAt(w: Tensor, number: Tensor = stepIndex(), lambda: Tensor = this.lambda.tensor): Tensor {
    const batch = this.problem.validationBatch?.(this.#givenTensors, number);
    const losses = this.problem.outerLoss(w, lambda, this.#givenTensors, batch);
    return losses.shape.length === 0 ? losses : mean(losses);
  }

  /** L^val, α and g^FO at a point. `number` as in `outerLossAt`. */
  outerAt(w: Tensor, number: Tensor = stepIndex()): OuterGradients {
    const loss = this.outerLossAt(w, number);
    const { tensor: lambda } = this.lambda;
    const [alpha, direct] = vjp([loss], [w, lambda], [onesLike(loss)]);
    return { loss, alpha: alpha ?? zerosLike(w), direct: direct ?? zerosLike(lambda) };
  }

  /** The number of steps done, inside a computation that runs with the index of a step. */
  get afterThisStep(): Tensor {
    return add(stepIndex(), constant(1, 'u32'));
  }

  /**
   * αA and αB of the update of the weights, the optimiser's state held constant: A = ∂w_t/∂w_{t−1} = I − η∇²L^tr for descent
   * with or without momentum.
   */
  weightProducts(at: Carry<Tensor>, alpha: Tensor, options: UpdateOptions = {}): Products<Tensor> {
    const { next, along } = this.phiAlong(at, options);
    const { tensor: lambda } = this.lambda;
    const [A, B] = this.#backward(along)([next.w], [at.w, lambda], [alpha]);
    return { A: A ?? zerosLike(at.w), B: B ?? zerosLike(lambda) };
  }

  /** αA and αB of the whole carry, the optimiser's state included: what exact methods need. */
  carryProducts(
    at: Carry<Tensor>,
    adjoint: Carry<Tensor>,
    options: UpdateOptions = {},
  ): Products<Carry<Tensor>> {
    const { next, along } = this.phiAlong(at, options);
    const names = Object.keys(adjoint.state);
    const { tensor: lambda } = this.lambda;
    const [B, w, ...states] = this.#backward(along)(
      [next.w, ...names.map((name) => next.state[name]!)],
      [lambda, at.w, ...names.map((name) => at.state[name]!)],
      [adjoint.w, ...names.map((name) => adjoint.state[name]!)],
    );
    return {
      A: {
        w: w ?? zerosLike(at.w),
        state: Object.fromEntries(names.map((name, k) => [name, states[k] ?? zerosLike(at.state[name]!)])),
      },
      B: B ?? zerosLike(lambda),
    };
  }

  /** Reverse mode through Φ: `vjp`, or the same with mixed products. */
  #backward(along: TakenGradient | undefined): typeof vjp {
    if (!this.isMixed || along === undefined) return vjp;
    return (outputs, inputs, cotangents) => mixedVjp(outputs, inputs, cotangents as Tensor[], along);
  }

  /** The updates that deliver a result. */
  result(hypergradient: Tensor, loss: Tensor): [Variable, Tensor][] {
    return [
      [this.hypergradient, hypergradient],
      [this.outerLoss, loss],
    ];
  }
}

/** A record with its values replaced. */
export function mapRecord<From, To>(
  record: Readonly<Record<string, From>>,
  replace: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, replace(value, name)]));
}
