/** @file First-order MAML: the validation gradient where the tasks end, taken for the gradient at φ. */
import { execute } from '../../workspace/workspace.ts';
import type { InitialisationMethod } from '../method.ts';
import {
  declareMetaGradient,
  declareValidationGradients,
  refusesWithoutValidation,
} from './meta-gradient.ts';

/** Options of first-order MAML over long trajectories. */
export interface FomamlOptions {
  /** β */
  readonly rate: number;
  /** Batches over which the validation loss is averaged; 1 when left out. */
  readonly validationBatches?: number;
}

/**
 * φ ← φ − β · 1/n Σ_t ∇L^val_t(θ^t_K), once at the end of a trajectory: MAML's gradient with ∂θ_K/∂φ = I.
 *
 * Source: Finn, Abbeel, Levine, "Model-agnostic meta-learning" (ICML 2017), section 5.2.
 *
 * The release of Continual Trajectory Shifting makes its meta-update every `aggregate_period` steps, 1 by default, at which it is no
 * longer FOMAML; here it is once in K steps.
 */
export function fomaml({ rate: beta, validationBatches = 1 }: FomamlOptions): InitialisationMethod {
  return {
    id: 'init/fomaml',
    name: 'fomaml',
    title: `FOMAML (β = ${beta})`,
    source: 'Finn, Abbeel, Levine, ICML 2017, section 5.2',
    refuses: refusesWithoutValidation('fomaml'),
    build: (layout) => {
      const metaGradient = declareMetaGradient(layout, beta);
      const gradients = declareValidationGradients(layout, metaGradient, 1 / validationBatches);
      return {
        *end({ index }) {
          for (let batch = 0; batch < validationBatches; batch++)
            for (const gradient of gradients) yield execute(gradient, index * validationBatches + batch);
          yield* metaGradient.descend(index);
        },
      };
    },
  };
}
