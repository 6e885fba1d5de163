/** @file Leap: φ moves so that the tasks' paths on their loss surfaces become shorter. */
import {
  absolute,
  add,
  divide,
  expandAxes,
  greater,
  multiply,
  negate,
  onesLike,
  select,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  vjp,
  zerosLike,
} from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { InitialisationMethod } from '../method.ts';
import { declareMetaGradient } from './meta-gradient.ts';

/** Options of Leap. */
export interface LeapOptions {
  /** β */
  readonly rate: number;
  /** `length`: the path length, p = 1. `energy`: the squared one, p = 2. `length` when left out. */
  readonly distance?: 'length' | 'energy';
  /** Δf ← −|Δf|, so that a step which made the loss worse does not push φ uphill. True when left out. */
  readonly stabiliser?: boolean;
}

/**
 * With Δθ_i = θ_{i+1} − θ_i, Δf_i = L(θ_{i+1}) − L(θ_i) and the path's step γ_i = (Δθ_i, Δf_i):
 *
 *     φ ← φ + β · 1/n Σ_t Σ_i (Δθ_i + Δf_i ∇L_t(θ_i)) / ‖γ_i‖^{2−p}
 *
 * which pulls φ forward along each path, ∂θ_i/∂φ = I. The factor p of the derivative is part of β.
 *
 * Source: Flennerhag, Moreno, Lawrence, Damianou, "Transferring knowledge across learning processes" (ICLR 2019), the pull-forward
 * objective (equation 6) and algorithm 1, with the stabiliser of its section on the method.
 *
 * Both losses of a step are taken on its own batch, one forward pass more a step; the authors' code compares the losses of two batches.
 * Heads are no part of φ, and the path is that of the body. The release of Continual Trajectory Shifting records the state after the
 * optimiser's step beside the loss and the gradient before it, and lets each process keep a φ of its own; neither is followed.
 */
export function leap({
  rate: beta,
  distance = 'length',
  stabiliser = true,
}: LeapOptions): InitialisationMethod {
  return {
    id: 'init/leap',
    name: 'leap',
    title: `Leap (${distance}, β = ${beta})`,
    source: 'Flennerhag, Moreno, Lawrence, Damianou, ICLR 2019, equation 6 and algorithm 1',
    build: (layout) => {
      const metaGradient = declareMetaGradient(layout, beta);
      const computations = layout.groups.map((laid) => {
        const { at, batch, losses, next } = layout.stepGraph(laid);
        const total = sum(losses);
        const gradient = vjp([total], [at.w], [onesLike(total)])[0] ?? zerosLike(at.w);
        const moved = layout.bodies(laid, subtract(next.w, at.w));
        const change = subtract(layout.lossesAt(laid, next.w, batch), losses);
        const pull = stabiliser ? negate(absolute(change)) : change;
        const forward = add(moved, multiply(expandAxes(pull, 1), layout.bodies(laid, gradient)));
        const size = sqrt(add(sum(square(moved), 1), square(change)));
        const step = distance === 'energy' ? forward : divideOr0(forward, expandAxes(size, 1));
        return layout.workspace.computation(
          `inner step of ${laid.group.name} with its part of the path`,
          [
            ...layout.updatesOf(laid.carry, next),
            layout.record(laid, losses),
            metaGradient.include(negate(step)),
          ],
          { gradients: laid.group.tasks },
        );
      });
      return {
        step: ({ index }) => computations.map((computation) => execute(computation, index)),
        end: ({ index }) => metaGradient.descend(index),
      };
    },
  };
}

/** a/b; 0 where b is 0, for a task that stands still. */
function divideOr0(a: Tensor, b: Tensor): Tensor {
  const positive = greater(b, 0);
  return select(positive, divide(a, select(positive, b, 1)), 0);
}
