/**
 * @file A weight for each example of a linear regression: L(φ; ε) = Σ_i (w_i + ε_i) ½(x_i·φ − y_i)² by gradient descent, V(φ) = ½‖φ − v‖²,
 * λ = ε. Small enough to follow by hand: one step's derivative by ε_i is −α⟨∇ℓ_i, v⟩.
 */
import { sgd } from '@longhorizon/nn';
import { add, matmul, multiply, reshape, square, subtract, sum } from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import { defineProblem, descend, type Problem } from '../problem/problem.ts';

/** What `weightedRegression` is made from: examples, targets, weights. */
export interface WeightedRegressionOptions {
  /** One row an example, as long as φ. */
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
  /** w */
  readonly weights: readonly number[];
  /** ε */
  readonly epsilon: readonly number[];
  /** Where φ begins. */
  readonly start: readonly number[];
  /** Where the outer loss is least. */
  readonly v: readonly number[];
  /** α */
  readonly rate: number;
}

/** Regression with a weight λ_i for each example, whose weights are learned. */
export function weightedRegression(options: WeightedRegressionOptions): Problem {
  const { x, y, weights, epsilon, start, v, rate } = options;
  const [examples, d] = [x.length, start.length];
  const innerLoss: Problem['innerLoss'] = (phi, lambda, given) => {
    const outputs = reshape(matmul(given.x!, reshape(phi, [d, 1])), [examples]);
    const losses = square(subtract(outputs, given.y!));
    return multiply(0.5, sum(multiply(add(given.w!, lambda), losses)));
  };
  return defineProblem({
    name: 'weighted-regression',
    title: 'a weight for each example of a linear regression',
    d,
    p: examples,
    weightLength: d,
    hyperparameterLength: examples,
    state: {},
    given: {
      x: hostArray(x.flat(), [examples, d]),
      y: hostArray(y),
      w: hostArray(weights),
      v: hostArray(v),
    },
    initial: { weights: start, hyperparameters: epsilon },
    innerLoss,
    outerLoss: (phi, _, given) => multiply(0.5, sum(square(subtract(phi, given.v!)))),
    update: descend(() => sgd({ rate }), innerLoss),
  });
}
