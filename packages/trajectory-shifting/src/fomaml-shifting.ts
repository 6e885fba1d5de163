import type { InitialisationMethod } from '@longhorizon/bilevel';
import { execute, type LaidOutGroup, type Variable } from '@longhorizon/bilevel/authoring';
import { add, divide, multiply, sum, type Tensor, zerosLike } from '@longhorizon/tensor';
import type { TrajectoryShiftingOptions } from './continual-trajectory-shifting.ts';

/**
 * At every `aggregatePeriod`-th inner step, with the training gradients g^t that the step takes anyway:
 *
 *     Δ = −β · 1/n Σ_t g^t,   φ ← φ + Δ,   θ^t ← (inner step of θ^t) + Δ
 *
 * so a meta-update costs no gradient of its own.
 *
 * Source: the release of Shin, Lee, Gong, Hwang (ICML 2021), `meta_train_fomaml_ours.py`; it is not in the paper's algorithms. There the
 * shift comes before the optimiser's step, so that weight decay sees the shifted weights: a difference of α · decay · Δ.
 */
export function fomamlShifting({ rate: beta }: TrajectoryShiftingOptions): InitialisationMethod {
  return {
    id: 'init/fomaml-shifting',
    name: 'fomaml-shifting',
    title: `FOMAML with trajectory shifting (β = ${beta})`,
    source: "Shin, Lee, Gong, Hwang, ICML 2021, the release's FOMAML variant",
    build: (layout, { aggregatePeriod }) => {
      const { groups, initial, workspace, tasks } = layout;
      const g = workspace.variable('mean gradient', initial.shape, { class: 'tangents' });
      const stepAndGradient = (laid: LaidOutGroup) => {
        const { at, batch, losses, next } = layout.stepGraph(laid);
        const gradient = layout.bodies(laid, layout.gradientAt(laid, at.w, batch));
        const updates: [Variable, Tensor][] = [
          ...layout.updatesOf(laid.carry, next),
          layout.record(laid, losses),
          [g, add(g.tensor, divide(sum(gradient, 0), tasks))],
        ];
        return workspace.computation(`inner step of ${laid.group.name} with g`, updates, {
          gradients: laid.group.tasks,
        });
      };
      const withGradient = groups.map(stepAndGradient);
      const plain = aggregatePeriod === 1 ? [] : groups.map((laid) => layout.step(laid));
      const delta = multiply(-beta, g.tensor);
      const shift = layout.metaUpdate('shift', add(initial.tensor, delta), {
        following: layout.shiftAll(delta),
        always: [[g, zerosLike(g.tensor)]],
      });
      return {
        step: ({ i, index }) =>
          (i % aggregatePeriod === 0 ? withGradient : plain).map((computation) =>
            execute(computation, index),
          ),
        aggregate: ({ index }) => shift(index),
      };
    },
  };
}
