/** @file The rows of the suite `large-scale`: many heterogeneous tasks and large networks. A problem is one row; the suite appears with its first. */
import type { ProblemRow } from '../rows.ts';

export const problems: readonly ProblemRow[] = [];
