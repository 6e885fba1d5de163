/** @file The file that `longhorizon hypergrad` reads: a bilevel problem small enough to be written down, checked field by field. */

import {
  above0,
  atLeastZero,
  checked,
  fields,
  number,
  refuse,
  vector,
} from '@longhorizon/benchmarks/methods';
import type { Problem } from '@longhorizon/bilevel';
import { rates, schedule, tracking } from '@longhorizon/bilevel/problems';
import { z } from 'zod';
import { methodChoices } from '../input/named-entries.ts';
import { mostSteps } from '../input/work.ts';
import { type SystemInput, systemFaults, systemOf, systemSchemas } from './systems.ts';

const innerSchema = z.discriminatedUnion(
  'kind',
  [
    fields({
      kind: z.literal('tracking'),
      G: z.union([vector, z.array(vector).min(1)], {
        error: 'the curvature G is a diagonal (a list of numbers) or a symmetric matrix (a list of rows)',
      }),
      w0: vector,
      lambda: vector,
      rate: number.default(0.1),
    }),
    fields({ kind: z.literal('rates'), h: vector, m: vector, w0: vector, lambda: vector }),
    fields({
      kind: z.literal('schedule'),
      h: vector,
      m: vector,
      w0: vector,
      lambda: z.tuple([number, number, number], {
        error: 'λ is three numbers: rate, momentum, weight decay',
      }),
    }),
    ...systemSchemas,
  ],
  {
    error:
      "the inner kind is 'tracking', 'rates' or 'schedule', or one with an outer loss of its own: 'noisy-quadratic', 'influence-balancing', 'sharp-basins', 'lorenz'",
  },
);

const outerSchema = z.discriminatedUnion(
  'kind',
  [
    fields({
      kind: z.literal('quadratic'),
      c: vector,
      scale: above0('the scale of an outer loss').default(1),
    }),
    fields({ kind: z.literal('sine') }),
  ],
  { error: "the outer kind is 'quadratic' or 'sine'" },
);

const schema = fields({
  inner: innerSchema,
  outer: outerSchema.optional(),
  momentum: atLeastZero.lt(1, { error: 'a momentum from 0 to below 1 is needed' }).default(0),
  weightDecay: atLeastZero.default(0),
  T: z
    .int({ error: 'the horizon T is a whole number' })
    .min(1, { error: 'the horizon T is 1 or more' })
    .max(mostSteps, { error: `the horizon T is ${mostSteps} or less; the benchmark runs longer ones` }),
  gamma: atLeastZero.max(1, { error: 'γ lies between 0 and 1' }).default(0.9),
  methods: methodChoices,
});

export type HypergradInput = z.infer<typeof schema>;

/**
 * Checks what a file holds.
 *
 * @throws InputError naming every field that is wrong
 */
export function checkInput(value: unknown): HypergradInput {
  const input = checked(schema, value, 'The problem');
  refuse(sizeFaults(input), 'The problem');
  return input;
}

/** An inner kind that says nothing of the outer loss. */
type QuadraticInput = Exclude<HypergradInput['inner'], SystemInput>;

const isQuadratic = (inner: HypergradInput['inner']): inner is QuadraticInput =>
  inner.kind === 'tracking' || inner.kind === 'rates' || inner.kind === 'schedule';

function* sizeFaults(input: HypergradInput): Generator<string> {
  const { inner, outer, momentum, weightDecay, T } = input;
  if (!isQuadratic(inner)) {
    if (outer !== undefined)
      yield `outer: the inner kind '${inner.kind}' has an outer loss of its own; leave the field out.`;
    if (momentum !== 0 || weightDecay !== 0)
      yield `momentum, weightDecay: the steps of the inner kind '${inner.kind}' are its own; leave the fields out.`;
    yield* systemFaults(inner, T);
    return;
  }
  if (outer === undefined) {
    yield `outer: it is missing; give {"kind": "quadratic", "c": [...]} or {"kind": "sine"}.`;
    return;
  }
  const d = inner.w0.length;
  const same = (name: string, length: number) =>
    length === d ? [] : [`${name}: it has ${length} numbers, but w0 has ${d}; give one for each weight.`];
  if (inner.kind === 'tracking') {
    const { G } = inner;
    const rows = G.filter((row) => typeof row !== 'number');
    if (rows.length === 0) yield* same('inner.G', G.length);
    else if (rows.length !== d || rows.some((row) => row.length !== d))
      yield `inner.G: a matrix of ${rows.length} rows was given for ${d} weights; give ${d} rows of ${d} numbers.`;
    else if (rows.some((row, i) => row.some((value, j) => value !== rows[j]![i])))
      yield 'inner.G: the matrix is not symmetric, so it is no curvature; make G[i][j] equal to G[j][i].';
  } else {
    yield* same('inner.h', inner.h.length);
    yield* same('inner.m', inner.m.length);
  }
  if (inner.kind === 'schedule') {
    if (momentum !== 0 || weightDecay !== 0)
      yield `momentum, weightDecay: the inner kind 'schedule' has them in λ; leave the fields out.`;
  } else if (inner.lambda.length > d)
    yield `inner.lambda: it has ${inner.lambda.length} numbers, more than the ${d} weights; give at most one for each weight.`;
  if (outer.kind === 'quadratic') yield* same('outer.c', outer.c.length);
}

/** The problem that a file describes. */
export function problemOf({ inner, outer, momentum, weightDecay, T }: HypergradInput): Problem {
  if (!isQuadratic(inner)) return systemOf(inner, T);
  if (inner.kind === 'schedule') return schedule({ ...inner, outer: outer!, scalars: inner.lambda });
  const options = { outer: outer!, momentum, weightDecay };
  return inner.kind === 'tracking' ? tracking({ ...inner, ...options }) : rates({ ...inner, ...options });
}
