/** @file HyperDistill (algorithm 3): all past steps distilled into one product at one averaged point. */
import type { Method } from '@longhorizon/bilevel';
import { type Action, execute } from '@longhorizon/bilevel/authoring';
import {
  add,
  divide,
  maximum,
  multiply,
  sqrt,
  square,
  stepIndex,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import { declareEstimation, type EstimationWeights } from './estimation.ts';
import { chooseRounding, type Rounding } from './mixed-batch.ts';
import { declareRunningPoint } from './running-point.ts';
import { fromOne, keptShare, sumOfWeights } from './weighting.ts';

/** Options of HyperDistill: γ, and how θ is fitted. */
export interface HyperDistillOptions {
  /** γ, from 0 (one-step) to 1 (the plain mean); the paper chose 0.99 and 0.999 for T = 100. */
  readonly gamma: number;
  /** θ is refitted before inner optimisation 1, 1 + period, 1 + 2·period, …; 50 when left out, as in the paper. */
  readonly estimationPeriod?: number;
  /** `interpolated` when left out: the memory does not grow with T. */
  readonly estimationWeights?: EstimationWeights;
  /**
   * The size of the second-order term: `estimated` (the default) is θ·‖v_t‖·S_t, a number is a fixed θ in its place, and `unit`
   * sets π = 1, so that the direction alone counts: for λ that does not enter the outer loss (section 5 of the paper).
   */
  readonly size?: 'estimated' | 'unit' | number;
  /** How many examples of D* are kept; when left out, `nearest`, or `stochastic` where `nearest` would freeze D*. */
  readonly rounding?: Rounding;
  /** Of the subsamples; 0 when left out. */
  readonly seed?: number;
}

/** θ's name among the variables of a run. */
export const thetaName = 'θ';

/**
 * HyperDistill (Lee et al., ICLR 2022, algorithm 3): all past steps of an inner optimisation distilled into one product at one
 * averaged point, in memory that does not grow with T.
 *
 * @example
 * ```ts
 * import { oneStep, prepare } from '@longhorizon/bilevel';
 * import { trackingOfSize } from '@longhorizon/bilevel/problems';
 * import { hyperdistill } from '@longhorizon/hyperdistill';
 *
 * const run = await prepare('float64', trackingOfSize(4, 2), hyperdistill({ gamma: 0.9 }), { horizon: 10 });
 * const { counts } = await run.compute();
 * console.assert(counts.vjps > 0 && (await run.read('hypergradient')).every(Number.isFinite));
 * run.destroy();
 * ```
 */
export function hyperdistill(options: HyperDistillOptions): Method {
  const { gamma, estimationPeriod = 50, estimationWeights = 'interpolated', size = 'estimated' } = options;
  if (!(gamma >= 0 && gamma <= 1))
    throw new RangeError(`hyperdistill: γ = ${gamma} was asked for; give a number from 0 to 1.`);
  if (!(Number.isInteger(estimationPeriod) && estimationPeriod >= 1))
    throw new RangeError(
      `hyperdistill: θ cannot be refitted every ${estimationPeriod} inner optimisations; give a whole number of 1 or more.`,
    );
  return {
    id: 'hyper/hyperdistill',
    name: 'hyperdistill',
    title: `HyperDistill (γ = ${gamma})`,
    source:
      'Lee et al., "Online hyperparameter meta-learning with hypergradient distillation", ICLR 2022, algorithms 3 and 4',
    complexity: {
      offline: '1 + 3T/period',
      online: 'T + 3T/period',
      memory: estimationWeights === 'true' ? 'O(Td + p)' : 'O(d + p) and one batch',
    },
    form: 'online',
    exact: false,
    refuses: (facts) => {
      const { inUpdate, problem } = facts;
      return inUpdate
        ? undefined
        : `hyperdistill: in problem '${problem.name}' λ does not enter the inner update, so no past step depends on it and there is nothing to distil; use first-order.`;
    },
    build: (inner) => {
      const { workspace, carry } = inner;
      const episode = workspace.variable('inner optimisations', [], { dtype: 'u32' });
      const length = inner.trainBatch()?.shape.at(-1) ?? 0;
      const point = declareRunningPoint(inner, {
        rounding: options.rounding ?? chooseRounding(gamma, length, inner.horizon),
        seed: options.seed ?? 0,
        episode: episode.tensor,
      });

      // Index t − 1: w*_t and D*_t take in w_{t−1} and D_t (Eq. 13, 14), then w_t = Φ(w_{t−1}, λ; D_t).
      const t = fromOne(stepIndex());
      const at = inner.pointOf(carry);
      const batch = inner.trainBatch();
      const next = inner.phi(at);
      const distilled = point.joined({ at, batch, kept: keptShare(gamma, t), stream: 'forwards' });
      const updates = [...inner.updatesOf(carry, next), ...distilled.updates];
      const stepOnly = workspace.computation('inner step, w* and D*', updates, { gradients: 1 });

      // v_t = α_t ∂Φ(w*_t, λ; D*_t)/∂λ, g = g^FO_t + π_t f_t
      const { loss, alpha, direct } = inner.outerAt(next.w, inner.afterThisStep);
      const { B: v } = inner.weightProducts(distilled.at, alpha, { batch: distilled.batch });
      const theta =
        size === 'estimated' ? workspace.variable(thetaName, [], { class: 'hyperparameters' }) : undefined;
      const second =
        theta === undefined ? secondOrder(gamma, size, t, v) : secondOrder(gamma, theta.tensor, t, v);
      const stepAndProduct = workspace.computation(
        'inner step, w*, D* and v',
        [...updates, ...inner.result(add(direct, second), loss)],
        { gradients: 2, vjps: 1 },
      );
      const estimate = theta && declareEstimation(inner, point, theta, { gamma, weights: estimationWeights });
      const count = workspace.computation('count of inner optimisations', [
        [episode, add(episode.tensor, 1)],
      ]);

      const stepAction = (step: number): Action => execute(stepOnly, step - 1);
      return {
        *begin({ episode: number }) {
          if (point.batchSlot !== undefined) yield execute(count, 0);
          if (estimate !== undefined && number % estimationPeriod === 0)
            yield* estimate(stepAction, execute(inner.restart, 0));
        },
        step: (step, hyper) => [hyper ? execute(stepAndProduct, step - 1) : stepAction(step)],
        // The step has left the hypergradient where it belongs.
        hypergradient: () => [],
      };
    },
  };
}

/** π_t f_t = θ ‖v_t‖ S_t · v_t/‖v_t‖ = θ S_t v_t (Eq. 15), or f_t itself for π = 1. */
function secondOrder(
  gamma: number,
  size: Tensor | number | 'estimated' | 'unit',
  t: Tensor,
  v: Tensor,
): Tensor {
  if (size === 'unit') return divide(v, maximum(sqrt(sum(square(v))), 1e-30));
  return multiply(multiply(size as Tensor | number, sumOfWeights(gamma, t)), v);
}
