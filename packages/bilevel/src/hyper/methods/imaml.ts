/** @file iMAML: inner optimisations that are pulled back to their start, differentiated by the implicit function theorem. */
import { add, jvp, multiply, subtract, zerosLike } from '@longhorizon/tensor';
import { declareConjugateGradients } from '../../solvers/conjugate-gradients.ts';
import { declareCurvatureWatch } from '../../solvers/curvature.ts';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';
import { needsNothingButStart } from './learned-start.ts';

/** Options of iMAML as a hypergradient. */
export interface ImamlOptions {
  /** η of the problem's inner steps, by which the pull to the start is multiplied. */
  readonly rate: number;
  /** ρ > 0, of the proximal term (ρ/2)‖w − w_0‖². 2 when left out, as in the released code. */
  readonly regularisation?: number;
  /** N: steps of conjugate gradients. 5 when left out. */
  readonly steps?: number;
}

/**
 * Inner steps on L^tr(w) + (ρ/2)‖w − w_0‖²; at their end (I + ∇²L^tr/ρ) q = α, and g = q ∂w_0/∂λ. Right at a minimum of the regularised loss,
 * biased elsewhere. The problem's own step is taken and the pull added, w_t = Φ(w_{t−1}) − ηρ(w_{t−1} − w_0): the same as descent on the
 * regularised loss for plain gradient descent, and for that alone.
 */
export function imaml({ rate, regularisation = 2, steps = 5 }: ImamlOptions): Method {
  if (!(rate > 0 && regularisation > 0))
    throw new RangeError(
      `imaml: η = ${rate} and ρ = ${regularisation} were asked for; both must be above 0.`,
    );
  if (!(Number.isInteger(steps) && steps >= 1))
    throw new RangeError(
      `imaml: N = ${steps} steps of conjugate gradients were asked for; give a whole number of 1 or more.`,
    );
  return {
    id: 'hyper/imaml',
    name: 'imaml',
    title: `iMAML (ρ = ${regularisation}, N = ${steps})`,
    source:
      'Rajeswaran et al., "Meta-learning with implicit gradients", NeurIPS 2019, equation 6, algorithm 2',
    complexity: { offline: 'N', memory: 'O(d)' },
    form: 'offline',
    exact: false,
    followsStart: true,
    refuses: (facts) => {
      const names = Object.keys(facts.problem.state);
      if (names.length > 0)
        return `imaml: the inner steps of problem '${facts.problem.name}' carry ${names.join(', ')}, and the pull to the start, which is added beside them, would not pass through it; use plain gradient descent.`;
      return needsNothingButStart('imaml', facts);
    },
    build: (inner) => {
      const { workspace, carry, hypergradient } = inner;
      const w = carry.w.tensor;
      const next = inner.phi(inner.pointOf(carry));
      const pull = multiply(rate * regularisation, subtract(w, inner.startingPoint));
      const step = workspace.computation(
        'inner step, pulled to its start',
        [[carry.w, subtract(next.w, pull)]],
        {
          gradients: 1,
        },
      );
      const gradient = inner.innerGradientAt(w);
      const watch = declareCurvatureWatch(workspace);
      const system = declareConjugateGradients(workspace, {
        shape: w.shape,
        product: (v) => {
          const [curved] = jvp([gradient], [w], [v]);
          return add(v, multiply(1 / regularisation, curved ?? zerosLike(w)));
        },
        watch,
        counts: { hvps: 1 },
      });
      const { loss, alpha, direct } = inner.outerAt(w);
      const start = workspace.computation('q = 0', [...system.from(alpha), ...inner.result(direct, loss)], {
        gradients: 1,
      });
      const finish = workspace.computation('q ∂w_0/∂λ', [
        [hypergradient, add(hypergradient.tensor, inner.startProduct(system.solution))],
      ]);
      return {
        curvature: watch,
        step: (t) => [execute(step, t - 1)],
        *hypergradient(t) {
          yield execute(start, t);
          for (let n = 0; n < steps; n++) yield system.step(t - 1);
          yield execute(finish, t);
        },
      };
    },
  };
}
