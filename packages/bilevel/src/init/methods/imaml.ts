/** @file iMAML: the gradient through the minimum of a proximal inner problem, by conjugate gradients. */
import {
  add,
  divide,
  expandAxes,
  greater,
  jvp,
  multiply,
  select,
  square,
  subtract,
  sum,
  type Tensor,
  zerosLike,
} from '@longhorizon/tensor';
import { run } from '../../program/workspace.ts';
import type { LaidOutGroup, TaskLayout } from '../layout.ts';
import type { InitialisationMethod } from '../method.ts';
import { declareMetaGradient, type MetaGradient, refusesWithoutValidation } from './meta-gradient.ts';

export interface ImamlOptions {
  /** β */
  readonly rate: number;
  /** λ of the proximal term ½λ‖θ − φ‖². */
  readonly proximal: number;
  /** Steps of the solver; 10 when left out. */
  readonly steps?: number;
}

/**
 * (I + H_t/λ) v_t = ∇L^val_t(θ^t_K) with H_t = ∇²L^tr_t(θ^t_K), by conjugate gradients from 0; then φ ← φ − β · 1/n Σ_t v_t.
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
    name: 'imaml',
    title: `iMAML (λ = ${lambda}, ${steps} steps, β = ${beta})`,
    source: 'Rajeswaran, Finn, Kakade, Levine, NeurIPS 2019, algorithms 1 and 2',
    refuses: refusesWithoutValidation('imaml'),
    build: (layout) => {
      const metaGradient = declareMetaGradient(layout, beta);
      const solvers = layout.groups.map((laid) => declareSolver(layout, laid, lambda, metaGradient));
      return {
        *end({ index }) {
          for (const { start, step, finish } of solvers) {
            yield run(start, index);
            for (let n = 0; n < steps; n++) yield run(step, index);
            yield run(finish, index);
          }
          yield metaGradient.descend(index);
        },
      };
    },
  };
}

/** Conjugate gradients for all tasks of a group at once, each with step lengths of its own. */
function declareSolver(layout: TaskLayout, laid: LaidOutGroup, lambda: number, metaGradient: MetaGradient) {
  const { workspace, taskSet } = layout;
  const { group, carry } = laid;
  const w = carry.w.tensor;
  const likeBodies = (name: string) =>
    workspace.slot(`${name} of ${group.name}`, [group.tasks, taskSet.bodyLength], { class: 'tangents' });
  const [v, residual, direction] = [likeBodies('v'), likeBodies('residual'), likeBodies('direction')];
  const validation = layout.bodies(laid, layout.gradientAt(laid, w, layout.validationBatch(laid)));
  const start = workspace.kernel(
    `v = 0 for ${group.name}`,
    [
      [v, zerosLike(v.tensor)],
      [residual, validation],
      [direction, validation],
    ],
    { gradients: group.tasks },
  );
  const p = direction.tensor;
  const alone = layout.withBodies(laid, p, zerosLike(w));
  const [curved] = jvp([layout.gradientAt(laid, w, layout.trainBatch(laid))], [w], [alone]);
  const Ap = curved === undefined ? p : add(p, divide(layout.bodies(laid, curved), lambda));
  const energy = sum(square(residual.tensor), 1);
  const length = ratio(energy, sum(multiply(p, Ap), 1));
  const nextResidual = subtract(residual.tensor, multiply(expandAxes(length, 1), Ap));
  const keep = ratio(sum(square(nextResidual), 1), energy);
  const step = workspace.kernel(
    `a step of conjugate gradients for ${group.name}`,
    [
      [v, add(v.tensor, multiply(expandAxes(length, 1), p))],
      [residual, nextResidual],
      [direction, add(nextResidual, multiply(expandAxes(keep, 1), p))],
    ],
    { hvps: group.tasks },
  );
  const finish = workspace.kernel(`v of ${group.name}`, [metaGradient.include(v.tensor)]);
  return { start, step, finish };
}

/** a/b where b > 0, else 0: a task whose residual is zero stays where it is. */
function ratio(a: Tensor, b: Tensor): Tensor {
  const positive = greater(b, 0);
  return select(positive, divide(a, select(positive, b, 1)), 0);
}
