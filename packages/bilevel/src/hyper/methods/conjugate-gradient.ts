/** @file CG-IFT: the linear system of the implicit function theorem by N steps of conjugate gradients. */
import { add, jvp, multiply, subtract, vjp, zerosLike } from '@longhorizon/tensor';
import { declareConjugateGradients } from '../../solvers/conjugate-gradients.ts';
import { declareCurvatureWatch } from '../../solvers/curvature.ts';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';

/** Options of implicit differentiation by conjugate gradients. */
export interface ConjugateGradientOptions {
  /** N: steps of the solver. */
  readonly steps: number;
  /** ρ ≥ 0, added to the Hessian's diagonal. 0 when left out. */
  readonly damping?: number;
  /** K: online, λ is updated in the last K steps of a horizon only. At every step when left out. */
  readonly last?: number;
}

/**
 * Solves (∇²_{ww}L^tr + ρI) q = α, then g = g^FO − q ∇²_{wλ}L^tr, all at the present weights. Needs a positive definite Hessian, which
 * damping provides; a run says where it met a direction of other curvature. Each task has a system of its own. N Hessian products and one mixed one; biased where w_T is no minimum. It knows nothing of the optimiser, so λ
 * must enter the inner loss itself.
 */
export function conjugateGradientIft({ steps, damping = 0, last }: ConjugateGradientOptions): Method {
  if (!(Number.isInteger(steps) && steps >= 1))
    throw new RangeError(
      `conjugate-gradient: N = ${steps} steps were asked for; give a whole number of 1 or more.`,
    );
  if (!(damping >= 0))
    throw new RangeError(`conjugate-gradient: a damping of ${damping} was asked for; give 0 or more.`);
  return {
    id: 'hyper/conjugate-gradient',
    name: 'conjugate-gradient',
    title: `CG-IFT (N = ${steps}${damping === 0 ? '' : `, ρ = ${damping}`})`,
    source: 'Pedregosa, "Hyperparameter optimization with approximate gradient", ICML 2016, algorithm 1',
    complexity: { offline: 'N + 1', online: '(N + 1)K', memory: 'O(d + p)' },
    form: 'online',
    exact: false,
    refuses: (facts, horizon) => {
      const { problem, inInnerLoss, inOuterLoss } = facts;
      if (!inInnerLoss && !inOuterLoss)
        return `conjugate-gradient: λ enters neither loss of problem '${problem.name}', only its optimiser, and the minimiser that implicit differentiation is about does not depend on the optimiser; use an unrolled method.`;
      return last !== undefined && last > horizon
        ? `conjugate-gradient: updates in the last K = ${last} steps were asked for, but the horizon is T = ${horizon}; give K ≤ ${horizon}.`
        : undefined;
    },
    build: (inner) => {
      const { workspace, carry, hypergradient, lambda } = inner;
      const w = carry.w.tensor;
      const gradient = inner.innerGradientAt(w);
      const watch = declareCurvatureWatch(workspace);
      const system = declareConjugateGradients(workspace, {
        shape: w.shape,
        product: (v) => {
          const [curved] = jvp([gradient], [w], [v]);
          return add(curved ?? zerosLike(w), multiply(damping, v));
        },
        watch,
        counts: { hvps: 1 },
      });
      const { loss, alpha, direct } = inner.outerAt(w);
      const start = workspace.computation('q = 0', [...system.from(alpha), ...inner.result(direct, loss)], {
        gradients: 1,
      });
      const [mixed] = vjp([gradient], [lambda.tensor], [system.solution]);
      const finish = workspace.computation(
        'q∇²_{wλ}L',
        [[hypergradient, subtract(hypergradient.tensor, mixed ?? zerosLike(lambda.tensor))]],
        { hvps: 1 },
      );
      return {
        curvature: watch,
        ...(last === undefined ? {} : { updatesAfter: (t: number) => t > inner.horizon - last }),
        *hypergradient(t) {
          yield execute(start, t);
          for (let n = 0; n < steps; n++) yield system.step(t - 1);
          yield execute(finish, t - 1);
        },
      };
    },
  };
}
