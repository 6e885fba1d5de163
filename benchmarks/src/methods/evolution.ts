/** @file What the entries of evolution strategies have in common. */
import { constantMemory, linearTime } from './card.ts';
import type { HyperContext } from './hyper-method.ts';
import { above0, fields, whole } from './options.ts';

export const evolution = {
  family: 'evolution',
  compared: 'further',
  options: fields({
    particles: whole('particles', 1, 100_000).default(4),
    window: whole('window').default(10),
    deviation: above0('deviation').default(0.1),
    seed: whole('seed', 0).default(0),
  }),
  inSuites: (
    { horizon, seed }: HyperContext,
    { window = 10, deviation = 0.01 }: { readonly window?: number; readonly deviation?: number },
  ) => ({ particles: 8, window: Math.min(window, horizon), deviation, seed }),
} as const;

export const evolutionCard = {
  deviations: [
    'N = 8 pairs, W = 10 steps (T where that is less) and σ = 0.01 where they are not tuned. All pairs begin with the episode; the published ones may stand at different steps.',
    'The loss of a window is the growth of L^val over it, so that the windows of an episode add up to L^val(w_T).',
  ],
  theory: { memory: constantMemory, time: linearTime },
  code: 'packages/bilevel/src/hyper/methods/evolution-strategies.ts',
};
