/**
 * @file One learning rate for each weight, or for each group of weights: w_t = w_{t−1} − λ ⊙ h ⊙ (w_{t−1} − m). B depends on w, and the
 * hypergradient is known: dL^val/dλ_j = −α_j T h_j (1 − λ_j h_j)^(T−1) (w_0 − m)_j.
 */
import { multiply, square, subtract, sum } from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import { type ClosedForm, defineProblem, innerGradient, type Problem } from '../problem/problem.ts';
import { groupsOf } from './groups.ts';
import { type OuterKind, outerForm } from './outer.ts';
import { evenNumbers } from './sequence.ts';
import { type DescentOptions, descentOf } from './tracking.ts';

/** What `rates` is made from: curvatures, minimum, start. */
export interface RatesOptions extends DescentOptions {
  /** Curvatures, d numbers. */
  readonly h: ArrayLike<number>;
  /** The minimum, d numbers. */
  readonly m: ArrayLike<number>;
  readonly w0: ArrayLike<number>;
  /** Learning rates: d numbers, or p ≤ d, each for a group of neighbouring weights. */
  readonly lambda: ArrayLike<number>;
  readonly outer: OuterKind;
}

/** The learning-rate problem with the numbers of one's choice. */
export function rates(options: RatesOptions): Problem {
  const { h, m, w0, lambda, momentum = 0, weightDecay = 0 } = options;
  const d = w0.length;
  const outer = outerForm(options.outer);
  const groups = groupsOf(d, lambda.length);
  const innerLoss: Problem['innerLoss'] = (w, _, given) =>
    multiply(0.5, sum(multiply(given.h!, square(subtract(w, given.m!)))));
  return defineProblem({
    name: 'rates',
    title: 'a learning rate for each weight of a quadratic',
    d,
    p: lambda.length,
    weightLength: d,
    hyperparameterLength: lambda.length,
    state: descentOf({ rate: 0, momentum, weightDecay }).state([d]),
    given: { h: hostArray(h), m: hostArray(m), ...outer.given },
    initial: { weights: w0, hyperparameters: lambda },
    innerLoss,
    outerLoss: (w, _, given) => outer.loss(w, given),
    update: ({ w, state }, l, given, batch, step) => {
      const optimiser = descentOf({ rate: groups.spread(l), momentum, weightDecay });
      return optimiser.update(w, innerGradient(innerLoss, w, l, given, batch), state, step);
    },
    ...(momentum === 0 ? { closedForm: (horizon) => closedForm(options, horizon, groups, outer) } : {}),
  });
}

function closedForm(
  { h, m, w0, lambda, weightDecay = 0 }: RatesOptions,
  horizon: number,
  groups: ReturnType<typeof groupsOf>,
  outer: ReturnType<typeof outerForm>,
): ClosedForm {
  const rate = groups.spreadNumbers(lambda);
  // With decay, ½h(w − m)² + ½ξw² is a quadratic of curvature h + ξ around hm/(h + ξ).
  const curvature = Float64Array.from(h, (one) => one + weightDecay);
  const minimum = Float64Array.from(m, (one, k) => (curvature[k] === 0 ? 0 : (h[k]! * one) / curvature[k]!));
  const factor = curvature.map((one, k) => 1 - rate[k]! * one);
  const weights = Array.from(w0, (start, k) => minimum[k]! + factor[k]! ** horizon * (start - minimum[k]!));
  const { loss, gradient } = outer.at(weights);
  const perWeight = gradient.map(
    (alpha, k) => -alpha * horizon * curvature[k]! * factor[k]! ** (horizon - 1) * (w0[k]! - minimum[k]!),
  );
  return { weights, outerLoss: loss, hypergradient: [...groups.gather(perWeight)] };
}

/** A learning-rate problem of any size, with curvatures in [0.2, 1) and rates in [0.05, 0.15). */
export function ratesOfSize(d: number, p: number, options: DescentOptions = {}): Problem {
  return rates({
    h: evenNumbers(d, 0.2, 1),
    m: evenNumbers(d, -1, 1, 1000),
    w0: evenNumbers(d, -2, 2, 2000),
    lambda: evenNumbers(p, 0.05, 0.15, 3000),
    outer: { kind: 'quadratic', c: evenNumbers(d, -1, 1, 4000) },
    ...options,
  });
}
