/**
 * @file Sharp basins: descent on a surface of two dimensions with many narrow valleys, by the two ends of its learning rate's schedule. The meta-loss
 * is rough: its gradients are exact and do not help (Vicol et al., ICML 2021, the two-dimensional regression).
 */
import {
  absolute,
  add,
  cast,
  exp,
  multiply,
  onesLike,
  reshape,
  sin,
  slice,
  sqrt,
  square,
  subtract,
  type Tensor,
  vjp,
} from '@longhorizon/tensor';
import { defineProblem, type Problem } from '../problem/problem.ts';
import { joinSum, splitSum } from './summed.ts';

/** What sharp basins are made from. */
export interface SharpBasinsOptions {
  /** T of the schedule. 100 when left out. */
  readonly steps?: number;
  /** θ: the logarithms of the first and the last rate. log 0.01 both when left out. */
  readonly theta?: readonly [number, number];
}

/** √(x₀² + 5) − √5 + sin²(x₁) exp(−5x₀²) + ¼|x₁ − 100| at x, [2]. */
function sharpBasins2d(x: Tensor): Tensor {
  const [first, second] = [0, 1].map((k) => reshape(slice(x, [k], [k + 1]), [])) as [Tensor, Tensor];
  const bowl = subtract(sqrt(add(square(first), 5)), Math.sqrt(5));
  const valleys = multiply(square(sin(second)), exp(multiply(-5, square(first))));
  return add(add(bowl, valleys), multiply(0.25, absolute(subtract(second, 100))));
}

/** x ← x − α_t ∇f(x), α_t = e^{θ₀}(T − t)/T + e^{θ₁} t/T for t = 0 … T − 1, from (1, 1); the outer loss is Σ f(x_{t+1}). */
export function sharpBasins({
  steps = 100,
  theta = [Math.log(0.01), Math.log(0.01)],
}: SharpBasinsOptions = {}): Problem {
  return defineProblem({
    name: 'sharp-basins',
    title: 'descent over narrow valleys, by the ends of a schedule',
    d: 3,
    p: 2,
    weightLength: 3,
    hyperparameterLength: 2,
    state: {},
    given: {},
    initial: { weights: [1, 1, 0], hyperparameters: theta },
    innerLoss: (w) => sharpBasins2d(splitSum(w).state),
    outerLoss: (w) => splitSum(w).total,
    update: ({ w, state }, lambda, _, __, step) => {
      const before = splitSum(w);
      const loss = sharpBasins2d(before.state);
      const [gradient] = vjp([loss], [w], [onesLike(loss)]);
      const [first, last] = [0, 1].map((k) => exp(reshape(slice(lambda, [k], [k + 1]), []))) as [
        Tensor,
        Tensor,
      ];
      const share = multiply(cast(step, 'f32'), 1 / steps);
      const rate = add(multiply(first, subtract(1, share)), multiply(last, share));
      const next = subtract(before.state, multiply(rate, splitSum(gradient!).state));
      return { w: joinSum(before, next, sharpBasins2d(next)), state };
    },
  });
}
