/**
 * @file The tangent sweep: derivatives of the carry along some directions of λ travel with it, Z_t = A_t Z_{t−1} + B_t S. Exact, at any
 * time, without a trajectory; one product for each direction and step. Momentum is differentiated exactly: its velocity has tangents, too.
 */
import { add, jvp, matmul, reshape, type Tensor, vmap, zerosLike } from '@longhorizon/tensor';
import { type Action, execute, type Variable } from '../workspace/workspace.ts';
import type { Inner } from './inner.ts';

/** Directions S ∈ R^{k×p} of λ that tangents are wanted for. */
export interface Directions {
  /** k */
  readonly count: number;
  /** S as graph. It may read variables that say which directions a pass is about. */
  readonly matrix: Tensor;
  /** From [p] to [k]: S·v, by a way that needs no matrix. */
  along(vector: Tensor): Tensor;
}

/** A forward sweep with tangents, as actions of a program. */
export interface TangentSweep {
  /** Sets the tangents to those of the start, Z_0 = ∂w_0/∂λ: zero unless the weights begin at a function of λ. */
  readonly begin: Action;
  /** Step t with its tangents. */
  step(t: number): Action;
  /** The directional derivatives (α_t Z_t + g^FO Sᵀ) ∈ R^k and the loss, as graph at the present weights. */
  readonly along: Tensor;
  readonly loss: Tensor;
}

/** Declares a sweep that carries tangents Z_t = ∂w_t/∂λ along chosen directions through the inner steps. */
export function declareTangentSweep(inner: Inner, directions: Directions): TangentSweep {
  const { workspace, carry, lambda } = inner;
  const { count, matrix } = directions;
  const at = inner.pointOf(carry);
  const next = inner.phi(at);
  const variables = [carry.w, ...Object.values(carry.state)].filter(({ dtype }) => dtype === 'f32');
  const outputs = [next.w, ...Object.keys(carry.state).map((name) => next.state[name]!)].filter(
    ({ dtype }) => dtype === 'f32',
  );
  const tangents = variables.map(({ name, shape }) =>
    workspace.variable(`tangents of ${name}`, [count, ...shape], { class: 'tangents' }),
  );
  const begin = workspace.computation(
    'tangents of the start',
    tangents.map((variable, k): [Variable, Tensor] => [
      variable,
      k === 0 && inner.initial === undefined
        ? vmap((one: Tensor) => inner.startTangent(one))(matrix)
        : zerosLike(variable.tensor),
    ]),
  );
  const jvpInputs = [...variables.map(({ tensor }) => tensor), lambda.tensor];
  const push = vmap((...one: Tensor[]) =>
    jvp(outputs, jvpInputs, one).map((tangent, k) => tangent ?? zerosLike(outputs[k]!)),
  );
  const moved = push(...tangents.map(({ tensor }) => tensor), matrix);
  const step = workspace.computation(
    'inner step with tangents',
    [
      ...inner.updatesOf(carry, next),
      ...tangents.map((variable, k): [Variable, Tensor] => [variable, moved[k]!]),
    ],
    { gradients: 1, jvps: count },
  );
  const { loss, alpha, direct } = inner.outerAt(carry.w.tensor);
  const flat = reshape(tangents[0]!.tensor, [count, alpha.shape.reduce((size, axis) => size * axis, 1)]);
  const alphaZ = reshape(matmul(flat, reshape(alpha, [flat.shape[1]!, 1])), [count]);
  const along = add(alphaZ, directions.along(direct));
  return {
    begin: execute(begin, 0),
    step: (t) => execute(step, t - 1),
    along,
    loss,
  };
}
