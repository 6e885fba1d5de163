/**
 * @file What an optimiser is: a differentiable update of (w, state) with explicit state.
 *
 * Everything that an update depends on comes in: parameters, gradient, state, the number of the step, and hyperparameters that may
 * themselves be tensors. So dw'/d(learning rate), and the derivative of a whole trajectory by any hyperparameter, is
 * ordinary differentiation.
 */
import { broadcastTo, constant, type Shape, type StateSpec, state, type Tensor } from '@longhorizon/tensor';

/**
 * A hyperparameter: a number; a tensor that can be stretched to w's shape (a scalar, or one number for each parameter); or
 * a function of the step (a schedule).
 */
export type Hyperparameter = number | Tensor | Schedule;

/** A value for each step: from the number of the step, u32 of shape [], to an f32 scalar. */
export type Schedule = (step: Tensor) => Tensor;

/** The value of a hyperparameter at a step. */
export function valueAt(hyperparameter: Hyperparameter, step: Tensor): number | Tensor {
  return typeof hyperparameter === 'function' ? hyperparameter(step) : hyperparameter;
}

/** State of an optimiser: arrays shaped like w. */
export type State<Name extends string> = { readonly [K in Name]: Tensor };

/** w and state after a step. */
export interface Updated<Name extends string> {
  readonly w: Tensor;
  readonly state: State<Name>;
}

/** An optimiser as a pure function: from parameters, gradient and state to the next parameters and state. */
export interface Optimiser<Name extends string = string> {
  /** The update as a formula, with its source. */
  readonly doc: string;
  /** What a loop's carry declares for parameters of this shape; zero at the start. */
  readonly state: (shape: Shape) => { readonly [K in Name]: StateSpec };
  /**
   * One step.
   *
   * @param w parameters, of any shape
   * @param gradient of the same shape
   * @param state from the last step; zeros at first (`startOf`)
   * @param step number of the step since the state was zero, u32 of shape []
   */
  readonly update: (w: Tensor, gradient: Tensor, state: State<Name>, step: Tensor) => Updated<Name>;
}

function byName<Name extends string, Value>(names: readonly Name[], make: () => Value): Record<Name, Value> {
  const values = {} as Record<Name, Value>;
  for (const name of names) values[name] = make();
  return values;
}

/** The specs of arrays shaped like w. */
export function stateLike<Name extends string>(names: readonly Name[]): Optimiser<Name>['state'] {
  return (shape) => byName(names, () => state(shape, { class: 'optimiser state' }));
}

/** The state before the first step, as graph. */
export function startOf<Name extends string>(optimiser: Optimiser<Name>, shape: Shape): State<Name> {
  const names = Object.keys(optimiser.state(shape)) as Name[];
  return byName(names, () => broadcastTo(constant(0), shape));
}
