/** @file SOBA: weights, the linear system of the implicit function theorem, and λ, all moved by one step at a time. */
import { add, jvp, multiply, subtract, vjp, zerosLike } from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';

/** Options of SOBA: the step of its linear system. */
export interface SobaOptions {
  /** ρ: the step of v. */
  readonly rate: number;
}

/**
 * v follows the solution −(∇²_{ww}L^tr)⁻¹ ∂L^val/∂w by one step beside each inner step, v ← v − ρ(∇²_{ww}L^tr v + ∂L^val/∂w), and
 * g = g^FO + ∇²_{λw}L^tr v: everything at w_{t−1}, with D_t and the v before the step. v = 0 at w_0. One gradient, one Hessian product and one mixed
 * one a step; its bias vanishes as w and v come to rest. It converges where the eigenvalues of ρ∇²_{ww}L^tr lie between 0 and 2. Each task has a v
 * of its own. λ must enter the inner loss itself.
 *
 * @throws RangeError for a rate that is not above 0
 */
export function soba({ rate }: SobaOptions): Method {
  if (!(rate > 0)) throw new RangeError(`soba: ρ = ${rate} was asked for; it must be above 0.`);
  return {
    id: 'hyper/soba',
    name: 'soba',
    title: `SOBA (ρ = ${rate})`,
    source:
      'Dagréou et al., "A framework for bilevel optimization that enables stochastic and global variance reduction algorithms", NeurIPS 2022, equations 6–8',
    complexity: { offline: 'T + 1', online: '2T', memory: 'O(d)' },
    form: 'online',
    exact: false,
    refuses: ({ problem, inInnerLoss, inOuterLoss }) =>
      inInnerLoss || inOuterLoss
        ? undefined
        : `soba: λ enters neither loss of problem '${problem.name}', only its optimiser, and the minimiser that implicit differentiation is about does not depend on the optimiser; use an unrolled method.`,
    build: (inner) => {
      const { workspace, carry, lambda } = inner;
      const v = workspace.variable('v', carry.w.shape, { class: 'tangents' });
      const at = inner.pointOf(carry);
      const gradient = inner.innerGradientAt(at.w);
      const [curved] = jvp([gradient], [at.w], [v.tensor]);
      const { alpha, direct } = inner.outerAt(at.w);
      const moved = subtract(v.tensor, multiply(rate, add(curved ?? zerosLike(at.w), alpha)));
      const [mixed] = vjp([gradient], [lambda.tensor], [v.tensor]);
      const both = inner.updatesOf(carry, inner.phi(at));
      const begin = workspace.computation('v = 0', [[v, zerosLike(v.tensor)]]);
      const step = workspace.computation('inner step and step of v', [...both, [v, moved]], {
        gradients: 2,
        hvps: 1,
      });
      const stepAndProduct = workspace.computation(
        'inner step, step of v, and D_λ',
        [...both, [v, moved], [inner.hypergradient, add(direct, mixed ?? zerosLike(lambda.tensor))]],
        { gradients: 2, hvps: 2 },
      );
      const loss = workspace.computation('outer loss', [[inner.outerLoss, inner.outerLossAt(at.w)]]);
      return {
        begin: () => [execute(begin, 0)],
        step: (t, hyper) => [execute(hyper ? stepAndProduct : step, t - 1)],
        // The step has left the hypergradient where it belongs; a run is judged by the loss of the weights after it.
        hypergradient: (t) => [execute(loss, t)],
      };
    },
  };
}
