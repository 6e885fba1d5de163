/** @file The rows of the suite `long-tailed`: classes with few examples and noisy labels. A problem is one row; the suite appears with its first. */
import type { ProblemRow } from '../rows.ts';

export const problems: readonly ProblemRow[] = [];
