/** @file Continual Trajectory Shifting in offsets d^t = θ^t − φ, which a shift leaves alone. The same numbers, to rounding. */
import type { InitialisationMethod } from '@longhorizon/bilevel';
import { execute, type LaidOutGroup, type Variable } from '@longhorizon/bilevel/authoring';
import { add, multiply, subtract, type Tensor, zerosLike } from '@longhorizon/tensor';

/**
 *     d^t ← d^t + (inner step from φ + d^t)      every inner step
 *     φ   ← φ + β · 1/n Σ_t d^t                  every aggregatePeriod steps
 *     d^t ← 0                                    at the beginning of a trajectory
 *
 * The bodies of the layout hold d^t, so `read('weights')` gives offsets and heads.
 */
export function offsetForm(beta: number): InitialisationMethod {
  return {
    id: 'init/offsets',
    name: 'offsets',
    title: 'Continual Trajectory Shifting in offsets',
    source: 'the same algorithm in other variables',
    build: (layout) => {
      const { groups, meanBody, workspace } = layout;
      const phi = layout.initial.tensor;
      const steps = groups.map((laid: LaidOutGroup) => {
        const { carry, group } = laid;
        const d = layout.bodies(laid, carry.w.tensor);
        const theta = layout.withBodies(laid, add(d, layout.onAll(laid, phi)));
        const { losses, next } = layout.stepGraph(laid, { ...layout.pointOf(carry), w: theta });
        const moved = subtract(layout.bodies(laid, next.w), layout.bodies(laid, theta));
        const w = layout.withBodies(laid, add(d, moved), next.w);
        return workspace.computation(`inner step of ${group.name} in offsets`, [
          ...layout.updatesOf(carry, { ...next, w }),
          layout.record(laid, losses),
        ]);
      });
      const move = layout.metaUpdate('φ follows', add(phi, multiply(beta, meanBody)));
      const zero = workspace.computation(
        'd = 0',
        groups.map((laid): [Variable, Tensor] => [
          laid.carry.w,
          layout.withBodies(laid, zerosLike(layout.bodies(laid, laid.carry.w.tensor))),
        ]),
      );
      return {
        begin: () => [execute(zero, 0)],
        step: ({ index }) => steps.map((step) => execute(step, index)),
        aggregate: ({ index }) => move(index),
      };
    },
  };
}
