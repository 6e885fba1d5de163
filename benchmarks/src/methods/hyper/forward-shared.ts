import { sharedForward } from '@longhorizon/bilevel';
import * as z from 'zod';
import { hyperMethod } from '../hyper-method.ts';
import { fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'forward-shared',
  family: 'forward',
  compared: 'complete',
  options: fields({
    groups: z
      .union([whole('groups'), z.array(whole('a group', 0))], {
        error: 'groups is how many there are, or the group of each hyperparameter',
      })
      .default(1),
  }),
  make: sharedForward,
  inSuites: ({ dimension }) => ({ groups: Math.min(10, dimension) }),
  card: {
    idea:
      'Forward mode for groups of hyperparameters that move together: a tangent a group instead of one for each hyperparameter. Exact for ' +
      'the shared values, coarse for the single ones.',
    equation: { text: 'Z_t = A_t Z_{t−1} + B_t S,  S marks the members of a group', place: 'section 3' },
    deviations: ['λ is cut into 10 windows of neighbours (fewer where p < 10), whatever the problem.'],
  },
});
