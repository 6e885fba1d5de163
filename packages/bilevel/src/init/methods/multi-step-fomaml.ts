/** @file First-order MAML with a multi-step loss: validation gradients along the whole trajectory. */
import { execute } from '../../workspace/workspace.ts';
import type { InitialisationMethod } from '../method.ts';
import {
  declareMetaGradient,
  declareValidationGradients,
  refusesWithoutValidation,
} from './meta-gradient.ts';

/** Options of first-order MAML with losses at several steps. */
export interface MultiStepFomamlOptions {
  /** β */
  readonly rate: number;
  /** The loss is taken after every so many inner steps; 1 when left out. Divides K. */
  readonly every?: number;
}

/**
 * φ ← φ − β Σ_i v_i · 1/n Σ_t ∇L^val_t(θ^t_i), once at the end of a trajectory, with ∂θ_i/∂φ = I.
 *
 * Source: Antoniou, Edwards, Storkey, "How to train your MAML" (ICLR 2019), section 4, multi-step loss optimisation. There the weights
 * v_i move from equal ones to the last step alone as training goes on; here they stay equal, v_i = every/K.
 */
export function multiStepFomaml({ rate: beta, every = 1 }: MultiStepFomamlOptions): InitialisationMethod {
  return {
    id: 'init/fomaml-msl',
    name: 'fomaml-msl',
    title: `FOMAML, multi-step loss (β = ${beta}${every === 1 ? '' : `, every ${every} steps`})`,
    source: 'Antoniou, Edwards, Storkey, ICLR 2019, section 4, multi-step loss, first order',
    refuses: (taskSet, { horizon }) =>
      horizon % every === 0
        ? refusesWithoutValidation('fomaml-msl')(taskSet)
        : `fomaml-msl: a loss after every ${every} steps does not fit a trajectory of K = ${horizon}; give a number that divides ${horizon}.`,
    build: (layout, { horizon }) => {
      const metaGradient = declareMetaGradient(layout, beta);
      const gradients = declareValidationGradients(layout, metaGradient, every / horizon);
      return {
        *after({ i, index }) {
          if (i % every === 0) for (const gradient of gradients) yield execute(gradient, index);
        },
        end: ({ index }) => metaGradient.descend(index),
      };
    },
  };
}
