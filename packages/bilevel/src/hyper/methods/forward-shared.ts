/** @file Forward mode with hyperparameter sharing (FDS): one tangent for each group of hyperparameters that move together. */
import { broadcastTo, cast, equal, gather, iota, multiply, reshape, segmentSum } from '@longhorizon/tensor';
import { HostArray } from '../../problem/host-array.ts';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';
import { declareTangentSweep } from '../tangent-sweep.ts';

/** Options of forward mode with shared hyperparameters: how λ is cut into groups. */
export interface SharedForwardOptions {
  /**
   * The group of each hyperparameter, whole numbers from 0; or how many groups to cut λ into, as windows of neighbours of equal length.
   */
  readonly groups: readonly number[] | number;
  /** Every member receives the derivative of its group (`sum`, the derivative of the shared value), or an equal part (`mean`). */
  readonly share?: 'sum' | 'mean';
}

/**
 * Hyperparameters of a group are one value, so Z has a column for each group: dL/d(shared value) = Σ over the group of dL/dλ_j, which
 * also averages out the noise of neighbouring windows. Exact for the shared values.
 */
export function sharedForward({ groups, share = 'sum' }: SharedForwardOptions): Method {
  return {
    id: 'hyper/forward-shared',
    name: 'forward-shared',
    title: `Forward mode with sharing (FDS, ${typeof groups === 'number' ? groups : groupCount(groups)} groups)`,
    source:
      'Micaelli and Storkey, "Gradient-based hyperparameter optimization over long horizons", NeurIPS 2021',
    complexity: { offline: 'T · groups', online: 'T · groups', memory: 'O(d · groups)' },
    form: 'online',
    exact: false,
    followsStart: true,
    refuses: ({ problem }) => {
      const p = problem.hyperparameterLength;
      if (typeof groups === 'number')
        return Number.isInteger(groups) && groups >= 1 && groups <= p
          ? undefined
          : `forward-shared: λ has ${p} elements and cannot be cut into ${groups} groups; give a whole number from 1 to ${p}.`;
      return groups.length === p && groups.every((group) => Number.isInteger(group) && group >= 0)
        ? undefined
        : `forward-shared: ${groups.length} group numbers were given for the ${p} hyperparameters of problem '${problem.name}'; give a whole number from 0 for each.`;
    },
    build: (inner) => {
      const { workspace } = inner;
      const [p] = inner.lambda.shape as [number];
      const groupOf =
        typeof groups === 'number'
          ? Array.from({ length: p }, (_, j) => Math.floor((j * groups) / p))
          : groups;
      const count = groupCount(groupOf);
      const variable = workspace.variable('groups of λ', [p], {
        initial: new HostArray(groupOf, [p], { dtype: 'u32', class: 'data' }),
      });
      // Row k of S marks the members of group k.
      const members = broadcastTo(reshape(variable.tensor, [1, p]), [count, p]);
      const matrix = cast(equal(iota([count, p], 0), members), 'f32');
      const sweep = declareTangentSweep(inner, {
        count,
        matrix,
        along: (vector) => segmentSum(vector, variable.tensor, count),
      });
      const sizes = Array.from({ length: count }, (_, k) => groupOf.filter((group) => group === k).length);
      const weights = workspace.variable('share of a member', [count], {
        initial: new HostArray(sizes.map((size) => (share === 'sum' || size === 0 ? 1 : 1 / size))),
      });
      const shared = multiply(sweep.along, weights.tensor);
      const placed = gather(shared, variable.tensor);
      const result = workspace.computation('derivatives of the groups', inner.result(placed, sweep.loss), {
        gradients: 1,
      });
      return {
        begin: () => [sweep.begin],
        step: (t) => [sweep.step(t)],
        hypergradient: (t) => [execute(result, t)],
      };
    },
  };
}

const groupCount = (groups: readonly number[]): number =>
  groups.reduce((most, one) => Math.max(most, one), -1) + 1;
