/** @file An entry of the registry that makes a method which returns dL/dλ. */
import { type Method, mixFlow } from '@longhorizon/bilevel';
import type { MethodSpec } from '@longhorizon/harness';
import type * as z from 'zod';
import { type Card, constantMemory, linearTime, type RegisteredMethod } from './card.ts';
import { checked, fields, InputError } from './options.ts';

/** What a method is told of the point where it runs. */
export interface HyperContext {
  /** T */
  readonly horizon: number;
  /** p */
  readonly dimension: number;
  /** Of the method's own random numbers; unsigned 32-bit. */
  readonly seed: number;
  /** Of the inner steps. */
  readonly rate: number;
  /** γ of methods that discount; each has its own when left out. */
  readonly gamma?: number;
}

/**
 * What a method does with the trajectory; suites choose by it. `reverse`: it goes back along it, or along a stand-in. `forward`: it carries
 * derivatives along. `implicit`: a linear system where it ends. `first-order`: no second derivatives. `one-step`: it looks a step ahead.
 * `discounted`: one product for all past steps, the older the less. `displacement`: from where weights go, not from derivatives of steps.
 * `penalty`: first derivatives of a penalised problem. `evolution`: losses of perturbed copies.
 * `teacher`: a leap towards where many steps end, differentiated as one.
 */
export type HyperFamily =
  | 'reverse'
  | 'forward'
  | 'implicit'
  | 'first-order'
  | 'one-step'
  | 'discounted'
  | 'displacement'
  | 'penalty'
  | 'evolution'
  | 'teacher';

/** What a file `benchmarks/src/methods/hyper/<name>.ts` declares. */
export interface HyperDeclaration<Schema extends z.ZodType> {
  /** Also the name of its file. */
  readonly name: string;
  readonly family: HyperFamily;
  /** `baseline` when left out. */
  readonly role?: RegisteredMethod['role'];
  /**
   * Where weights may start. `fixed`, when left out: at the problem's own φ. `any`: also at one that is part of λ. `learned`: there only.
   * `learned alone`: where λ is the start and nothing else.
   */
  readonly starts?: 'fixed' | 'any' | 'learned' | 'learned alone';
  /** What it is called where it learns a start: exact reverse mode is MAML there. Its own name when left out. */
  readonly nameForStarts?: string;
  /**
   * In which comparisons a suite shows it. `always`, when left out. `families`: where there is time for one method of each family.
   * `complete`: where all methods are compared. `further`: as `complete`, and a short run shows it at one point. A method that is asked for by
   * name runs wherever it can.
   */
  readonly compared?: 'always' | 'families' | 'complete' | 'further';
  readonly horizon?: MethodSpec['horizon'];
  /** What a file may set; nothing when left out. */
  readonly options?: Schema;
  readonly make: (options: z.output<Schema>, context: HyperContext) => Method;
  /** It goes back through steps, so that a file may ask for mixed products as well: `"mixflow": true`. */
  readonly mixes?: true;
  /** What suites set; from the options that were tuned, where they have to fit the point. */
  readonly inSuites?: (context: HyperContext, tuned: Partial<z.output<Schema>>) => Partial<z.output<Schema>>;
  /** Options that are tuned with the outer rate, each with the values to try: one or two that no other method has. */
  readonly tunes?: MethodSpec['tunes'];
  /** Raise it when the meaning of this method's numbers changes: its older records then no longer answer. 0 when left out. */
  readonly measureVersion?: number;
  /** Theory is constant memory and linear time, and the code is the file of its name in `bilevel`, where the card does not say otherwise. */
  readonly card: Card;
}

export interface HyperMethod extends RegisteredMethod {
  readonly family: HyperFamily;
  readonly starts: NonNullable<HyperDeclaration<z.ZodType>['starts']>;
  readonly nameForStarts: string;
  readonly compared: NonNullable<HyperDeclaration<z.ZodType>['compared']>;
  readonly horizon?: MethodSpec['horizon'];
  readonly tunes?: MethodSpec['tunes'];
  /** With the options that suites set, but for those that were tuned. @throws InputError in sentences */
  readonly inSuites: (context: HyperContext, tuned?: Readonly<Record<string, unknown>>) => Method;
  /** With the options of a file. @throws InputError in sentences */
  readonly fromFile: (given: unknown, context: HyperContext) => Method;
}

/** Whether only a comparison of all methods shows it. */
export const isInCompleteAlone = ({ compared }: Pick<HyperMethod, 'compared'>): boolean =>
  compared === 'complete' || compared === 'further';

/** Where a method has all its options; title and source do not depend on it. */
const sample: HyperContext = { horizon: 100, dimension: 100, seed: 0, rate: 0.1 };

/** The flag `mixflow` of what a file gives, and the rest. @throws InputError where it is no flag */
function mixingOf(name: string, given: unknown): { readonly isMixed: boolean; readonly own: unknown } {
  if (typeof given !== 'object' || given === null || !('mixflow' in given))
    return { isMixed: false, own: given };
  const { mixflow, ...own } = given;
  if (typeof mixflow === 'boolean') return { isMixed: mixflow, own };
  throw new InputError(`The options of '${name}' cannot be used:\n  mixflow: mixflow must be true or false.`);
}

export function hyperMethod<Schema extends z.ZodType = ReturnType<typeof fields<Record<never, never>>>>(
  declaration: HyperDeclaration<Schema>,
): HyperMethod {
  const {
    name,
    family,
    role = 'baseline',
    starts = 'fixed',
    nameForStarts = name,
    compared = 'always',
    horizon,
    tunes,
    measureVersion = 0,
  } = declaration;
  const card: Card = {
    theory: { memory: constantMemory, time: linearTime },
    code: `packages/bilevel/src/hyper/methods/${name}.ts`,
    ...declaration.card,
  };
  const schema = (declaration.options ?? fields({})) as Schema;
  const made = (given: unknown, context: HyperContext): Method => {
    const { isMixed, own } =
      declaration.mixes === true ? mixingOf(name, given) : { isMixed: false, own: given };
    const host = declaration.make(
      checked(schema, own, `The options of '${name}'`) as z.output<Schema>,
      context,
    );
    return isMixed ? mixFlow(host) : host;
  };
  const inSuites: HyperMethod['inSuites'] = (context, tuned = {}) => {
    const options = declaration.inSuites?.(context, tuned as Partial<z.output<Schema>>);
    return made({ ...tuned, ...options }, context);
  };
  const { title, source } = inSuites(sample);
  return {
    id: `hyper/${name}`,
    name,
    family,
    title,
    source,
    role,
    starts,
    nameForStarts,
    compared,
    measureVersion,
    card,
    ...(horizon === undefined ? {} : { horizon }),
    ...(tunes === undefined ? {} : { tunes }),
    inSuites,
    fromFile: (given, context) => made(given, context),
  };
}
