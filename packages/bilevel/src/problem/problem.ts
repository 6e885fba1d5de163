/**
 * @file The bilevel problem: min over λ of L^val(w_T(λ), λ), where w_t = Φ(w_{t−1}, λ; D_t) for t = 1 … T.
 *
 * A problem is a description: shapes, numbers on the host, and functions that build graph. It touches no device, so any method
 * runs it on any device and in float64. The step that the papers call t has the number t − 1 here: `step` counts from 0.
 */
import type { Optimiser } from '@longhorizon/nn';
import {
  onesLike,
  type Shape,
  ShapeError,
  type StateSpec,
  sum,
  type Tensor,
  vjp,
  zerosLike,
} from '@longhorizon/tensor';
import type { HostArray } from './host-array.ts';

/** What the inner loop carries: the weights and the state of their optimiser. */
export interface Carry<Leaf> {
  readonly w: Leaf;
  readonly state: Readonly<Record<string, Leaf>>;
}

/** What a problem is given (data, labels, indices, keys): named host arrays. */
export type GivenArrays = Readonly<Record<string, HostArray>>;

/** The same names, with the tensors that stand for the arrays in a graph. */
export type GivenTensors<Given extends GivenArrays = GivenArrays> = {
  readonly [Name in keyof Given]: Tensor;
};

/**
 * A bilevel problem: min over λ of L^val(w_T(λ), λ), where w_t = Φ(w_{t−1}, λ; D_t). w has d numbers, λ has p. It touches no device,
 * so any method runs it on any device and in float64.
 */
export interface Problem<Given extends GivenArrays = GivenArrays> {
  /** A short name for records and commands, such as `tracking`. */
  readonly name: string;
  /** One line of what is learned from what. */
  readonly title: string;
  /** Number of weights of one task, without the gaps of a layout. */
  readonly d: number;
  /** Number of hyperparameters, without the gaps of a layout. */
  readonly p: number;
  /** Tasks that run side by side and share λ; when present, w has a leading axis of this size. */
  readonly tasks?: number;
  /**
   * `innerLoss` and `update` also take a λ for each task, [tasks, hyperparameterLength], and let each task see its own row alone. A method that
   * needs αB of each task by itself then takes one product for all of them; without this it takes one product a task.
   */
  readonly lambdaPerTask?: true;
  /** Elements of one task's weight vector, gaps included. */
  readonly weightLength: number;
  /** Elements of λ, gaps included. */
  readonly hyperparameterLength: number;
  /** The optimiser's state for weights of the shape `weightShape(problem)`, zero at the start: `optimiser.state(shape)`. */
  readonly state: Readonly<Record<string, StateSpec>>;
  readonly given: Given;
  readonly initial: {
    /** φ, where every inner optimisation begins: [weightLength], shared by the tasks. Absent where `start` says it. */
    readonly weights?: ArrayLike<number>;
    /** λ, [hyperparameterLength]. */
    readonly hyperparameters: ArrayLike<number>;
  };

  /**
   * w_0 as a differentiable function of λ: MAML, where λ is the start itself, and its relatives. Without it every inner
   * optimisation begins at φ, which is no part of λ.
   *
   * @returns [weightLength], shared by the tasks
   */
  start?(lambda: Tensor, given: GivenTensors<Given>): Tensor;
  /**
   * D_t, as u32 positions of examples: [batch], or [tasks, batch]. Absent where every step sees all data.
   * Positions, not examples: a method may mix them (a distilled batch) or ask for those of a step long past.
   */
  trainBatch?(given: GivenTensors<Given>, step: Tensor): Tensor;
  /** The validation examples of the outer loss after the step, in the same form. */
  validationBatch?(given: GivenTensors<Given>, step: Tensor): Tensor;
  /**
   * L^tr(w, λ; D) of every task: a scalar, or [tasks]. A task's loss depends on its own weights alone.
   *
   * @param w [weightLength] or [tasks, weightLength]
   * @param lambda [hyperparameterLength]
   * @param batch what `trainBatch` gave, undefined where there is none
   */
  innerLoss(w: Tensor, lambda: Tensor, given: GivenTensors<Given>, batch: Tensor | undefined): Tensor;
  /** L^val(w, λ; V) of every task: a scalar, or [tasks]. The outer objective is its mean over the tasks. */
  outerLoss(w: Tensor, lambda: Tensor, given: GivenTensors<Given>, batch: Tensor | undefined): Tensor;
  /**
   * Φ: one inner step, differentiable, with the optimiser inside. Usually `descend(optimiser, innerLoss)`.
   *
   * @param step the number of the step, u32 of shape [], from 0
   */
  update(
    carry: Carry<Tensor>,
    lambda: Tensor,
    given: GivenTensors<Given>,
    batch: Tensor | undefined,
    step: Tensor,
  ): Carry<Tensor>;
  /** What a report says of the result (a test accuracy, a test loss): scalars by name. Never part of a method's memory or time. */
  metrics?(w: Tensor, lambda: Tensor, given: GivenTensors<Given>): Readonly<Record<string, Tensor>>;
  /** The exact result, where a formula gives it. */
  closedForm?(horizon: number): ClosedForm;
}

/** What is known in closed form of a problem after a given horizon: weights, outer loss, hypergradient. */
export interface ClosedForm {
  readonly weights: readonly number[];
  readonly outerLoss: number;
  readonly hypergradient: readonly number[];
}

/** Shape of w: [weightLength], or [tasks, weightLength]. */
export function weightShape(problem: Pick<Problem, 'tasks' | 'weightLength'>): Shape {
  return problem.tasks === undefined ? [problem.weightLength] : [problem.tasks, problem.weightLength];
}

/**
 * Declares a problem, with the types of what it is given worked out.
 *
 * @throws ShapeError where the numbers at the start do not fit the sizes
 *
 * @example
 * ```ts
 * import { defineProblem, descend, exactReverse, hostArray, prepare } from '@longhorizon/bilevel';
 * import { sgd } from '@longhorizon/nn';
 * import { add, multiply, square, subtract, sum } from '@longhorizon/tensor';
 *
 * const innerLoss = (w, lambda) => multiply(0.5, sum(square(subtract(w, lambda)))); // w follows λ
 * const problem = defineProblem({
 *   name: 'follow', title: 'w follows λ', d: 1, p: 1, weightLength: 1, hyperparameterLength: 1, state: {},
 *   given: { goal: hostArray([2]) },
 *   initial: { weights: [0], hyperparameters: [0] },
 *   innerLoss,
 *   outerLoss: (w, _, { goal }) => multiply(0.5, sum(square(subtract(w, goal)))),
 *   update: descend(() => sgd({ rate: 0.5 }), innerLoss),
 * });
 * const run = await prepare('float64', problem, exactReverse(), { horizon: 2 });
 * await run.compute();
 * // w_2 = (1 − 0.5²) λ, so dL/dλ = 0.75 (0 − 2).
 * console.assert(Math.abs((await run.read('hypergradient'))[0] + 1.5) < 1e-12);
 * run.destroy();
 * ```
 */
export function defineProblem<Given extends GivenArrays>(problem: Problem<Given>): Problem<Given> {
  const { name, initial, weightLength, hyperparameterLength, d, p } = problem;
  const check = (what: string, values: ArrayLike<number>, length: number, logical: number) => {
    if (values.length !== length)
      throw new ShapeError(
        `problem '${name}': ${values.length} initial ${what} were given for a vector of ${length}; give one for each element.`,
      );
    if (!(Number.isInteger(logical) && logical >= 1 && logical <= length))
      throw new RangeError(
        `problem '${name}': ${logical} ${what} are said to lie in a vector of ${length}; the number is from 1 to the vector's length.`,
      );
  };
  if ((initial.weights === undefined) === (problem.start === undefined))
    throw new TypeError(
      initial.weights === undefined
        ? `problem '${name}': nothing says where the weights begin; give initial.weights, or a function start(λ).`
        : `problem '${name}': the weights are said to begin at initial.weights and at start(λ); give one of the two.`,
    );
  check('weights', initial.weights ?? { length: weightLength }, weightLength, d);
  check('hyperparameters', initial.hyperparameters, hyperparameterLength, p);
  const { tasks } = problem;
  if (tasks !== undefined && !(Number.isInteger(tasks) && tasks >= 1))
    throw new RangeError(
      `problem '${name}': ${tasks} tasks were asked for; give a whole number of 1 or more.`,
    );
  return problem;
}

/**
 * Φ as a descent step: the optimiser's update along ∇_w L^tr.
 *
 * @param optimiser for λ: hyperparameters may enter the optimiser as well as the loss
 */
export function descend<Given extends GivenArrays>(
  optimiser: (lambda: Tensor) => Optimiser,
  innerLoss: Problem<Given>['innerLoss'],
): Problem<Given>['update'] {
  return (carry, lambda, given, batch, step) => {
    const gradient = innerGradient(innerLoss, carry.w, lambda, given, batch);
    const updated = optimiser(lambda).update(carry.w, gradient, carry.state, step);
    return { w: updated.w, state: updated.state };
  };
}

/** A loss whose gradient was taken while an update was traced. */
export interface TakenGradient {
  /** L^tr, a scalar: the sum over the tasks. */
  readonly loss: Tensor;
  readonly w: Tensor;
  /** ∇_w L^tr, a node of what was traced. */
  readonly gradient: Tensor;
}

let taken: TakenGradient[] | undefined;

/** What a function gives that builds graph, with the gradients that `innerGradient` took in it. */
export function tracingGradients<Result>(trace: () => Result): {
  readonly result: Result;
  readonly gradients: readonly TakenGradient[];
} {
  const outside = taken;
  const gradients: TakenGradient[] = [];
  taken = gradients;
  try {
    return { result: trace(), gradients };
  } finally {
    taken = outside;
  }
}

/** ∇_w L^tr, each task's own: the gradient of the sum over the tasks. */
export function innerGradient<Given extends GivenArrays>(
  innerLoss: Problem<Given>['innerLoss'],
  w: Tensor,
  lambda: Tensor,
  given: GivenTensors<Given>,
  batch: Tensor | undefined,
): Tensor {
  const losses = innerLoss(w, lambda, given, batch);
  const total = losses.shape.length === 0 ? losses : sum(losses);
  const [gradient = zerosLike(w)] = vjp([total], [w], [onesLike(total)]);
  taken?.push({ loss: total, w, gradient });
  return gradient;
}
