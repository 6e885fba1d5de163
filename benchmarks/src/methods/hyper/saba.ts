import { saba } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { above0, fields, whole } from '../options.ts';

/** m where it is not tuned; T where that is less. */
const batches = 10;

export const method = hyperMethod({
  name: 'saba',
  family: 'implicit',
  compared: 'further',
  options: fields({
    rate: above0('rate').optional(),
    batches: whole('batches', 1, 2 ** 20).default(1),
    seed: whole('seed', 0).default(0),
  }),
  make: ({ rate, ...options }, context) => saba({ ...options, rate: rate ?? context.rate }),
  inSuites: ({ horizon, seed }, tuned) => ({ batches: Math.min(tuned.batches ?? batches, horizon), seed }),
  tunes: { batches: [1, 10, 30] },
  card: {
    idea:
      'SOBA with variance reduction: the last direction that each batch gave is kept, and a new one counts by what it differs. Noise of batches vanishes as ' +
      'weights and system come to rest, at the price of a table.',
    equation: {
      text: 'D ← D_i − (last D_i) + mean of the last D_j, for D_y, D_v and D_λ of SOBA at a random batch i',
      place: 'SABA',
    },
    deviations: [
      'm = 10 batches where it is not tuned, those of the first m steps; one where every step sees all data, which gives SOBA.',
      'Its weights move beside those of the inner optimisation, which are judged; the tables begin at 0 with every inner optimisation.',
    ],
  },
});
