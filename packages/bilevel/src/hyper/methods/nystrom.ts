/** @file Nyström IFT: the inverse Hessian of the implicit function theorem from k of its rows. */
import {
  add,
  cast,
  equal,
  expandAxes,
  iota,
  jvp,
  matmul,
  multiply,
  reshape,
  subtract,
  sum,
  type Tensor,
  transpose,
  vjp,
  vmap,
  zerosLike,
} from '@longhorizon/tensor';
import { HostArray } from '../../problem/host-array.ts';
import { declareGaussJordan } from '../../solvers/gauss-jordan.ts';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';

/** Options of implicit differentiation by the Nyström approximation. */
export interface NystromOptions {
  /** k: rows of the Hessian; at most d. */
  readonly rank: number;
  /** ρ > 0, added to the Hessian's diagonal. 0.01 when left out. */
  readonly damping?: number;
  /** The k weights whose rows are taken, whole numbers from 0 without repetition; spread evenly over the weights when left out. */
  readonly coordinates?: readonly number[];
}

/**
 * With C = H[:, K] and M = H[K, K] for k coordinates K of w, H ≈ C M⁻¹ Cᵀ, so that (H + ρI)⁻¹ α ≈ (α − C y)/ρ where (ρM + CᵀC) y = Cᵀα, and
 * g = g^FO − q ∇²_{wλ}L^tr; all at the present weights. k Hessian products at once, one mixed one, and a k × k system by elimination: nothing
 * iterates, so nothing diverges. Exact for (H + ρI)⁻¹ where H has rank k and its rows K span it. Each task has a Hessian of its own. λ must enter the
 * inner loss itself.
 *
 * @throws RangeError for options outside their ranges
 */
export function nystromIft({ rank, damping = 0.01, coordinates }: NystromOptions): Method {
  if (!(Number.isInteger(rank) && rank >= 1))
    throw new RangeError(`nystrom: k = ${rank} rows were asked for; give a whole number of 1 or more.`);
  if (!(damping > 0)) throw new RangeError(`nystrom: ρ = ${damping} was asked for; it must be above 0.`);
  if (
    coordinates !== undefined &&
    (coordinates.length !== rank ||
      new Set(coordinates).size !== rank ||
      !coordinates.every((one) => Number.isInteger(one) && one >= 0))
  )
    throw new RangeError(
      `nystrom: the coordinates ${coordinates.join(', ')} were given for k = ${rank} rows; give ${rank} different whole numbers from 0.`,
    );
  return {
    id: 'hyper/nystrom',
    name: 'nystrom',
    title: `Nyström IFT (k = ${rank}, ρ = ${damping})`,
    source:
      'Hataya and Yamada, "Nyström method for accurate and scalable implicit differentiation", AISTATS 2023, arXiv 2302.09726, equation 6',
    complexity: { offline: 'k + 1', online: '(k + 1)T', memory: 'O(kd + k²)' },
    form: 'online',
    exact: false,
    refuses: ({ problem, inInnerLoss, inOuterLoss }) => {
      if (!inInnerLoss && !inOuterLoss)
        return `nystrom: λ enters neither loss of problem '${problem.name}', only its optimiser, and the minimiser that implicit differentiation is about does not depend on the optimiser; use an unrolled method.`;
      if (rank > problem.weightLength)
        return `nystrom: k = ${rank} rows were asked for of the Hessian of problem '${problem.name}', which has ${problem.weightLength}; give k ≤ ${problem.weightLength}.`;
      const outside = coordinates?.find((one) => one >= problem.weightLength);
      return outside === undefined
        ? undefined
        : `nystrom: there is no coordinate ${outside} among the ${problem.weightLength} weights of problem '${problem.name}'; they are counted from 0.`;
    },
    build: (inner) => {
      const { workspace, carry, hypergradient, lambda, problem } = inner;
      const { weightLength: d, tasks } = problem;
      const w = carry.w.tensor;
      const chosen =
        coordinates ?? Array.from({ length: rank }, (_, k) => Math.floor(((k + 0.5) * d) / rank));
      const indices = workspace.variable('K', [rank], {
        initial: new HostArray(chosen, [rank], { dtype: 'u32', class: 'data' }),
      });
      // [k, d]: row k is the unit vector of coordinate K_k.
      const units = cast(equal(iota([rank, d], 1), expandAxes(indices.tensor, 1)), 'f32');
      const rows = workspace.variable('rows of ∇²L^tr', [rank, ...carry.w.shape], { class: 'tangents' });
      const gradient = inner.innerGradientAt(w);
      // Tasks side by side see the same coordinate; a task's row depends on its own weights alone.
      const product = vmap((unit: Tensor) => {
        const [row] = jvp([gradient], [w], [add(zerosLike(w), unit)]);
        return row ?? zerosLike(w);
      });
      const { loss, alpha, direct } = inner.outerAt(w);
      const right = workspace.variable('α', carry.w.shape, { class: 'tangents' });
      const start = workspace.computation('α', [[right, alpha], ...inner.result(direct, loss)], {
        gradients: 1,
      });
      const fill = workspace.computation('k rows', [[rows, product(units)]], { hvps: rank });
      const system = declareGaussJordan(workspace, { unknowns: rank, tasks, name: 'ρM + CᵀC' });
      // [k, d] or [tasks, k, d].
      const C = tasks === undefined ? rows.tensor : transpose(rows.tensor, [1, 0, 2]);
      const column = (vector: Tensor) => expandAxes(vector, vector.shape.length);
      const flat = (one: Tensor) => reshape(one, one.shape.slice(0, -1));
      const CtC = matmul(C, swapped(C));
      const M = sum(multiply(expandAxes(C, C.shape.length - 1), units), C.shape.length);
      const matrix = add(multiply(damping, M), CtC);
      const set = workspace.computation(
        '[ρM + CᵀC, Cᵀα]',
        system.from(matrix, flat(matmul(C, column(right.tensor)))),
      );
      const y = system.solution;
      const Cy = flat(matmul(swapped(C), column(y)));
      const q = multiply(1 / damping, subtract(right.tensor, Cy));
      const [mixed] = vjp([gradient], [lambda.tensor], [q]);
      const finish = workspace.computation(
        'q∇²_{wλ}L',
        [[hypergradient, subtract(hypergradient.tensor, mixed ?? zerosLike(lambda.tensor))]],
        { hvps: 1 },
      );
      return {
        *hypergradient(t) {
          yield execute(start, t);
          yield execute(fill, t - 1);
          yield execute(set, 0);
          yield* system.steps();
          yield execute(finish, t - 1);
        },
      };
    },
  };
}

/** The last two axes exchanged. */
function swapped(matrix: Tensor): Tensor {
  const rank = matrix.shape.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  [axes[rank - 2], axes[rank - 1]] = [rank - 1, rank - 2];
  return transpose(matrix, axes);
}
