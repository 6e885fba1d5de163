/** @file The methods by name, with the options that a file may give them. */

import {
  conjugateGradientIft,
  drmad,
  evoGrad,
  exactReverse,
  firstOrder,
  forwardMode,
  generalisedGreedy,
  type Method,
  neumannIft,
  oneStep,
  sharedForward,
  truncatedReverse,
} from '@longhorizon/bilevel';
import { z } from 'zod';
import { above0, fields, whole } from '../input/fields.ts';
import { type NamedEntry, namedEntry } from '../input/named-entries.ts';

/** What a method may be told from outside. */
export interface MethodContext {
  /** γ of methods that discount. */
  readonly gamma: number;
  /** T */
  readonly horizon: number;
}

/** A method that can be asked for by name. */
export type MethodEntry = NamedEntry<Method, MethodContext>;

/** Declares a method by name, with a schema of its options. */
export function methodEntry<Options>(
  name: string,
  options: z.ZodType<Options>,
  make: (options: Options, context: MethodContext) => Method,
): MethodEntry {
  return namedEntry(name, options, make);
}

const none = fields({});
/** Everything in this package. Where a file names no options, these are small enough to be worked out by hand. */
export const baselineEntries: readonly MethodEntry[] = [
  methodEntry(
    'exact-reverse',
    fields({
      policy: z
        .enum(['everything', 'states'], { error: "policy must be 'everything' or 'states'" })
        .default('states'),
    }),
    exactReverse,
  ),
  methodEntry('forward', fields({ columns: whole('columns').optional() }), ({ columns }) =>
    forwardMode(columns === undefined ? {} : { columns }),
  ),
  methodEntry(
    'forward-shared',
    fields({
      groups: z
        .union([whole('groups'), z.array(whole('a group', 0))], {
          error: 'groups is how many there are, or the group of each hyperparameter',
        })
        .default(1),
    }),
    sharedForward,
  ),
  methodEntry(
    'truncated-reverse',
    fields({ window: whole('window').optional() }),
    ({ window }, { horizon }) => truncatedReverse({ window: window ?? Math.min(3, horizon) }),
  ),
  methodEntry('drmad', none, () => drmad),
  methodEntry('neumann', fields({ terms: whole('terms', 0).default(5) }), neumannIft),
  methodEntry(
    'conjugate-gradient',
    fields({
      steps: whole('steps').default(5),
      damping: z.number().min(0, { error: 'damping must be 0 or more' }).default(0),
    }),
    conjugateGradientIft,
  ),
  methodEntry('one-step', none, () => oneStep),
  methodEntry('first-order', none, () => firstOrder),
  methodEntry(
    'evograd',
    fields({
      copies: whole('copies', 2).default(2),
      deviation: above0('deviation').default(0.001),
      temperature: above0('temperature').default(0.05),
      seed: whole('seed', 0).default(0),
    }),
    evoGrad,
  ),
  methodEntry(
    'generalised-greedy',
    fields({
      gamma: z
        .number()
        .min(0, { error: 'γ must be 0 or more' })
        .max(1, { error: 'γ must be 1 or less' })
        .optional(),
    }),
    ({ gamma }, context) => generalisedGreedy({ gamma: gamma ?? context.gamma }),
  ),
];
