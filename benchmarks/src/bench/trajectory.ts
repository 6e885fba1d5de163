import type { CellRecord } from '@longhorizon/harness';

/** Committed records of every device have at most 1.2e-6. */
const largestError = 1e-3;

/**
 * Why the inner optimisation of a record is none of ours, as sentences: weights and outer loss at its end are those of the oracle up to rounding,
 * whatever the method makes of them.
 */
export function trajectoryProblems({ details = {} }: CellRecord): readonly string[] {
  return ['weightsError', 'outerLossError'].flatMap((name) => {
    const error = details[name];
    if (typeof error !== 'number' || error <= largestError) return [];
    return [
      `details.${name}: ${error}, where rounding leaves less than ${largestError}: the inner optimisation is not the one of the reference values.`,
    ];
  });
}
