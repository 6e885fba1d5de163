/** @file All suites. A suite is one line here and one folder beside this file. */
import type { Suite } from '@longhorizon/harness';
import { attackSuite } from './attack/suite.ts';
import { fewShotSuite } from './few-shot/suite.ts';
import { hypergradientSuite } from './hypergradient/suite.ts';
import { kernelsSuite } from './kernels/suite.ts';
import { largeScaleSuite } from './large-scale/suite.ts';
import { longTailedSuite } from './long-tailed/suite.ts';
import type { BilevelSuite } from './rows.ts';

/** Suites of bilevel problems: any method on any problem, in the same passes. One without problems is not there yet. */
export const bilevelSuites: readonly BilevelSuite[] = [
  hypergradientSuite,
  fewShotSuite,
  largeScaleSuite,
  longTailedSuite,
  attackSuite,
].filter(({ problems }) => problems.length > 0);

export const suites: readonly Suite[] = [...bilevelSuites.map(({ suite }) => suite), kernelsSuite];
