/** @file The small problem of the horizon rows: descent with momentum on a quadratic with a diagonal Hessian. */

/** Parameters. */
export const horizonSize = 1024;
export const horizonMomentum = 0.5;
export const horizonRate = 1e-3;
