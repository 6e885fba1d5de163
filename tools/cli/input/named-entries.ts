import { checked, InputError } from '@longhorizon/benchmarks/methods';
import { z } from 'zod';

/** Something that can be asked for by name. */
export interface NamedEntry<Made, Context> {
  readonly name: string;
  /** Another name that it answers to. */
  readonly id?: string;
  /** Makes it from options that a file gives. @throws InputError in sentences */
  readonly make: (options: unknown, context: Context) => Made;
}

/** Declares an entry, with a schema of its options. */
export function namedEntry<Options, Made, Context>(
  name: string,
  options: z.ZodType<Options>,
  make: (options: Options, context: Context) => Made,
): NamedEntry<Made, Context> {
  return {
    name,
    make: (given, context) => make(checked(options, given, `The options of '${name}'`), context),
  };
}

/** The field of a file that names methods. */
export const methodChoices = z
  .array(
    z.union([z.string(), z.looseObject({ name: z.string() })], {
      error: 'a method is its name, or an object with its name and options',
    }),
  )
  .min(1, { error: 'at least one method is needed; leave `methods` out for all' })
  .optional();

export type MethodChoice = NonNullable<z.infer<typeof methodChoices>>[number];

/** The methods that a file asks for; all of them when it names none. */
export function chooseNamed<Made, Context>(
  choices: readonly MethodChoice[] | undefined,
  entries: readonly NamedEntry<Made, Context>[],
  context: Context,
): Made[] {
  if (choices === undefined) return entries.map(({ make }) => make({}, context));
  return choices.map((choice) => {
    const { name, ...options } = typeof choice === 'string' ? { name: choice } : choice;
    const entry = entries.find((one) => one.name === name || one.id === name);
    if (entry === undefined)
      throw new InputError(
        `There is no method '${name}'; the methods are ${entries.map((one) => one.name).join(', ')}.`,
      );
    return entry.make(options, context);
  });
}
