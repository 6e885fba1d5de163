import { truncatedReverse } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { fields, whole } from '../options.ts';

const window = 2;

export const method = hyperMethod({
  name: 'truncated-maml',
  family: 'reverse',
  compared: 'complete',
  starts: 'learned',
  horizon: { minimum: window, maximum: 1e9, because: `it looks back on ${window} steps` },
  options: fields({ window: whole('window').default(window) }),
  make: truncatedReverse,
  card: {
    idea: 'MAML that looks back on the last K = 2 inner steps; older ones count as if they had only added to the start.',
    equation: {
      text: 'g = g^FO + α A_T … A_{T−K+1},  ∂w_{T−K}/∂θ = I',
      place: 'equation 8, with a learned start',
    },
    code: 'packages/bilevel/src/hyper/methods/truncated.ts',
  },
});
