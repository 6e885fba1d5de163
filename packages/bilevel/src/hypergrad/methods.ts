/** @file The methods by name, with the options that a file may give them. */
import { z } from 'zod';
import type { Method } from '../method/method.ts';
import { conjugateGradientIft } from '../methods/conjugate-gradient.ts';
import { drmad } from '../methods/drmad.ts';
import { evoGrad } from '../methods/evograd.ts';
import { exactReverse } from '../methods/exact-reverse.ts';
import { firstOrder } from '../methods/first-order.ts';
import { forwardMode } from '../methods/forward.ts';
import { sharedForward } from '../methods/forward-shared.ts';
import { generalisedGreedy } from '../methods/generalised-greedy.ts';
import { neumannIft } from '../methods/neumann.ts';
import { oneStep } from '../methods/one-step.ts';
import { truncatedReverse } from '../methods/truncated.ts';
import { fields, InputError, type MethodChoice, sentences } from './input.ts';

/** What a method may be told from outside. */
export interface MethodContext {
  /** γ of methods that discount. */
  readonly gamma: number;
  /** T */
  readonly horizon: number;
}

/** A method that can be asked for by name. */
export interface MethodEntry {
  readonly name: string;
  /** Makes the method from options that a file gives. @throws InputError in sentences */
  readonly make: (options: unknown, context: MethodContext) => Method;
}

/** Declares a method by name, with a schema of its options. */
export function methodEntry<Options>(
  name: string,
  options: z.ZodType<Options>,
  make: (options: Options, context: MethodContext) => Method,
): MethodEntry {
  return {
    name,
    make: (given, context) => {
      const result = options.safeParse(given);
      if (!result.success)
        throw new InputError(`The options of '${name}' cannot be used:\n${sentences(result.error.issues)}`);
      return make(result.data, context);
    },
  };
}

const none = fields({});
const whole = (what: string, least = 1) =>
  z
    .int({ error: `${what} must be a whole number` })
    .min(least, { error: `${what} must be ${least} or more` });
const above0 = (what: string) =>
  z.number({ error: `${what} must be a number` }).gt(0, { error: `${what} must be above 0` });

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

/** The methods that a file asks for; all of them when it names none. */
export function chooseMethods(
  choices: readonly MethodChoice[] | undefined,
  entries: readonly MethodEntry[],
  context: MethodContext,
): Method[] {
  if (choices === undefined) return entries.map(({ make }) => make({}, context));
  return choices.map((choice) => {
    const { name, ...options } = typeof choice === 'string' ? { name: choice } : choice;
    const entry = entries.find((one) => one.name === name);
    if (entry === undefined)
      throw new InputError(
        `There is no method '${name}'; the methods are ${entries.map((one) => one.name).join(', ')}.`,
      );
    return entry.make(options, context);
  });
}
