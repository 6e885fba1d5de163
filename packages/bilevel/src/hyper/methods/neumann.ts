/** @file Neumann IFT(N, K): the inverse Hessian of the implicit function theorem as N + 1 terms of its Neumann series. */
import { add } from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';

/** Options of implicit differentiation by a Neumann series. */
export interface NeumannOptions {
  /** N: products with A. */
  readonly terms: number;
  /** K: online, λ is updated in the last K steps of a horizon only. At every step when left out. */
  readonly last?: number;
}

/**
 * q_0 = α; q_{n+1} = q_n A with A = I − η∇²L^tr at the present weights; g = g^FO + (Σ_n q_n) B. It is K-RMD with a trajectory that stands
 * still at w_T. It converges where the eigenvalues of η∇²L^tr lie between 0 and 2, and is biased where w_T is no
 * minimum. The optimiser's state is held constant.
 */
export function neumannIft({ terms, last }: NeumannOptions): Method {
  if (!(Number.isInteger(terms) && terms >= 0))
    throw new RangeError(`neumann: N = ${terms} terms were asked for; give a whole number of 0 or more.`);
  if (last !== undefined && !(Number.isInteger(last) && last >= 1))
    throw new RangeError(`neumann: updates in the last K = ${last} steps were asked for; give 1 or more.`);
  return {
    id: 'hyper/neumann',
    name: 'neumann',
    title: last === undefined ? `Neumann IFT (N = ${terms})` : `Neumann IFT (N = ${terms}, K = ${last})`,
    source:
      'Lorraine et al., "Optimizing millions of hyperparameters by implicit differentiation", AISTATS 2020, algorithm 3',
    complexity: { offline: 'N + 1', online: '(N + 1)K', memory: 'O(d + p)' },
    form: 'online',
    exact: false,
    refuses: (_, horizon) =>
      last !== undefined && last > horizon
        ? `neumann: updates in the last K = ${last} steps were asked for, but the horizon is T = ${horizon}; give K ≤ ${horizon}.`
        : undefined,
    build: (inner) => {
      const { workspace, carry, hypergradient } = inner;
      const q = workspace.variable('q', carry.w.shape, { class: 'tangents' });
      const total = workspace.variable('Σ q', carry.w.shape, { class: 'tangents' });
      const at = inner.pointOf(carry);
      const { loss, alpha, direct } = inner.outerAt(at.w);
      const start = workspace.computation(
        'q = α',
        [[q, alpha], [total, alpha], ...inner.result(direct, loss)],
        {
          gradients: 1,
        },
      );
      const { A: qA } = inner.weightProducts(at, q.tensor);
      const term = workspace.computation(
        'q ← qA',
        [
          [q, qA],
          [total, add(total.tensor, qA)],
        ],
        { vjps: 1 },
      );
      const { B } = inner.weightProducts(at, total.tensor);
      const finish = workspace.computation('(Σ q)B', [[hypergradient, add(hypergradient.tensor, B)]], {
        vjps: 1,
      });
      return {
        ...(last === undefined ? {} : { updatesAfter: (t: number) => t > inner.horizon - last }),
        *hypergradient(t) {
          yield execute(start, t);
          // The data of the step that has just been done.
          for (let n = 0; n < terms; n++) yield execute(term, t - 1);
          yield execute(finish, t - 1);
        },
      };
    },
  };
}
