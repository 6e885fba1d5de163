/**
 * @file The tangent sweep: derivatives of the carry along some directions of λ travel with it, Z_t = A_t Z_{t−1} + B_t S. Exact, at any
 * time, without a trajectory; one product for each direction and step. Momentum is differentiated exactly: its velocity has tangents, too.
 */
import { add, concat, jvp, matmul, reshape, type Tensor, vmap, zerosLike } from '@longhorizon/tensor';
import { type Action, execute, type Variable } from '../workspace/workspace.ts';
import type { Inner } from './inner.ts';
import { piecesOf, rowsOf } from './pieces.ts';

/** Directions S ∈ R^{k×p} of λ that tangents are wanted for. */
export interface Directions {
  /** k */
  readonly count: number;
  /** S as graph. It may read variables that say which directions a pass is about. */
  readonly matrix: Tensor;
  /** Directions whose tangents lie in one array; all k when left out. */
  readonly chunk?: number | undefined;
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
  const { count, matrix, chunk } = directions;
  const at = inner.pointOf(carry);
  const next = inner.phi(at);
  const variables = [carry.w, ...Object.values(carry.state)].filter(({ dtype }) => dtype === 'f32');
  const outputs = [next.w, ...Object.keys(carry.state).map((name) => next.state[name]!)].filter(
    ({ dtype }) => dtype === 'f32',
  );
  const pieces = piecesOf('tangents', count, chunk).map((piece) => ({
    rows: rowsOf(matrix, piece),
    tangents: variables.map(({ name, shape }) =>
      workspace.variable(`tangents of ${name}`, [piece.to - piece.from, ...shape], { class: 'tangents' }),
    ),
  }));
  const begin = workspace.computation(
    'tangents of the start',
    pieces.flatMap(({ rows, tangents }) =>
      tangents.map((variable, k): [Variable, Tensor] => [
        variable,
        k === 0 && inner.initial === undefined
          ? vmap((one: Tensor) => inner.startTangent(one))(rows)
          : zerosLike(variable.tensor),
      ]),
    ),
  );
  const jvpInputs = [...variables.map(({ tensor }) => tensor), lambda.tensor];
  const push = vmap((...one: Tensor[]) =>
    jvp(outputs, jvpInputs, one).map((tangent, k) => tangent ?? zerosLike(outputs[k]!)),
  );
  const step = workspace.computation(
    'inner step with tangents',
    [
      ...inner.updatesOf(carry, next),
      ...pieces.flatMap(({ rows, tangents }) => {
        const moved = push(...tangents.map(({ tensor }) => tensor), rows);
        return tangents.map((variable, k): [Variable, Tensor] => [variable, moved[k]!]);
      }),
    ],
    { gradients: 1, jvps: count },
  );
  const { loss, alpha, direct } = inner.outerAt(carry.w.tensor);
  const length = alpha.shape.reduce((size, axis) => size * axis, 1);
  const products = pieces.map(({ tangents }) => {
    const { tensor } = tangents[0]!;
    const flat = reshape(tensor, [tensor.shape[0]!, length]);
    return reshape(matmul(flat, reshape(alpha, [length, 1])), [tensor.shape[0]!]);
  });
  const alphaZ = products.length === 1 ? products[0]! : concat(products, 0);
  const along = add(alphaZ, directions.along(direct));
  return {
    begin: execute(begin, 0),
    step: (t) => execute(step, t - 1),
    along,
    loss,
  };
}
