import { conjugateGradientIft } from '@longhorizon/bilevel';
import * as z from 'zod';
import { hyperMethod } from '../hyper-method.ts';
import { fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'conjugate-gradient',
  family: 'implicit',
  compared: 'complete',
  measureVersion: 1,
  options: fields({
    steps: whole('steps', 1, 10_000).default(5),
    damping: z.number().min(0, { error: 'damping must be 0 or more' }).default(0),
  }),
  make: conjugateGradientIft,
  inSuites: (_, { steps = 10 }) => ({ steps }),
  tunes: { steps: [3, 10, 30] },
  card: {
    idea: 'The implicit function theorem at w_T, its linear system solved by N = 10 steps of conjugate gradients.',
    equation: { text: '(∇²_{ww}L^tr) q = α;  g = g^FO − q ∇²_{wλ}L^tr', place: 'algorithm 1' },
    deviations: ['A fixed number of steps instead of a tolerance, so that costs compare.'],
  },
});
