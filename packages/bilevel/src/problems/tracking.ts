/**
 * @file A quadratic that follows λ: L^tr(w, λ) = ½(w − λ)ᵀG(w − λ), by gradient descent. B = ηG is constant, so everything is
 * known in closed form: w_T = w* + Mᵀ(w_0 − w*) with M = I − η(G + ξI) and (G + ξI)w* = Gλ.
 */
import { momentum as heavyBall, type Optimiser, sgd } from '@longhorizon/nn';
import { matmul, multiply, reshape, subtract, sum, type Tensor } from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import {
  type ClosedForm,
  defineProblem,
  descend,
  type GivenTensors,
  type Problem,
} from '../problem/problem.ts';
import { groupsOf } from './groups.ts';
import { type OuterKind, outerForm } from './outer.ts';
import { evenNumbers } from './sequence.ts';

/** Momentum and weight decay of the inner descent. */
export interface DescentOptions {
  /** μ, 0 when left out: heavy-ball momentum. */
  readonly momentum?: number;
  /** ξ, 0 when left out. */
  readonly weightDecay?: number;
}

/** What `tracking` is made from: curvature, start, rate. */
export interface TrackingOptions extends DescentOptions {
  /** The curvature: a diagonal of d numbers, or d rows of a symmetric matrix. */
  readonly G: readonly number[] | readonly (readonly number[])[] | Float64Array;
  readonly w0: ArrayLike<number>;
  /** λ, d numbers; or p ≤ d numbers, each the target of a group of neighbouring weights. */
  readonly lambda: ArrayLike<number>;
  /** η */
  readonly rate: number;
  readonly outer: OuterKind;
}

/** The tracking problem with the numbers of one's choice. */
export function tracking(options: TrackingOptions): Problem {
  const { w0, lambda, rate, momentum = 0, weightDecay = 0 } = options;
  const d = w0.length;
  const isMatrix = typeof options.G[0] === 'object';
  const G = isMatrix
    ? hostArray((options.G as readonly (readonly number[])[]).flat(), [d, d])
    : hostArray(options.G as readonly number[], [d]);
  const outer = outerForm(options.outer);
  const groups = groupsOf(d, lambda.length);
  const apply = (given: GivenTensors, v: Tensor) =>
    isMatrix ? reshape(matmul(given.G!, reshape(v, [d, 1])), [d]) : multiply(given.G!, v);
  const innerLoss: Problem['innerLoss'] = (w, l, given) => {
    const away = subtract(w, groups.spread(l));
    return multiply(0.5, sum(multiply(away, apply(given, away))));
  };
  const optimiser = descentOf({ rate, momentum, weightDecay });
  return defineProblem({
    name: 'tracking',
    title: 'a quadratic whose minimum is λ, by gradient descent',
    d,
    p: lambda.length,
    weightLength: d,
    hyperparameterLength: lambda.length,
    state: optimiser.state([d]),
    given: { G, ...outer.given },
    initial: { weights: w0, hyperparameters: lambda },
    innerLoss,
    outerLoss: (w, _, given) => outer.loss(w, given),
    update: descend(() => optimiser, innerLoss),
    ...(momentum === 0 && !isMatrix
      ? { closedForm: (horizon) => closedForm(options, horizon, groups, outer) }
      : {}),
  });
}

function closedForm(
  { G, w0, lambda, rate, weightDecay = 0 }: TrackingOptions,
  horizon: number,
  groups: ReturnType<typeof groupsOf>,
  outer: ReturnType<typeof outerForm>,
): ClosedForm {
  const target = groups.spreadNumbers(lambda);
  const curvature = Float64Array.from(G as readonly number[]);
  const remains = curvature.map((g) => (1 - rate * (g + weightDecay)) ** horizon);
  // A weight without curvature and decay stays where it is, whatever λ.
  const share = curvature.map((g) => (g + weightDecay === 0 ? 0 : g / (g + weightDecay)));
  const weights = Array.from(w0, (start, k) => {
    const minimum = share[k]! * target[k]!;
    return minimum + remains[k]! * (start - minimum);
  });
  const { loss, gradient } = outer.at(weights);
  const hypergradient = groups.gather(gradient.map((alpha, k) => alpha * (1 - remains[k]!) * share[k]!));
  return { weights, outerLoss: loss, hypergradient: [...hypergradient] };
}

/** A tracking problem of any size: curvatures in [0.2, 1), starts and targets in [−2, 2). */
export function trackingOfSize(d: number, p: number, rate = 0.1, options: DescentOptions = {}): Problem {
  return tracking({
    G: evenNumbers(d, 0.2, 1),
    w0: evenNumbers(d, -2, 2, 1000),
    lambda: evenNumbers(p, -2, 2, 2000),
    rate,
    outer: { kind: 'quadratic', c: evenNumbers(d, -1, 1, 3000) },
    ...options,
  });
}

/** Gradient descent, or heavy ball where there is momentum. */
export function descentOf({
  rate,
  momentum,
  weightDecay,
}: {
  readonly rate: number | Tensor;
  readonly momentum: number;
  readonly weightDecay: number;
}): Optimiser {
  return momentum === 0 ? sgd({ rate, weightDecay }) : heavyBall({ rate, momentum, weightDecay });
}
