/** @file iMAML: the gradient through the minimum of a proximal inner problem, by conjugate gradients. */
import { add, divide, jvp, zerosLike } from '@longhorizon/tensor';
import { declareConjugateGradients } from '../../solvers/conjugate-gradients.ts';
import { type CurvatureWatch, declareCurvatureWatch } from '../../solvers/curvature.ts';
import { execute } from '../../workspace/workspace.ts';
import type { LaidOutGroup, TaskLayout } from '../layout.ts';
import type { InitialisationMethod } from '../method.ts';
import { declareMetaGradient, type MetaGradient, refusesWithoutValidation } from './meta-gradient.ts';

/** Options of iMAML over long trajectories. */
export interface ImamlOptions {
  /** β */
  readonly rate: number;
  /** λ of the proximal term ½λ‖θ − φ‖². */
  readonly proximal: number;
  /** Steps of the solver; 10 when left out. */
  readonly steps?: number;
}

/**
 * (I + H_t/λ) q_t = ∇L^val_t(θ^t_K) with H_t = ∇²L^tr_t(θ^t_K), by conjugate gradients from 0; then φ ← φ − β · 1/n Σ_t q_t.
 *
 * Source: Rajeswaran, Finn, Kakade, Levine, "Meta-learning with implicit gradients" (NeurIPS 2019), algorithms 1 and 2. Default steps as
 * in the release of Continual Trajectory Shifting, with λ = 0.5 there.
 *
 * As in that release, the inner optimisation itself has no proximal term: the weights are kept near φ by stopping after K steps, and the
 * equation is solved as if they were a minimum. Heads are held constant, and H is that of the batch of the last step.
 */
export function imaml({ rate: beta, proximal: lambda, steps = 10 }: ImamlOptions): InitialisationMethod {
  if (!(lambda > 0)) throw new RangeError(`imaml: λ = ${lambda} was asked for; give a number above 0.`);
  if (!(Number.isInteger(steps) && steps >= 1))
    throw new RangeError(
      `imaml: ${steps} steps of the solver were asked for; give a whole number of 1 or more.`,
    );
  return {
    id: 'init/imaml',
    name: 'imaml',
    title: `iMAML (λ = ${lambda}, ${steps} steps, β = ${beta})`,
    source: 'Rajeswaran, Finn, Kakade, Levine, NeurIPS 2019, algorithms 1 and 2',
    refuses: refusesWithoutValidation('imaml'),
    build: (layout) => {
      const metaGradient = declareMetaGradient(layout, beta);
      const watch = declareCurvatureWatch(layout.workspace);
      const solvers = layout.groups.map((laid) => declareSolver(layout, laid, lambda, metaGradient, watch));
      return {
        curvature: watch,
        *end({ index }) {
          for (const { start, system, finish } of solvers) {
            yield execute(start, index);
            for (let n = 0; n < steps; n++) yield system.step(index);
            yield execute(finish, index);
          }
          yield* metaGradient.descend(index);
        },
      };
    },
  };
}

/** Conjugate gradients for all tasks of a group at once. */
function declareSolver(
  layout: TaskLayout,
  laid: LaidOutGroup,
  lambda: number,
  metaGradient: MetaGradient,
  watch: CurvatureWatch,
) {
  const { workspace, taskSet } = layout;
  const { group, carry } = laid;
  const w = carry.w.tensor;
  const gradient = layout.gradientAt(laid, w, layout.trainBatch(laid));
  const system = declareConjugateGradients(workspace, {
    shape: [group.tasks, taskSet.bodyLength],
    product: (v) => {
      const [curved] = jvp([gradient], [w], [layout.withBodies(laid, v, zerosLike(w))]);
      return curved === undefined ? v : add(v, divide(layout.bodies(laid, curved), lambda));
    },
    watch,
    suffix: ` of ${group.name}`,
    counts: { hvps: group.tasks },
  });
  const validation = layout.bodies(laid, layout.gradientAt(laid, w, layout.validationBatch(laid)));
  const start = workspace.computation(`q = 0 for ${group.name}`, system.from(validation), {
    gradients: group.tasks,
  });
  const finish = workspace.computation(`q of ${group.name}`, [metaGradient.include(system.solution)]);
  return { start, system, finish };
}
