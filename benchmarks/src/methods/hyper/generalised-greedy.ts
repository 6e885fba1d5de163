import { generalisedGreedy } from '@longhorizon/bilevel';
import * as z from 'zod';
import { hyperMethod } from '../hyper-method.ts';
import { fields } from '../options.ts';

export const method = hyperMethod({
  name: 'generalised-greedy',
  family: 'discounted',
  compared: 'complete',
  options: fields({
    gamma: z
      .number()
      .min(0, { error: 'γ must be 0 or more' })
      .max(1, { error: 'γ must be 1 or less' })
      .optional(),
  }),
  mixes: true,
  make: ({ gamma }, context) => generalisedGreedy({ gamma: gamma ?? context.gamma ?? 0.9 }),
  tunes: { gamma: [0.5, 0.9, 0.99] },
  card: {
    idea: "Every step's own validation gradient through its own B, older ones discounted. Along the run itself, nothing is stored.",
    equation: {
      text: 'g = g^FO + Σ_t γ^{T−t} ∇L^val(w_t) B_t,  γ = 0.9',
      place: 'generalised greedy updates',
    },
  },
});
