/** @file The rows of the suite `attack`: perturbations learned to mislead, and defences against them. A problem is one row; the suite appears with its first. */
import type { ProblemRow } from '../rows.ts';

export const problems: readonly ProblemRow[] = [];
