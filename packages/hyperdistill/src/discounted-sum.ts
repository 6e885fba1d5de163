/**
 * @file The sum that HyperDistill distils: g = g^FO_T + Σ_{i=1}^{T} γ^{T−i} α_T B_i (Eq. 7), every Jacobian A_j replaced by γI.
 * It costs a product a step, and two runs through the horizon, so it is a yardstick and not a method to train with.
 */
import type { Method } from '@longhorizon/bilevel';
import { execute } from '@longhorizon/bilevel/authoring';
import { add, multiply, zerosLike } from '@longhorizon/tensor';

/** The sum that HyperDistill distils, Σ_i γ^{t−i} of the products at each of the last steps (Eq. 7): T products, a yardstick. */
export function discountedSum(gamma: number): Method {
  if (!(gamma >= 0 && gamma <= 1))
    throw new RangeError(`discountedSum: γ = ${gamma} was asked for; give a number from 0 to 1.`);
  return {
    id: 'hyper/discounted-sum',
    name: 'discounted-sum',
    title: `Eq. 7 (γ = ${gamma})`,
    source:
      'Lee et al., "Online hyperparameter meta-learning with hypergradient distillation", ICLR 2022, equation 7',
    complexity: { offline: 'T', memory: 'O(d + p)' },
    form: 'offline',
    exact: false,
    build: (inner) => {
      const { workspace, carry, hypergradient, step: plainStep } = inner;
      const alphaT = workspace.variable('α_T', carry.w.shape, { class: 'tangents' });
      const first = workspace.variable('g^FO', inner.lambda.shape, { class: 'hyperparameters' });
      const { loss, alpha, direct } = inner.outerAt(carry.w.tensor);
      const end = workspace.computation(
        'α_T',
        [[alphaT, alpha], [first, direct], ...inner.result(zerosLike(hypergradient.tensor), loss)],
        { gradients: 1 },
      );
      const at = inner.pointOf(carry);
      const { B } = inner.weightProducts(at, alphaT.tensor);
      const stepAndProduct = workspace.computation(
        'inner step with α_T B',
        [
          ...inner.updatesOf(carry, inner.phi(at)),
          [hypergradient, add(multiply(gamma, hypergradient.tensor), B)],
        ],
        { gradients: 1, vjps: 1 },
      );
      const total = workspace.computation('g^FO + g^SO', [
        [hypergradient, add(first.tensor, hypergradient.tensor)],
      ]);
      let pass = 0;
      return {
        passes: 2,
        begin: (beginning) => {
          pass = beginning.pass;
          return [];
        },
        step: (t) => [execute(pass === 0 ? plainStep : stepAndProduct, t - 1)],
        hypergradient: (t) => [pass === 0 ? execute(end, t) : execute(total, t)],
      };
    },
  };
}
