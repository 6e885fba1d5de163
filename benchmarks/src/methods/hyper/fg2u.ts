import { fg2u } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'fg2u',
  family: 'forward',
  starts: 'any',
  compared: 'further',
  options: fields({
    directions: whole('directions', 1, 100_000).default(1),
    seed: whole('seed', 0).default(0),
  }),
  make: fg2u,
  inSuites: ({ dimension, seed }) => ({ directions: Math.min(8, dimension), seed }),
  card: {
    idea:
      'Forward mode along a few random directions of λ instead of all p. Unbiased at memory that grows with neither T nor p; the variance, ' +
      '(p − 1)/b of the squared length, is what it costs.',
    equation: { text: 'z_t = A_t z_{t−1} + B_t v;  g = mean of (α z_T + g^FO v) v', place: 'algorithm 1' },
    deviations: [
      'b = 8 directions everywhere (fewer where p < 8), one draw of them for an inner optimisation.',
    ],
  },
});
