/**
 * @file MAML on quadratics: λ = θ is the start, L_i(w) = ½(w − c)ᵀG(w − c), V_i(w) = ½‖w − v‖², by gradient descent. With M = I − αG,
 * w_k = c + M^k(θ − c) and dV/dθ = M^k(w_k − v), so every method for learned starts has a closed form.
 */
import { sgd } from '@longhorizon/nn';
import { matmul, multiply, reshape, square, subtract, sum, type Tensor } from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import { type ClosedForm, defineProblem, descend, type Problem } from '../problem/problem.ts';

/** A quadratic task of MAML: its curvature, its minimum, and its outer loss. */
export interface MamlTask {
  /** The curvature, d rows of a symmetric matrix. */
  readonly G: readonly (readonly number[])[];
  /** Where the inner loss is least. */
  readonly c: readonly number[];
  /** Where the outer loss is least. */
  readonly v: readonly number[];
}

/** What `quadraticMaml` is made from: tasks, start, rate. */
export interface QuadraticMamlOptions {
  readonly tasks: readonly MamlTask[];
  /** θ */
  readonly start: readonly number[];
  /** α */
  readonly rate: number;
}

/** MAML on quadratic tasks, where λ is the start θ: after T steps the weights, and so the hypergradient, are known in closed form. */
export function quadraticMaml(options: QuadraticMamlOptions): Problem {
  const { tasks, start, rate } = options;
  const d = start.length;
  const count = tasks.length;
  const columns = (of: (task: MamlTask) => readonly number[]) => hostArray(tasks.flatMap(of), [count, d]);
  const innerLoss: Problem['innerLoss'] = (w, _, given) => {
    const away = subtract(w, given.c!);
    const force = reshape(matmul(given.G!, reshape(away, [count, d, 1])), [count, d]);
    return multiply(0.5, sum(multiply(away, force), 1));
  };
  return defineProblem({
    name: 'quadratic-maml',
    title: 'a start from which gradient descent on quadratics comes near other points',
    d,
    p: d,
    tasks: count,
    weightLength: d,
    hyperparameterLength: d,
    state: {},
    given: {
      G: hostArray(
        tasks.flatMap(({ G }) => G.flat()),
        [count, d, d],
      ),
      c: columns(({ c }) => c),
      v: columns(({ v }) => v),
    },
    initial: { hyperparameters: start },
    start: (lambda: Tensor) => lambda,
    innerLoss,
    outerLoss: (w, _, given) => multiply(0.5, sum(square(subtract(w, given.v!)), 1)),
    update: descend(() => sgd({ rate }), innerLoss),
    closedForm: (horizon) => closedForm(options, horizon),
  });
}

function closedForm({ tasks, start, rate }: QuadraticMamlOptions, horizon: number): ClosedForm {
  const weights: number[] = [];
  const hypergradient = start.map(() => 0);
  let outerLoss = 0;
  for (const { G, c, v } of tasks) {
    const descended = (x: readonly number[]) =>
      x.map((value, j) => value - rate * G[j]!.reduce((total, g, k) => total + g * x[k]!, 0));
    const power = (x: readonly number[]) => {
      let moved = x;
      for (let step = 0; step < horizon; step++) moved = descended(moved);
      return moved;
    };
    const w = power(start.map((theta, j) => theta - c[j]!)).map((value, j) => c[j]! + value);
    const away = w.map((value, j) => value - v[j]!);
    weights.push(...w);
    outerLoss += away.reduce((total, one) => total + 0.5 * one * one, 0) / tasks.length;
    for (const [j, one] of power(away).entries()) hypergradient[j]! += one / tasks.length;
  }
  return { weights, outerLoss, hypergradient };
}

/** The diagonal matrix of some numbers. */
export const diagonal = (values: readonly number[]): number[][] =>
  values.map((value, j) => values.map((_, k) => (j === k ? value : 0)));
