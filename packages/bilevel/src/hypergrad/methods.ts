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
import { InputError, type MethodChoice, sentences } from './input.ts';

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

const none = z.strictObject({});
const count = (what: string) =>
  z.int({ error: `${what} is a whole number` }).min(1, { error: `${what} is 1 or more` });

/** Everything in this package. Where a file names no options, these are small enough to be worked out by hand. */
export const baselineEntries: readonly MethodEntry[] = [
  methodEntry(
    'exact-reverse',
    z.strictObject({ policy: z.enum(['everything', 'states']).default('states') }),
    exactReverse,
  ),
  methodEntry('forward', z.strictObject({ columns: count('columns').optional() }), ({ columns }) =>
    forwardMode(columns === undefined ? {} : { columns }),
  ),
  methodEntry(
    'forward-shared',
    z.strictObject({ groups: z.union([z.int(), z.array(z.int().min(0))]).default(1) }),
    sharedForward,
  ),
  methodEntry(
    'truncated-reverse',
    z.strictObject({ window: count('window').optional() }),
    ({ window }, { horizon }) => truncatedReverse({ window: window ?? Math.min(3, horizon) }),
  ),
  methodEntry('drmad', none, () => drmad),
  methodEntry('neumann', z.strictObject({ terms: z.int().min(0).default(5) }), neumannIft),
  methodEntry(
    'conjugate-gradient',
    z.strictObject({ steps: count('steps').default(5), damping: z.number().min(0).default(0) }),
    conjugateGradientIft,
  ),
  methodEntry('one-step', none, () => oneStep),
  methodEntry('first-order', none, () => firstOrder),
  methodEntry(
    'evograd',
    z.strictObject({
      copies: z.int().min(2).default(2),
      deviation: z.number().gt(0).default(0.001),
      temperature: z.number().gt(0).default(0.05),
      seed: z.int().min(0).default(0),
    }),
    evoGrad,
  ),
  methodEntry(
    'generalised-greedy',
    z.strictObject({ gamma: z.number().min(0).max(1).optional() }),
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
