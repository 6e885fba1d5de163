/** @file REPLAY: exact reverse mode that keeps the states on the path of a k-ary tree, and runs steps again from the nearest of them. */
import type { Method } from '../method.ts';
import { exactReverse } from './exact-reverse.ts';

/** Options of REPLAY: its tree. */
export interface ReplayOptions {
  /** k: children of a node; at least 2. 10 when left out. */
  readonly arity?: number;
}

/**
 * Exact reverse mode, the same to the bit, with at most k⌈log_k T⌉ states at once: going down the tree to the step that is visited, the states at
 * which the k children on the path begin are kept, and each is dropped when it was used. A step is run again at most ⌈log_k T⌉ times. At as
 * many states the binomial schedule of `exactReverse({ policy: { memory } })` runs the fewest steps that any does: at T = 1000 and k = 10, with 28 states,
 * 2,535 to the tree's 2,700. On the float64 reference all states are kept.
 *
 * @throws RangeError for an arity below 2
 */
export function replay({ arity = 10 }: ReplayOptions = {}): Method {
  if (!(Number.isInteger(arity) && arity >= 2))
    throw new RangeError(`replay: k = ${arity} was asked for; give a whole number of 2 or more.`);
  return {
    ...exactReverse({ policy: { arity } }),
    id: 'hyper/replay',
    name: 'replay',
    title: `REPLAY (k = ${arity})`,
    source:
      'Engstrom et al., "Optimizing ML training with metagradient descent", arXiv 2503.13751, algorithm 1',
    complexity: { offline: '2T − 1, and ≤ T⌈log_k T⌉ steps again', memory: 'O(k log_k T d)' },
  };
}
