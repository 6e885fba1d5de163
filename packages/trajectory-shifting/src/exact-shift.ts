import type { InitialisationMethod } from '@longhorizon/bilevel';
import { execute, type LaidOutGroup, type Variable } from '@longhorizon/bilevel/authoring';
import { add, multiply, subtract, type Tensor } from '@longhorizon/tensor';
import type { TrajectoryShiftingOptions } from './continual-trajectory-shifting.ts';

/**
 * The meta-update of Continual Trajectory Shifting, but θ^t ← U^t_i(φ + Δ) in place of θ^t + Δ: the i inner steps are repeated, on the same
 * batches, with the heads, velocities and statistics that the trajectory began with. On quadratics that is the shift by the exact Jacobian,
 * θ^t + A_t^i Δ; elsewhere it also has all higher orders. K(K + 1)/2 more inner steps a trajectory.
 * The losses that a run gives are those of the repeated steps.
 *
 * Source: Shin, Lee, Gong, Hwang (ICML 2021): U_i(φ + Δ) itself, which algorithm 2 replaces by U_i(φ) + Δ. The released code has a function
 * for it that cannot be run.
 */
export function exactShift({ rate: beta }: TrajectoryShiftingOptions): InitialisationMethod {
  return {
    id: 'init/exact-shift',
    name: 'exact-shift',
    title: `Exact trajectory shifting (β = ${beta})`,
    source: 'Shin, Lee, Gong, Hwang, ICML 2021, without the approximation of algorithm 2',
    build: (layout) => {
      const { groups, initial, workspace } = layout;
      const phi = initial.tensor;
      const delta = multiply(beta, subtract(layout.meanBody, phi));
      const move = layout.metaUpdate('φ + Δ', add(phi, delta));
      // What each trajectory began with.
      const beginnings = groups.map(({ carry }) => {
        const like = ({ name, shape, dtype }: Variable) =>
          workspace.variable(`${name} at the beginning`, shape, { dtype, class: 'checkpoints' });
        const variables = [carry.w, ...Object.values(carry.state)];
        return variables.map((variable) => [variable, like(variable)] as const);
      });
      // A computation, for on a device small variables share a buffer, within which nothing can be copied.
      const keep = workspace.computation(
        'what trajectories begin with',
        beginnings.flat().map(([variable, before]): [Variable, Tensor] => [before, variable.tensor]),
      );
      const again = workspace.computation(
        'again from φ',
        groups.flatMap((laid: LaidOutGroup, k): [Variable, Tensor][] =>
          beginnings[k]!.map(([variable, { tensor: before }]): [Variable, Tensor] => [
            variable,
            variable === laid.carry.w ? layout.withBodies(laid, layout.onAll(laid, phi), before) : before,
          ]),
        ),
      );
      const steps = groups.map((laid) => layout.step(laid));
      return {
        begin: () => [execute(keep, 0)],
        *aggregate({ i, index }) {
          yield* move(index);
          yield execute(again, index);
          for (let number = index + 1 - i; number <= index; number++)
            for (const step of steps) yield execute(step, number);
        },
      };
    },
  };
}
