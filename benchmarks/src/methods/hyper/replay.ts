import { replay } from '@longhorizon/bilevel';
import { linearTime } from '../card.ts';
import { hyperMethod } from '../hyper-method.ts';
import { fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'replay',
  family: 'reverse',
  compared: 'further',
  options: fields({ arity: whole('arity', 2, 10_000).default(10) }),
  mixes: true,
  make: replay,
  card: {
    idea:
      'Exact reverse mode that keeps the states on the path of a k-ary tree over the steps, k⌈log_k T⌉ at most, and runs steps again from the nearest of ' +
      'them. At as many states the binomial schedule runs fewer steps: 2,535 in place of 2,700 at T = 1000 with 28 states.',
    equation: {
      text: 'w_t again from the nearest kept w_s, s ≤ t;  g ← g + αB_t,  α ← αA_t,  t = T … 1',
      place: 'algorithm 1',
    },
    deviations: ['k = 10. In float64 on the host all states are kept; the numbers are the same.'],
    theory: { memory: { horizon: 0, dimension: 0 }, time: linearTime },
  },
});
