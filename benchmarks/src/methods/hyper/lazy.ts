import { lazy } from '@longhorizon/lazy';
import * as z from 'zod';
import { hyperMethod } from '../hyper-method.ts';
import { fields, number } from '../options.ts';

export const method = hyperMethod({
  name: 'lazy',
  family: 'teacher',
  role: 'method',
  starts: 'learned',
  compared: 'families',
  options: fields({
    beta: number.optional(),
    variant: z.enum(['L1', 'L2', 'L3', 'L4', 'L5', 'L6']).default('L1'),
    alphaEff: z.enum(['inner', 'k·inner', 'secant']).default('inner'),
  }),
  make: ({ beta, variant, alphaEff }) => lazy({ variant, alphaEff, ...(beta === undefined ? {} : { beta }) }),
  card: {
    idea:
      'Reconstructed. A student takes all inner steps without a graph; a teacher leaps from the start towards where the student ended. The outer ' +
      'loss is taken at the teacher, the leap is differentiated as one inner step: memory does not grow with T.',
    equation: {
      text: 'φ^T = θ + β(s_k − θ);  g = v(I − η∇²L^tr(θ)) with v = ∇L^val(φ^T)',
      place: 'reconstruction, variant L1',
    },
    deviations: [
      "The paper's method section could not be obtained: value and derivative of the teacher are a reconstruction, and which of its variants is the paper's is unknown.",
      'No number of the paper is known, so none is shown.',
      'With β = 1 and the first-order gradient in its place it is FOMAML: the row fomaml is the ablation of the row lazy, the row lookahead that of lazy-half.',
    ],
    code: 'packages/lazy/src',
  },
});
