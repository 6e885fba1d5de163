import { add, multiply, subtract, type Tensor } from '@longhorizon/tensor';
import { type Hyperparameter, type Optimiser, stateLike, valueAt } from './optimiser.ts';
import { checkHyperparameter, checkNames } from './options.ts';

/** g + ξ·w: the gradient of ½ξ‖w‖² added to that of the loss; g itself where there is no decay. */
export function withWeightDecay(
  gradient: Tensor,
  w: Tensor,
  decay: Hyperparameter | undefined,
  step: Tensor,
): Tensor {
  if (decay === undefined || decay === 0) return gradient;
  return add(gradient, multiply(valueAt(decay, step), w));
}

/** Hyperparameters of gradient descent. */
export interface SgdOptions {
  /** η */
  readonly rate: Hyperparameter;
  /** ξ, 0 when left out */
  readonly weightDecay?: Hyperparameter;
}

/**
 * Plain gradient descent.
 *
 * @throws TypeError for an option that does not exist or is missing, RangeError for a negative rate or decay
 *
 * @example
 * ```ts
 * import { sgd } from '@longhorizon/nn';
 * import { array, constant, evaluate } from '@longhorizon/tensor';
 *
 * const { w } = sgd({ rate: 0.5 }).update(array([1, 2]), array([2, 4]), {}, constant(0, 'u32'));
 * console.assert(String(evaluate([w])[0]!.data) === '0,0');
 * ```
 */
export function sgd(options: SgdOptions): Optimiser<never> {
  checkNames('sgd', options, ['rate', 'weightDecay']);
  const { rate, weightDecay } = options;
  checkHyperparameter('sgd', 'rate', rate);
  checkHyperparameter('sgd', 'weightDecay', weightDecay ?? 0);
  return {
    doc: "w' = w − η(g + ξw)",
    state: stateLike([]),
    update: (w, gradient, state, step) => ({
      w: subtract(w, multiply(valueAt(rate, step), withWeightDecay(gradient, w, weightDecay, step))),
      state,
    }),
  };
}

/** Hyperparameters of gradient descent with momentum. */
export interface MomentumOptions extends SgdOptions {
  /** μ */
  readonly momentum: Hyperparameter;
  /** Nesterov's form: the step looks ahead along the new velocity. False when left out. */
  readonly nesterov?: boolean;
}

/**
 * Heavy-ball momentum (Polyak, 1964), or Nesterov's (Sutskever, Martens, Dahl and Hinton, ICML 2013), in the form that
 * PyTorch's SGD has without dampening: the learning rate multiplies the velocity, and a change of it acts at once.
 *
 * @throws TypeError for an option that does not exist or is missing, RangeError for a negative one
 */
export function momentum(options: MomentumOptions): Optimiser<'velocity'> {
  checkNames('momentum', options, ['rate', 'momentum', 'weightDecay', 'nesterov']);
  const { rate, momentum: mu, weightDecay, nesterov = false } = options;
  checkHyperparameter('momentum', 'rate', rate);
  checkHyperparameter('momentum', 'momentum', mu);
  checkHyperparameter('momentum', 'weightDecay', weightDecay ?? 0);
  return {
    doc: nesterov ? "v' = μv + g + ξw; w' = w − η(g + ξw + μv')" : "v' = μv + g + ξw; w' = w − ηv'",
    state: stateLike(['velocity']),
    update: (w, gradient, state, step) => {
      const decayed = withWeightDecay(gradient, w, weightDecay, step);
      const kept = valueAt(mu, step);
      const velocity = add(multiply(kept, state.velocity), decayed);
      const direction = nesterov ? add(decayed, multiply(kept, velocity)) : velocity;
      return { w: subtract(w, multiply(valueAt(rate, step), direction)), state: { velocity } };
    },
  };
}
