/**
 * @file Learning rate, momentum and weight decay as hyperparameters, (η, μ, ξ) for each window of the horizon, shared by all weights:
 * u_t = μu_{t−1} + h ⊙ (w_{t−1} − m) + ξw_{t−1}, w_t = w_{t−1} − ηu_t. With one window p = 3; with a window a step, p = 3T.
 */
import { momentum as heavyBall } from '@longhorizon/nn';
import { add, divide, multiply, square, subtract, sum, type Tensor, take } from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import { defineProblem, innerGradient, type Problem } from '../problem/problem.ts';
import { type OuterKind, outerForm } from './outer.ts';

/** What `schedule` is made from: curvatures, minimum, start. */
export interface ScheduleOptions {
  readonly h: ArrayLike<number>;
  readonly m: ArrayLike<number>;
  readonly w0: ArrayLike<number>;
  readonly outer: OuterKind;
  /** (η, μ, ξ), the same in all windows at first. */
  readonly scalars: readonly [rate: number, momentum: number, weightDecay: number];
  /** 1 when left out. */
  readonly windows?: number;
  /** Steps in a window; needed where there is more than one. */
  readonly windowLength?: number;
}

/** λ holds (η, μ, ξ) of the first window, then of the second, and so on. */
export function schedule(options: ScheduleOptions): Problem {
  const { h, m, w0, scalars, windows = 1, windowLength } = options;
  if (windows > 1 && windowLength === undefined)
    throw new RangeError(
      `schedule: ${windows} windows were asked for without their length; give windowLength in steps.`,
    );
  const d = w0.length;
  const outer = outerForm(options.outer);
  const innerLoss: Problem['innerLoss'] = (w, _, given) =>
    multiply(0.5, sum(multiply(given.h!, square(subtract(w, given.m!)))));
  const scalarsAt = (lambda: Tensor, step: Tensor): Tensor[] => {
    const window = windowLength === undefined ? multiply(step, 0) : divide(step, windowLength);
    return [0, 1, 2].map((k) => take(lambda, add(multiply(window, 3), k)));
  };
  return defineProblem({
    name: 'schedule',
    title: 'learning rate, momentum and weight decay of each window of the horizon',
    d,
    p: 3 * windows,
    weightLength: d,
    hyperparameterLength: 3 * windows,
    state: heavyBall({ rate: 0, momentum: 0 }).state([d]),
    given: { h: hostArray(h), m: hostArray(m), ...outer.given },
    initial: {
      weights: w0,
      hyperparameters: Array.from({ length: windows }, () => scalars).flat(),
    },
    innerLoss,
    outerLoss: (w, _, given) => outer.loss(w, given),
    update: ({ w, state }, lambda, given, batch, step) => {
      const [rate, momentum, weightDecay] = scalarsAt(lambda, step) as [Tensor, Tensor, Tensor];
      const gradient = innerGradient(innerLoss, w, lambda, given, batch);
      return heavyBall({ rate, momentum, weightDecay }).update(
        w,
        gradient,
        { velocity: state.velocity! },
        step,
      );
    },
  });
}
