/** @file The methods that experiments on Lazy compare, by the names that their results have. */
import type { Method } from '@longhorizon/bilevel';
import { methodWritten } from '../../../methods/written.ts';

/** What names of results mean; every other is a method of the registry as it is written. */
const written: Readonly<Record<string, string>> = {
  'exact-maml': 'exact-reverse',
  'truncated-maml': 'truncated-reverse?window=2',
  'lazy-L1': 'lazy',
  'lazy-L1-half': 'lazy?beta=0.5',
  'lazy-L1-k': 'lazy?alphaEff=k·inner',
  ...Object.fromEntries(['L2', 'L3', 'L4', 'L5', 'L6'].map((one) => [`lazy-${one}`, `lazy?variant=${one}`])),
  lookahead: 'lookahead?beta=1',
  'lookahead-half': 'lookahead?beta=0.5',
};

/**
 * A method by name.
 *
 * @param rate of the inner steps, which iMAML has to know
 */
export function methodNamed(name: string, rate: number): Method {
  return methodWritten(written[name] ?? name, { horizon: 1, dimension: 1, seed: 0, rate });
}
