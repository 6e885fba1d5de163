/** @file The initialisation methods by name, with the options that a file may give them. */

import {
  fineTuning,
  fomaml,
  type InitialisationMethod,
  imaml,
  independent,
  leap,
  multiStepFomaml,
  multiTask,
  reptile,
} from '@longhorizon/bilevel';
import { z } from 'zod';
import { above0, fields, number, whole } from '../input/fields.ts';
import { type NamedEntry, namedEntry } from '../input/named-entries.ts';

/** What the file says to all methods. */
export interface InitialisationContext {
  /** β, where a method gives none of its own. */
  readonly beta: number;
}

export type InitialisationEntry = NamedEntry<InitialisationMethod, InitialisationContext>;

/** Declares a method with a meta step size of its own, `beta`, and perhaps more options. */
export function initialisationEntry<Shape extends Record<string, z.ZodType>>(
  name: string,
  options: Shape,
  make: (options: z.infer<z.ZodObject<Shape>> & { readonly rate: number }) => InitialisationMethod,
): InitialisationEntry {
  return namedEntry(name, fields({ ...options, beta: number.optional() }), (given, context) => {
    const { beta, ...own } = given as { readonly beta?: number };
    return make({ ...(own as z.infer<z.ZodObject<Shape>>), rate: beta ?? context.beta });
  });
}

/** Everything in this package. */
export const baselineInitialisations: readonly InitialisationEntry[] = [
  initialisationEntry('reptile', {}, reptile),
  initialisationEntry('fomaml', {}, fomaml),
  initialisationEntry('fomaml-msl', { every: whole('every').default(1) }, multiStepFomaml),
  initialisationEntry(
    'leap',
    {
      distance: z
        .enum(['length', 'energy'], { error: "the distance is 'length' or 'energy'" })
        .default('length'),
      stabiliser: z.boolean({ error: 'stabiliser is true or false' }).default(true),
    },
    leap,
  ),
  initialisationEntry(
    'imaml',
    { proximal: above0('proximal').default(0.5), steps: whole('steps').default(10) },
    imaml,
  ),
  namedEntry('multi-task', fields({}), () => multiTask),
  namedEntry('fine-tuning', fields({ source: whole('source', 0).default(0) }), fineTuning),
  namedEntry('independent', fields({}), () => independent),
];
