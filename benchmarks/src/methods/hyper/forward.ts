import { forwardMode } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'forward',
  family: 'forward',
  compared: 'complete',
  options: fields({ columns: whole('columns').optional() }),
  make: ({ columns }) => forwardMode(columns === undefined ? {} : { columns }),
  card: {
    idea: 'The Jacobian dw_t/dλ travels with the weights. Exact at any t without a trajectory, at p times the cost of the inner loop.',
    equation: { text: 'Z_t = A_t Z_{t−1} + B_t;  dL^val/dλ = g^FO + αZ_T', place: 'algorithm 2' },
    theory: { memory: { horizon: 0, dimension: 1 }, time: { horizon: 1, dimension: 1 } },
  },
});
