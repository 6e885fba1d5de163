/** @file The methods that experiments on Lazy compare, by name. */
import {
  exactReverse,
  fomamlGradient,
  greedyMaml,
  imamlGradient,
  leapGradient,
  type Method,
  multiStepFomamlGradient,
  reptileGradient,
  truncatedReverse,
} from '@longhorizon/bilevel';
import { lazy, lookahead } from '@longhorizon/lazy';

/**
 * A method by name.
 *
 * @param rate of the inner steps, which iMAML has to know
 */
export function methodNamed(name: string, rate: number): Method {
  const all: Readonly<Record<string, () => Method>> = {
    'exact-maml': () => exactReverse(),
    'greedy-maml': () => greedyMaml,
    'truncated-maml': () => truncatedReverse({ window: 2 }),
    fomaml: () => fomamlGradient,
    'multi-step-fomaml': () => multiStepFomamlGradient,
    reptile: () => reptileGradient,
    imaml: () => imamlGradient({ rate }),
    leap: () => leapGradient,
    'lazy-L1': () => lazy(),
    'lazy-L1-half': () => lazy({ beta: 0.5 }),
    'lazy-L1-k': () => lazy({ alphaEff: 'k·inner' }),
    'lazy-L2': () => lazy({ variant: 'L2' }),
    'lazy-L3': () => lazy({ variant: 'L3' }),
    'lazy-L4': () => lazy({ variant: 'L4' }),
    'lazy-L5': () => lazy({ variant: 'L5' }),
    'lazy-L6': () => lazy({ variant: 'L6' }),
    lookahead: () => lookahead(),
    'lookahead-half': () => lookahead({ beta: 0.5 }),
  };
  const make = all[name];
  if (make === undefined)
    throw new RangeError(`There is no method '${name}' here; choose from ${Object.keys(all).join(', ')}.`);
  return make();
}
