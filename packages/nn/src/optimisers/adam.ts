import {
  add,
  cast,
  divide,
  equal,
  expm1,
  greater,
  log,
  multiply,
  negate,
  select,
  sqrt,
  square,
  stopGradient,
  subtract,
  type Tensor,
} from '@longhorizon/tensor';
import { type Hyperparameter, type Optimiser, stateLike, valueAt } from './optimiser.ts';
import { checkHyperparameter, checkNames } from './options.ts';
import { withWeightDecay } from './sgd.ts';

/** Hyperparameters of Adam. */
export interface AdamOptions {
  /** η */
  readonly rate: Hyperparameter;
  /** β₁, 0.9 when left out */
  readonly beta1?: Hyperparameter;
  /** β₂, 0.999 when left out */
  readonly beta2?: Hyperparameter;
  /** ε, 1e-8 when left out; at least 2⁻¹²⁶, because smaller ones are 0 on some devices */
  readonly epsilon?: number;
  /** ξ, 0 when left out */
  readonly weightDecay?: Hyperparameter;
  /** Decay acts on w directly and not through the moments (AdamW). False when left out. */
  readonly decoupled?: boolean;
}

/** √x with the derivative 0 at 0, where the root's own is infinite: a parameter without gradient has no derivative here. */
function rootOrZero(x: Tensor): Tensor {
  const positive = greater(x, 0);
  return select(positive, sqrt(select(positive, x, 1)), 0);
}

/** 1 − β^(step + 1), by expm1: a power of a number near 1 loses all its digits in the difference. */
function biasCorrection(beta: number | Tensor, step: Tensor): Tensor {
  const logarithm = typeof beta === 'number' ? Math.log(beta) : log(beta);
  return negate(expm1(multiply(add(cast(step, 'f32'), 1), logarithm)));
}

/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1); with `decoupled`, AdamW (Loshchilov and Hutter, ICLR 2019, algorithm 2).
 * With tensors for β₁ and β₂, both lie strictly between 0 and 1.
 *
 * Where the second moment is 0 the step has no derivative through its root, nor through the decay (the weight was 0 so far): it would
 * be ξ/ε, 10⁶ and more a step, for a weight that never moves.
 *
 * @throws TypeError for an option that does not exist or is missing, RangeError for a number outside its range
 */
export function adam(options: AdamOptions): Optimiser<'first' | 'second'> {
  checkNames('adam', options, ['rate', 'beta1', 'beta2', 'epsilon', 'weightDecay', 'decoupled']);
  const { rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay, decoupled = false } = options;
  checkHyperparameter('adam', 'rate', rate);
  checkHyperparameter('adam', 'weightDecay', weightDecay ?? 0);
  for (const beta of [beta1, beta2])
    if (typeof beta === 'number' && !(beta >= 0 && beta < 1))
      throw new RangeError(`adam: a decay rate of ${beta} was asked for; β₁ and β₂ are from 0 to below 1.`);
  if (!(epsilon >= 2 ** -126 && epsilon < Infinity))
    throw new RangeError(
      `adam: epsilon is ${epsilon}; give a finite number of at least 2⁻¹²⁶ = 1.2e-38, the smallest normal float32: smaller ones are 0 on some devices, and a zero gradient then gives NaN.`,
    );
  return {
    doc: decoupled
      ? "m' = β₁m + (1 − β₁)g; v' = β₂v + (1 − β₂)g²; w' = w − η(m̂/(√v̂ + ε) + ξw)"
      : "h = g + ξw; m' = β₁m + (1 − β₁)h; v' = β₂v + (1 − β₂)h²; w' = w − η·m̂/(√v̂ + ε)",
    state: stateLike(['first', 'second']),
    update: (w, gradient, state, step) => {
      const b1 = valueAt(beta1, step);
      const b2 = valueAt(beta2, step);
      const used = decoupled ? gradient : withWeightDecay(gradient, w, weightDecay, step);
      const second = add(multiply(b2, state.second), multiply(subtract(1, b2), square(used)));
      const moving =
        used === gradient
          ? used
          : select(equal(second, 0), withWeightDecay(gradient, stopGradient(w), weightDecay, step), used);
      const first = add(multiply(b1, state.first), multiply(subtract(1, b1), moving));
      const meanHat = divide(first, correctionOr1(b1, step));
      const squareHat = divide(second, correctionOr1(b2, step));
      const direction = divide(meanHat, add(rootOrZero(squareHat), epsilon));
      const moved = decoupled ? withWeightDecay(direction, w, weightDecay, step) : direction;
      return { w: subtract(w, multiply(valueAt(rate, step), moved)), state: { first, second } };
    },
  };
}

/** The bias correction; 1 for β = 0, whose logarithm does not exist. */
const correctionOr1 = (beta: number | Tensor, step: Tensor) => (beta === 0 ? 1 : biasCorrection(beta, step));
