import { truncatedReverse } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { fields, whole } from '../options.ts';

/** Steps that suites look back on. */
const window = 10;

export const method = hyperMethod({
  name: 'truncated-reverse',
  family: 'reverse',
  compared: 'complete',
  horizon: { minimum: window, maximum: 1e9, because: `it looks back on ${window} steps` },
  options: fields({ window: whole('window').optional() }),
  mixes: true,
  make: ({ window }, { horizon }) => truncatedReverse({ window: window ?? Math.min(3, horizon) }),
  inSuites: ({ horizon }, tuned) => ({ window: Math.min(tuned.window ?? window, horizon) }),
  tunes: { window: [3, 10, 30] },
  card: {
    idea: 'Reverse mode through the last K steps only (10 where it is not tuned). Cheap and biased: what older steps did to w_T is left out.',
    equation: { text: 'g = g^FO + Σ_{t=T−K+1}^{T} α A_T … A_{t+1} B_t', place: 'equation 8' },
    code: 'packages/bilevel/src/hyper/methods/truncated.ts',
  },
});
