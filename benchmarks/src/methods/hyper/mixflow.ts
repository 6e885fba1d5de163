/** @file `hyper/mixflow`: exact reverse mode with mixed products. */
import { exactReverse, mixFlow } from '@longhorizon/bilevel';
import { linearTime } from '../card.ts';
import { hyperMethod } from '../hyper-method.ts';

export const method = hyperMethod({
  name: 'mixflow',
  family: 'reverse',
  compared: 'further',
  make: () => mixFlow(exactReverse()),
  card: {
    idea:
      'Exact reverse mode whose products with second derivatives are tangents of first ones, which symmetry allows: what a reverse pass through a reverse ' +
      'pass keeps of the network is not needed, and each step is done again inside of its backward pass. Every method that goes back through steps has it as an option.',
    equation: {
      text: 'uᵀ∇²L^tr and u ∂_λ∇_wL^tr are ∂_ε ∇L^tr(w + εu, λ),  u the cotangent of ∇_wL^tr in Φ',
      place: 'section 3',
    },
    deviations: ['λ’s part is of the same tangent pass, in place of a reverse pass of its own.'],
    theory: { memory: { horizon: 1, dimension: 0 }, time: linearTime },
    code: 'packages/bilevel/src/hyper/mix-flow.ts',
  },
});
