/** @file Online hypergradient distillation (Lee et al., ICLR 2022). */
export { discountedSum } from './discounted-sum.ts';
export type { EstimationWeights } from './estimation.ts';
export { type HyperDistillOptions, hyperdistill, thetaName } from './hyperdistill.ts';
export { chooseRounding, mixBatches, type Rounding } from './mixed-batch.ts';
export { keptShare, keptShareBackwards, sumOfWeights } from './weighting.ts';
