/**
 * @file The reverse sweep: α ← ∂L^val/∂w_T; then for t = T … 1: g ← g + αB_t; α ← αA_t. What differs between methods is where
 * each step's A and B are taken. The adjoint has a part for the optimiser's state, so momentum is differentiated exactly:
 * for heavy ball b ← μb − ηa, g ← g + b·∂_λ∇L, a ← a + b·(∇²L + ξI). Where the weights begin at a function of λ, the adjoint that is left
 * at the end goes through it: g ← g + α ∂w_0/∂λ.
 */
import { add, type Tensor, zerosLike } from '@longhorizon/tensor';
import type { Carry } from '../problem/problem.ts';
import { type Action, type Computation, execute, type Variable } from '../workspace/workspace.ts';
import { type Inner, mapRecord } from './inner.ts';

/** A reverse sweep over the inner steps, as actions of a program. */
export interface ReverseSweep {
  /** Sets α and g^FO at the weights of the carry; run with index T. */
  start(horizon: number): Action;
  /**
   * g ← g + αB_t; α ← αA_t, with the data of step t.
   *
   * @param isLast the sweep ends here: αA_t is needed for a learned start alone, which takes it in
   */
  back(t: number, isLast: boolean): Action;
  /** The adjoint: after a sweep that is not ended with `isLast`, dL^val/dw_0. */
  readonly adjoint: Carry<Variable>;
}

/**
 * Declares a sweep.
 *
 * @param point where A and B of the step that is visited are taken
 * @param atStart what else the first computation of a sweep sets
 */
export function declareReverseSweep(
  inner: Inner,
  point: Carry<Tensor>,
  atStart: readonly (readonly [Variable, Tensor])[] = [],
): ReverseSweep {
  const { workspace, carry, hypergradient } = inner;
  const adjoint = inner.adjointLike('adjoint');
  const { loss, alpha, direct } = inner.outerAt(carry.w.tensor);
  const zeros = mapRecord(adjoint.state, ({ tensor }) => zerosLike(tensor));
  const start: Computation = workspace.computation(
    'start of the sweep',
    [...inner.updatesOf(adjoint, { w: alpha, state: zeros }), ...inner.result(direct, loss), ...atStart],
    { gradients: 1 },
  );
  const { A, B } = inner.carryProducts(point, inner.pointOf(adjoint));
  const sum = add(hypergradient.tensor, B);
  const back = workspace.computation('αA and αB', [...inner.updatesOf(adjoint, A), [hypergradient, sum]], {
    vjps: 2,
  });
  const last =
    inner.initial === undefined
      ? workspace.computation('αB and αA ∂w_0/∂λ', [[hypergradient, add(sum, inner.startProduct(A.w))]], {
          vjps: 2,
        })
      : workspace.computation('αB', [[hypergradient, sum]], { vjps: 1 });
  return {
    start: (horizon) => execute(start, horizon),
    back: (t, isLast) => execute(isLast ? last : back, t - 1),
    adjoint,
  };
}
