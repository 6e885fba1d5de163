import { hyper } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';

export const method = hyperMethod({
  name: 'reptile',
  family: 'displacement',
  starts: 'learned alone',
  compared: 'families',
  make: () => hyper.reptile,
  card: {
    idea: 'The start moves to where inner optimisations end. No outer loss is differentiated.',
    equation: { text: 'g = mean over tasks of (θ − w_T)', place: 'algorithm 1' },
    deviations: [
      'Inner steps see the same few pictures as for every method; the paper trains on more shots than it tests.',
    ],
  },
});
