import { exactReverse } from '@longhorizon/bilevel';
import * as z from 'zod';
import { linearTime } from '../card.ts';
import { hyperMethod } from '../hyper-method.ts';
import { fields } from '../options.ts';

export const method = hyperMethod({
  name: 'exact-reverse',
  family: 'reverse',
  role: 'reference',
  starts: 'any',
  nameForStarts: 'maml',
  compared: 'always',
  options: fields({
    policy: z
      .enum(['everything', 'states'], { error: "policy must be 'everything' or 'states'" })
      .default('states'),
  }),
  mixes: true,
  make: exactReverse,
  card: {
    idea:
      'Reverse mode through the whole trajectory. Every w_t is kept, so memory grows with T; the result is exact and is what the others ' +
      'are judged against.',
    equation: { text: 'α ← ∂L^val/∂w_T;  for t = T … 1:  g ← g + αB_t,  α ← αA_t', place: 'algorithm 1' },
    deviations: [
      'Only the states are kept; what a step needs beside them is computed again going backwards.',
    ],
    theory: { memory: { horizon: 1, dimension: 0 }, time: linearTime },
  },
});
