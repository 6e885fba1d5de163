/** @file Reptile: φ moves towards where the tasks end. */
import { add, multiply, subtract } from '@longhorizon/tensor';
import type { InitialisationMethod } from '../method.ts';

/** Options of Reptile. */
export interface ReptileOptions {
  /** β */
  readonly rate: number;
}

/**
 * φ ← φ + β (1/n Σ_t θ^t_K − φ), once at the end of a trajectory.
 *
 * Source: Nichol, Achiam, Schulman, "On first-order meta-learning algorithms" (arXiv 1803.02999, 2018), algorithm 2: the batched
 * version, with plain SGD as the optimiser of φ.
 */
export function reptile({ rate: beta }: ReptileOptions): InitialisationMethod {
  return {
    id: 'init/reptile',
    name: 'reptile',
    title: `Reptile (β = ${beta})`,
    source: 'Nichol, Achiam, Schulman, arXiv 2018, algorithm 2',
    build: (layout) => {
      const phi = layout.initial.tensor;
      const move = layout.metaUpdate('Reptile', add(phi, multiply(beta, subtract(layout.meanBody, phi))));
      return { end: ({ index }) => move(index) };
    },
  };
}
