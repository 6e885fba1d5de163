/** @file K-RMD: reverse mode through the last K steps only. */

import type { Carry } from '../../problem/problem.ts';
import { load, save } from '../../workspace/workspace.ts';
import type { Inner } from '../inner.ts';
import type { Algorithm, Method } from '../method.ts';
import { declareReverseSweep } from '../reverse-sweep.ts';

/** Options of truncated reverse mode: the window. */
export interface TruncatedOptions {
  /** K: how many steps are looked back on. */
  readonly window: number;
}

/**
 * g = g^FO + Σ_{t=T−K+1}^{T} α A_T … A_{t+1} B_t. Under local strong convexity of modulus m the part left out is of the order of
 * (1 − ηm)^K. The last K carries are kept; each step is evaluated again from its carry. Where the weights begin at a function of λ, older
 * steps count as first-order MAML counts them, ∂w_{T−K}/∂w_0 = I, so that the start takes in α A_T … A_{T−K+1}.
 */
export function truncatedReverse({ window }: TruncatedOptions): Method {
  if (!(Number.isInteger(window) && window >= 1))
    throw new RangeError(
      `truncated-reverse: a window of ${window} steps was asked for; give a whole number of 1 or more.`,
    );
  return {
    id: 'hyper/truncated-reverse',
    name: 'truncated-reverse',
    title: `Truncated reverse mode (K = ${window})`,
    source: 'Shaban et al., "Truncated back-propagation for bilevel optimization", AISTATS 2019',
    complexity: { offline: '2K − 1', online: '≈ (2K − 1)T', memory: 'O(Kd)' },
    form: 'online',
    exact: false,
    followsStart: true,
    refuses: (_, horizon) =>
      window > horizon
        ? `truncated-reverse: a window of K = ${window} steps is longer than the horizon, T = ${horizon}; give K ≤ ${horizon}, or use exact reverse mode.`
        : undefined,
    build: (inner) => reverseFromHistory(inner, window),
  };
}

/** Reverse mode from the last `window` carries, kept in a ring. With the whole horizon as window it is exact, online too. */
export function reverseFromHistory(inner: Inner, window: number): Algorithm {
  const { workspace, carry } = inner;
  const ring = workspace.history('trajectory', window, leavesOfCarry(carry));
  const point = inner.carryLike('point', 'trajectory');
  const sweep = declareReverseSweep(inner, inner.pointOf(point));
  return {
    before: (t) => [save(leavesOfCarry(carry), ring, (t - 1) % window)],
    *hypergradient(horizon) {
      const first = Math.max(1, horizon - window + 1);
      yield sweep.start(horizon);
      for (let t = horizon; t >= first; t--) {
        yield load(ring, (t - 1) % window, leavesOfCarry(point));
        yield sweep.back(t, t === first);
      }
    },
  };
}

/** The arrays of a carry in a fixed order. */
export function leavesOfCarry<Leaf>(carry: Carry<Leaf>): Leaf[] {
  return [carry.w, ...Object.values(carry.state)];
}
