/** @file What a reader of a table has to know of a solver: its matrix was not positive definite. */
import type { NonPositiveCurvature } from '@longhorizon/bilevel';
import { showNumber } from './table.ts';

/** A line for the first direction that does not curve upwards; none where there is no such direction. */
export function curvatureNote(met: NonPositiveCurvature | null | undefined): string[] {
  if (met === undefined || met === null) return [];
  return [
    `at iteration ${met.iteration} of the solver after step ${met.step}, pᵀMp/pᵀp = ${showNumber(met.curvature)}: the matrix is not positive definite, which the method assumes.`,
  ];
}
