/**
 * @file The noisy quadratic: L = ½ Σ h_i (θ_i − c_i)², c_i ~ N(0, σ_i²) drawn anew at every step, by gradient descent with learned rates. What looks
 * only a few steps ahead lowers the rates too early (short-horizon bias; Wu et al., ICLR 2018).
 */
import { sgd } from '@longhorizon/nn';
import {
  add,
  divide,
  foldIn,
  multiply,
  normal,
  randomKey,
  reshape,
  square,
  subtract,
  sum,
  type Tensor,
  take,
} from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import { defineProblem, descend, type GivenTensors, type Problem } from '../problem/problem.ts';

/** What a noisy quadratic is made from. */
export interface NoisyQuadraticOptions {
  /** h: curvatures, above 0. */
  readonly h: ArrayLike<number>;
  /** σ²: variances of the noise, one for each curvature. */
  readonly variance: ArrayLike<number>;
  /** A_0 = E[θ_0]² + V[θ_0] of the moments; θ_0 = √A_0 where steps are drawn. */
  readonly A0: ArrayLike<number>;
  /** λ: the rates α of as many windows of equal length; one number is a constant rate, T numbers a rate a step. */
  readonly rates: ArrayLike<number>;
  /** T: the steps that the windows share out. */
  readonly steps: number;
  /**
   * `moments`, when left out: w = A, and a step is A ← (1 − αh)²A + α²h²σ², the expectation over the noise. `samples`: w = θ, and a step is one of
   * stochastic gradient descent, its noise a function of the seed and the step's number.
   */
  readonly kind?: 'moments' | 'samples';
  /** Of the noise of samples. 0 when left out. */
  readonly seed?: number;
}

/**
 * λ holds the rates; the outer loss is the excess over the least expected loss, ½ Σ h_i A_i, or ½ Σ h_i θ_i² of a sample. In one dimension
 * α* = A/(h(A + σ²)) at every step, and then A_T = A_0σ²/(σ² + T A_0).
 *
 * @throws RangeError where there are more rates than steps
 */
export function noisyQuadratic(options: NoisyQuadraticOptions): Problem {
  const { h, variance, A0, rates, steps, kind = 'moments', seed = 0 } = options;
  const windows = rates.length;
  if (!(Number.isInteger(steps) && steps >= windows))
    throw new RangeError(
      `noisy-quadratic: ${windows} rates were given for ${steps} steps; give at least one step for each rate.`,
    );
  const d = h.length;
  const given = {
    h: hostArray(h),
    variance: hostArray(variance),
    deviation: hostArray(Array.from(variance, Math.sqrt)),
  };
  const rateAt = (lambda: Tensor, step: Tensor): Tensor =>
    take(lambda, divide(multiply(step, windows), steps));
  const common = {
    d,
    p: windows,
    weightLength: d,
    hyperparameterLength: windows,
    state: {},
    given,
  };
  if (kind === 'moments') {
    const excess = (w: Tensor, { h }: GivenTensors<typeof given>) => multiply(0.5, sum(multiply(h, w)));
    return defineProblem({
      ...common,
      name: 'noisy-quadratic',
      title: 'the expected loss of noisy descent on a quadratic, by its learning rates',
      initial: { weights: A0, hyperparameters: rates },
      innerLoss: (w, _, given) => excess(w, given),
      outerLoss: (w, _, given) => excess(w, given),
      update: ({ w, state }, lambda, { h, variance }, _, step) => {
        const contraction = multiply(rateAt(lambda, step), h);
        const kept = multiply(square(subtract(1, contraction)), w);
        return { w: add(kept, multiply(square(contraction), variance)), state };
      },
    }) as Problem;
  }
  const innerLoss: Problem<typeof given>['innerLoss'] = (w, _, { h, deviation }, batch) => {
    const c = multiply(deviation, normal(foldIn(randomKey(seed), reshape(batch!, [])), [d]));
    return multiply(0.5, sum(multiply(h, square(subtract(w, c)))));
  };
  return defineProblem({
    ...common,
    name: 'noisy-quadratic-samples',
    title: 'noisy descent on a quadratic, by its learning rates',
    initial: { weights: Array.from(A0, Math.sqrt), hyperparameters: rates },
    // A step's noise is drawn from its number, which stands for the example that it sees.
    trainBatch: (_, step) => reshape(step, [1]),
    innerLoss,
    outerLoss: (w, _, { h }) => multiply(0.5, sum(multiply(h, square(w)))),
    update: (carry, lambda, given, batch, step) =>
      descend(() => sgd({ rate: rateAt(lambda, step) }), innerLoss)(carry, lambda, given, batch, step),
  }) as Problem;
}
