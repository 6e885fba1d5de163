/** @file BOME: bilevel optimisation made easy: λ and weights move together, down the outer loss and towards a smaller value gap. */
import {
  add,
  divide,
  equal,
  maximum,
  multiply,
  onesLike,
  select,
  square,
  stopGradient,
  subtract,
  sum,
  vjp,
  zerosLike,
} from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';
import { checkPenalty, refusalOfPenalty } from './value-function.ts';

/** Options of BOME: its steps, and how fast the gap has to close. */
export interface BomeOptions {
  /** α: rate of the descent to ẑ. */
  readonly rate: number;
  /** γ: rate of the joint step of y. A tenth of `rate` when left out. */
  readonly jointRate?: number;
  /** η: the gap closes at least with η‖∇q‖². 0.5 when left out. */
  readonly closing?: number;
  /** K: gradient steps from y to ẑ. 10 when left out. */
  readonly steps?: number;
}

/**
 * Beside every inner step: ẑ is K gradient steps on L^tr from y; q = L^tr(y, λ) − L^tr(ẑ, λ), ẑ constant;
 * μ = max(η‖∇q‖² − ⟨∇L^val, ∇q⟩, 0)/‖∇q‖², the gradients by (λ, y) together; y ← y − γ(∂L^val/∂y + μ ∂q/∂y) and g = ∂_λL^val + μ ∂_λq, from y = w_0.
 * First derivatives alone. One μ for all tasks. λ must enter the inner loss itself.
 *
 * @throws RangeError for options outside their ranges
 */
export function bome({ rate, jointRate = rate / 10, closing = 0.5, steps = 10 }: BomeOptions): Method {
  checkPenalty('bome', { rate, steps });
  if (!(jointRate > 0)) throw new RangeError(`bome: γ = ${jointRate} was asked for; it must be above 0.`);
  if (!(closing > 0)) throw new RangeError(`bome: η = ${closing} was asked for; it must be above 0.`);
  return {
    id: 'hyper/bome',
    name: 'bome',
    title: `BOME (η = ${closing}, K = ${steps})`,
    source:
      'Ye et al., "BOME! Bilevel optimization made easy: a simple first-order approach", NeurIPS 2022, arXiv 2209.08709, algorithm 1',
    complexity: { offline: '0 (T(K + 4) gradients)', online: '0 (T(K + 4) gradients)', memory: 'O(d)' },
    form: 'online',
    exact: false,
    refuses: (facts) => refusalOfPenalty('bome', facts),
    build: (inner) => {
      const { workspace, carry, lambda } = inner;
      const y = workspace.variable('y', carry.w.shape, { class: 'tangents' });
      const near = workspace.variable('ẑ', carry.w.shape, { class: 'tangents' });
      const depart = workspace.computation('y = w_0', [[y, carry.w.tensor]]);
      const again = workspace.computation('ẑ = y', [[near, y.tensor]]);
      const descend = workspace.computation(
        'a step of ẑ',
        [[near, subtract(near.tensor, multiply(rate, inner.innerGradientAt(near.tensor)))]],
        { gradients: 1 },
      );
      const { alpha, direct } = inner.outerAt(y.tensor, inner.afterThisStep);
      const gapOfWeights = inner.innerGradientAt(y.tensor);
      const gap = subtract(
        inner.innerLossAt(stopGradient(y.tensor)),
        inner.innerLossAt(stopGradient(near.tensor)),
      );
      const [gapOfLambda = zerosLike(lambda.tensor)] = vjp([gap], [lambda.tensor], [onesLike(gap)]);
      const steepness = add(sum(square(gapOfWeights)), sum(square(gapOfLambda)));
      const agreement = add(sum(multiply(alpha, gapOfWeights)), sum(multiply(direct, gapOfLambda)));
      const isClosed = equal(steepness, 0);
      const least = subtract(multiply(closing, steepness), agreement);
      const mu = select(isClosed, 0, divide(maximum(least, 0), select(isClosed, 1, steepness)));
      const joint = workspace.computation(
        'a joint step',
        [
          [y, subtract(y.tensor, multiply(jointRate, add(alpha, multiply(mu, gapOfWeights))))],
          [inner.hypergradient, add(direct, multiply(mu, gapOfLambda))],
        ],
        { gradients: 4 },
      );
      const loss = workspace.computation('outer loss', [
        [inner.outerLoss, inner.outerLossAt(carry.w.tensor)],
      ]);
      return {
        before: (t) => (t === 1 ? [execute(depart, 0)] : []),
        *after(t) {
          yield execute(again, 0);
          for (let k = 0; k < steps; k++) yield execute(descend, t - 1);
          yield execute(joint, t - 1);
        },
        // The joint step has left the hypergradient where it belongs.
        hypergradient: (t) => [execute(loss, t)],
      };
    },
  };
}
