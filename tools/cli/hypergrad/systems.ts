/** @file Inner kinds with an outer loss of their own: the problems that tell methods apart, in the numbers of one's choice. */

import { fields, number, vector } from '@longhorizon/benchmarks/methods';
import type { Problem } from '@longhorizon/bilevel';
import { influenceBalancing, lorenz, noisyQuadratic, sharpBasins } from '@longhorizon/bilevel/problems';
import { z } from 'zod';

const pair = z.tuple([number, number], { error: 'two numbers are needed' });

/** Their schemas, by the field `kind`. */
export const systemSchemas = [
  fields({
    kind: z.literal('noisy-quadratic'),
    h: vector,
    variance: vector,
    A0: vector,
    lambda: vector,
    samples: z.boolean({ error: 'true draws the noise, false takes its expectation' }).default(false),
    seed: z.int({ error: 'a seed is a whole number' }).min(0).max(0xffffffff).default(0),
  }),
  fields({
    kind: z.literal('influence-balancing'),
    lambda: z.tuple([number], { error: 'λ is one number, in a list' }).default([0.5]),
    objective: z.enum(['last', 'sum'], { error: "the objective is 'last' or 'sum'" }).default('last'),
  }),
  fields({
    kind: z.literal('sharp-basins'),
    lambda: pair.default([Math.log(0.01), Math.log(0.01)]),
  }),
  fields({ kind: z.literal('lorenz'), lambda: pair.default([3.116, 3.7]) }),
] as const;

/** One of them, checked. */
export type SystemInput = z.infer<(typeof systemSchemas)[number]>;

/** One sentence for every number that does not fit the others. */
export function* systemFaults(inner: SystemInput, horizon: number): Generator<string> {
  if (inner.kind !== 'noisy-quadratic') return;
  for (const name of ['variance', 'A0'] as const)
    if (inner[name].length !== inner.h.length)
      yield `inner.${name}: it has ${inner[name].length} numbers, but h has ${inner.h.length}; give one for each curvature.`;
  if (inner.lambda.length > horizon)
    yield `inner.lambda: ${inner.lambda.length} rates were given for T = ${horizon} steps; give at most one for each step.`;
  for (const name of ['variance', 'A0'] as const)
    if (inner[name].some((value) => value < 0))
      yield `inner.${name}: it is a mean of squares; give numbers of 0 or more.`;
}

/** The problem of such an inner kind over T steps. */
export function systemOf(inner: SystemInput, horizon: number): Problem {
  switch (inner.kind) {
    case 'noisy-quadratic':
      return noisyQuadratic({
        ...inner,
        kind: inner.samples ? 'samples' : 'moments',
        rates: inner.lambda,
        steps: horizon,
      });
    case 'influence-balancing':
      return influenceBalancing({ theta: inner.lambda[0], objective: inner.objective });
    case 'sharp-basins':
      return sharpBasins({ steps: horizon, theta: inner.lambda });
    case 'lorenz':
      return lorenz({ steps: horizon, theta: inner.lambda });
  }
}
