/** @file All suites. A suite is one line here and one folder beside this file. */
import type { Suite } from '@longhorizon/harness';
import { hypergradientSuite } from './hypergradient/suite.ts';
import type { BilevelSuite } from './rows.ts';

/** Suites of bilevel problems: any method on any problem, in the same passes. */
export const bilevelSuites: readonly BilevelSuite[] = [hypergradientSuite];

export const suites: readonly Suite[] = bilevelSuites.map(({ suite }) => suite);
