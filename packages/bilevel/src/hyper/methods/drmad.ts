/** @file DrMAD: reverse mode along a straight line from w_0 to w_T, so that no trajectory is kept. */
import { add, cast, divide, multiply, stepIndex, subtract, type Tensor } from '@longhorizon/tensor';
import type { Carry } from '../../problem/problem.ts';
import { type Inner, mapRecord } from '../inner.ts';
import type { Method } from '../method.ts';
import { declareReverseSweep } from '../reverse-sweep.ts';

/**
 * Reverse mode with w_{t−1} replaced by ŵ_{t−1} = (1 − (t−1)/T) w_0 + ((t−1)/T) w_T. The optimiser's state is part of the adjoint,
 * exactly as in reverse mode, at values interpolated in the same way, from zero. A learned start takes in the last adjoint, as it does there.
 */
export const drmad: Method = {
  id: 'hyper/drmad',
  name: 'drmad',
  title: 'DrMAD',
  source: 'Fu et al., "DrMAD: distilling reverse-mode automatic differentiation", IJCAI 2016, algorithm 2',
  complexity: { offline: '2T − 1', memory: 'O(d)' },
  form: 'offline',
  exact: false,
  followsStart: true,
  build: (inner) => {
    const end = inner.workspace.variable('T', []);
    const share = divide(cast(stepIndex(), 'f32'), end.tensor);
    const sweep = declareReverseSweep(inner, onTheLine(inner, share), [[end, cast(stepIndex(), 'f32')]]);
    return {
      *hypergradient(horizon) {
        yield sweep.start(horizon);
        for (let t = horizon; t >= 1; t--) yield sweep.back(t, t === 1);
      },
    };
  },
};

/**
 * The carry a share of the way from the start, (w_0, 0), to where it is now.
 *
 * @param share from 0 to 1, f32 of shape []
 */
export function onTheLine(inner: Inner, share: Tensor): Carry<Tensor> {
  const { w, state } = inner.pointOf(inner.carry);
  const start = inner.startingPoint;
  return {
    w: add(multiply(subtract(1, share), start), multiply(share, w)),
    // Whole numbers are no points on a line; they stay what they are at the end.
    state: mapRecord(state, (tensor) => (tensor.dtype === 'f32' ? multiply(share, tensor) : tensor)),
  };
}
