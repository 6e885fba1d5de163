import { sama } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { above0, fields } from '../options.ts';

export const method = hyperMethod({
  name: 'sama',
  family: 'one-step',
  compared: 'further',
  options: fields({ length: above0('length').default(0.01) }),
  make: sama,
  tunes: { length: [0.001, 0.01, 0.1] },
  card: {
    idea: "One step looked ahead with first derivatives alone: the mixed derivative is a difference of two gradients by λ, along ∂L^val/∂w scaled as the optimiser's step scales a gradient.",
    equation: {
      text: "u' = D ∂L^val/∂w;  g = g^FO − [∇_λL^tr(w + εu') − ∇_λL^tr(w − εu')]/(2ε)",
      place: 'section 3',
    },
    deviations: [
      "D is the exact derivative of the optimiser's step by the gradient that it is given; the released code has its limit for ϵ → 0.",
      'In float32 the difference keeps about four digits.',
    ],
  },
});
