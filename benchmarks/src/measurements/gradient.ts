/** @file The pass `gradient`: one hypergradient against the exact one, on the same trajectory. */
import { finiteOrNull, type Measurement, sha256 } from '@longhorizon/harness';
import { agreement } from './agreement.ts';
import type { Case } from './case.ts';
import { exactOf } from './oracle.ts';
import { withFirstRun } from './prepare.ts';

export async function gradientPass(cell: Case): Promise<Measurement> {
  return withFirstRun(cell, async (run, { counts, dispatches, outerLoss, nonPositiveCurvature }) => {
    const hypergradient = await run.read('hypergradient');
    const weights = await run.read('weights');
    const exact = await exactOf(cell);
    return {
      status: 'ok',
      gradient: agreement(hypergradient, exact.hypergradient, exact.reference),
      counters: { ...counts, dispatches },
      kernelVariants: run.engine.variants,
      kernelChoices: run.engine.choices,
      artifacts: { hypergradient: digest(hypergradient), weights: digest(weights) },
      details: {
        outerLoss: finiteOrNull(outerLoss),
        // Small, or the method did not walk where the oracle did.
        weightsError: agreement(weights, exact.weights, exact.reference).relativeError,
        outerLossError: finiteOrNull(Math.abs(outerLoss - exact.outerLoss) / Math.abs(exact.outerLoss)),
        // Of a solver whose matrix is not positive definite: what it gives is no solution that theory promises.
        ...(nonPositiveCurvature === undefined ? {} : { nonPositiveCurvature: { ...nonPositiveCurvature } }),
      },
    };
  });
}

/** SHA-256 of the numbers as float32: two runs on one device must agree on it. */
export function digest(numbers: Float64Array): string {
  return sha256(new Uint8Array(Float32Array.from(numbers).buffer));
}
