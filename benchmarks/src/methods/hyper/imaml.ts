import { hyper } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { above0, fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'imaml',
  family: 'implicit',
  starts: 'learned alone',
  compared: 'families',
  measureVersion: 1,
  options: fields({
    regularisation: above0('regularisation').default(2),
    steps: whole('steps', 1, 10_000).default(5),
  }),
  make: (options, { rate }) => hyper.imaml({ ...options, rate }),
  card: {
    idea: 'Inner optimisations are pulled back to their start; at their end the implicit function theorem gives the gradient, whatever the way there.',
    equation: { text: '(I + ∇²L^tr(w_T)/ρ) q = α;  g = q', place: 'equation 6, algorithm 2' },
    deviations: [
      'ρ = 2 and 5 steps of conjugate gradients, on the system of all tasks together; the released code solves another, damped system.',
      'The pull is part of learning alone; the test takes plain steps, as for every method.',
    ],
  },
});
