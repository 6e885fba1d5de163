/** @file A small case for tests of passes: the tracking quadratic with six weights and three hyperparameters. */
import type { Method } from '@longhorizon/bilevel';
import { trackingOfSize } from '@longhorizon/bilevel/problems';
import type { Case } from './case.ts';
import { sharedDevice } from './device.ts';

/** The case of a method at a horizon, on the shared device. */
export async function madeUpCase(method: Method, horizon: number, recipe?: Case['recipe']): Promise<Case> {
  return {
    config: {
      suite: '',
      problem: '',
      method: method.name,
      horizon,
      dimension: 3,
      seed: 0,
      profile: 'quick',
      pass: 'time',
      parameters: {},
    },
    seeds: {},
    device: await sharedDevice(undefined),
    problem: trackingOfSize(6, 3),
    method,
    oracle: undefined,
    recipe,
    signal: new AbortController().signal,
  };
}
