import type { InitialisationMethod } from '@longhorizon/bilevel';
import { add, multiply, subtract } from '@longhorizon/tensor';

/** Options of Continual Trajectory Shifting. */
export interface TrajectoryShiftingOptions {
  /** β, the size of a meta-update. */
  readonly rate: number;
}

/**
 * After every `aggregatePeriod`-th inner step:
 *
 *     Δ    = β (1/n Σ_t θ^t − φ)
 *     φ    ← φ + Δ
 *     θ^t  ← θ^t + Δ       for every task: its trajectory goes on as if it had begun at the new φ
 *
 * since U_k(φ + Δ) = U_k(φ) + Δ + O(βαhk + β²). Only bodies are shifted: heads, velocities and running statistics stay as they are.
 *
 * Source: Shin, Lee, Gong, Hwang, "Large-scale meta-learning with continual trajectory shifting" (ICML 2021), algorithm 2.
 *
 * @example
 * ```ts
 * import { prepareInitialisation } from '@longhorizon/bilevel';
 * import { quadraticTaskSet } from '@longhorizon/bilevel/problems';
 * import { sgd } from '@longhorizon/nn';
 * import { continualTrajectoryShifting } from '@longhorizon/trajectory-shifting';
 *
 * const bowl = quadraticTaskSet({ tasks: [{ H: [1], c: [0] }], initial: [1], optimiser: sgd({ rate: 0.1 }) });
 * const method = continualTrajectoryShifting({ rate: 0.1 });
 * const run = await prepareInitialisation('float64', bowl, method, { horizon: 100 });
 * await run.run(1);
 * console.assert(Math.abs((await run.read('initial'))[0] - 0.99) < 1e-12); // φ moved inside the trajectory
 * run.destroy();
 * ```
 */
export function continualTrajectoryShifting({ rate: beta }: TrajectoryShiftingOptions): InitialisationMethod {
  return {
    id: 'init/trajectory-shifting',
    name: 'trajectory-shifting',
    title: `Continual Trajectory Shifting (β = ${beta})`,
    source: 'Shin, Lee, Gong, Hwang, ICML 2021, algorithm 2',
    build: (layout) => {
      const phi = layout.initial.tensor;
      const delta = multiply(beta, subtract(layout.meanBody, phi));
      const shift = layout.metaUpdate('shift', add(phi, delta), { following: layout.shiftAll(delta) });
      return { aggregate: ({ index }) => shift(index) };
    },
  };
}
