import { drmad } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { hyperdistillPaper } from '../published/hyperdistill.ts';

export const method = hyperMethod({
  name: 'drmad',
  family: 'reverse',
  starts: 'any',
  compared: 'families',
  mixes: true,
  make: () => drmad,
  card: {
    idea: 'Reverse mode along the straight line from w_0 to w_T in place of the trajectory, so nothing is kept.',
    equation: { text: 'w_{t−1} ≈ (1 − (t−1)/T) w_0 + ((t−1)/T) w_T', place: 'algorithm 2' },
    published: hyperdistillPaper({
      accuracy: ['49.84 ± 1.35 %', '55.13 ± 0.64 %', '50.71 ± 1.16 %', '57.03 ± 0.42 %'],
      cost: ['1442 MB / 20.88 s', '1734 MB / 19.83 s', '4148 MB / 57.09 s', '1262 MB / 17.57 s'],
      sinusoid: '1.086 ± 0.176',
      arm: 'drmad',
      cosine: '0.986',
    }),
  },
});
