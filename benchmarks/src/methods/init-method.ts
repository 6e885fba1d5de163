/** @file An entry of the registry that makes a method which learns a start φ over trajectories of K steps. */
import type { InitialisationMethod } from '@longhorizon/bilevel';
import * as z from 'zod';
import type { Card, RegisteredMethod } from './card.ts';
import { checked, fields, number } from './options.ts';

export type InitCost = 'light' | 'medium' | 'heavy' | 'heaviest';

export interface InitContext {
  /** K */
  readonly horizon: number;
  /** β, where a file gives the method none of its own. */
  readonly beta: number;
}

/** What a file `benchmarks/src/methods/init/<name>.ts` declares. */
export interface InitDeclaration<Shape extends z.ZodRawShape> {
  /** Also the name of its file. */
  readonly name: string;
  /** Without options. */
  readonly title: string;
  /** `baseline` when left out. */
  readonly role?: RegisteredMethod['role'];
  /** What β is chosen from, as many values for every method; absent where a method has none. */
  readonly rates?: readonly number[];
  /**
   * `light`, when left out. `medium`: it compiles the network once more, or trains one task alone. `heavy`: it also needs validation gradients,
   * which short profiles leave out. `heaviest`: it solves
   * a linear system for every task and trajectory, too, which large networks show at one K.
   */
  readonly cost?: InitCost;
  /**
   * Where it is alone. `files`: it explains others in `longhorizon initialisation`, and no suite compares it. `suites`: nothing moves that a file
   * could follow.
   */
  readonly only?: 'files' | 'suites';
  /** What a file may set beside β. */
  readonly options?: z.ZodObject<Shape, z.core.$strict>;
  readonly make: (
    options: z.output<z.ZodObject<Shape, z.core.$strict>> & { readonly beta: number },
    context: InitContext,
  ) => InitialisationMethod;
  /** What suites set. */
  readonly inSuites?: (context: InitContext) => Partial<z.output<z.ZodObject<Shape, z.core.$strict>>>;
  /** Raise it when the meaning of this method's numbers changes: its older records then no longer answer. 0 when left out. */
  readonly measureVersion?: number;
  /** Theory is that of `theory`, and the code is the file of its name in `bilevel`, where the card does not say otherwise. */
  readonly card: Card;
}

export interface InitMethod extends RegisteredMethod {
  readonly rates?: readonly number[];
  readonly cost: InitCost;
  readonly only?: InitDeclaration<z.ZodRawShape>['only'];
  /** With the options that suites set. */
  readonly inSuites: (context: InitContext) => InitialisationMethod;
  /** With the options of a file. @throws InputError in sentences */
  readonly fromFile: (given: unknown, context: InitContext) => InitialisationMethod;
}

/**
 * Bytes do not grow with K, but for the losses that are kept, 4 a step and task; nor does the time of an inner step. Both grow with the body.
 */
export const theory = { memory: { horizon: 0, dimension: 1 }, time: { horizon: 0, dimension: 1 } } as const;

/** β of methods that follow gradients: those of a trajectory's end are small. */
export const gradientRates = [0.003, 0.03, 0.3, 3];

export function initMethod<Shape extends z.ZodRawShape = Record<never, never>>(
  declaration: InitDeclaration<Shape>,
): InitMethod {
  const { name, title, role = 'baseline', rates, cost = 'light', only, measureVersion = 0 } = declaration;
  const card = { theory, code: `packages/bilevel/src/init/methods/${name}.ts`, ...declaration.card };
  const schema = (declaration.options ?? fields({})) as z.ZodObject<Shape, z.core.$strict>;
  type Options = z.output<typeof schema>;
  const made = (given: unknown, context: InitContext, more: Partial<Options> = {}): InitialisationMethod => {
    const { beta, ...own } = splitBeta(given, name);
    const options = checked(schema, own, `The options of '${name}'`);
    return declaration.make(Object.assign({}, options, more, { beta: beta ?? context.beta }), context);
  };
  const inSuites = (context: InitContext): InitialisationMethod =>
    made({}, context, declaration.inSuites?.(context));
  const { source } = inSuites({ horizon: 100, beta: 1 });
  return {
    id: `init/${name}`,
    name,
    title,
    source,
    role,
    cost,
    measureVersion,
    card,
    ...(rates === undefined ? {} : { rates }),
    ...(only === undefined ? {} : { only }),
    inSuites,
    fromFile: (given, context) => made(given, context),
  };
}

/** β of a method's own, and its other options. */
function splitBeta(given: unknown, name: string): { readonly beta?: number | undefined } {
  return checked(z.looseObject({ beta: number.optional() }), given, `The options of '${name}'`);
}
