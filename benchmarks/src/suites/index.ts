/** @file All suites. A suite is one line here and one folder beside this file. */
import type { Suite } from '@longhorizon/harness';
import type { InitialisationSuite } from '../measurements/initialisation/rows.ts';
import type { BilevelSuite } from '../measurements/rows.ts';
import { attackSuite } from './attack/suite.ts';
import { fewShotSuite } from './few-shot/suite.ts';
import { hypergradientSuite } from './hypergradient/suite.ts';
import { kernelsSuite } from './kernels/suite.ts';
import { largeScaleSuite } from './large-scale/suite.ts';
import { longTailedSuite } from './long-tailed/suite.ts';
import { feedingSuite, trainingSuite } from './training/suite.ts';

/** Suites of bilevel problems: any method on any problem, in the same passes. One without problems is not there yet. */
export const bilevelSuites: readonly BilevelSuite[] = [hypergradientSuite, fewShotSuite].filter(
  ({ problems }) => problems.length > 0,
);

/** Suites of methods that learn an initialisation from tasks which live long; their cells have passes of their own. */
export const initialisationSuites: readonly InitialisationSuite[] = [largeScaleSuite];

/** Plain training takes minutes a cell, so the quick profile goes without it. */
export const plainSuites: readonly Suite[] = [trainingSuite, feedingSuite].map((suite) => {
  const { quick: _, ...profiles } = suite.profiles;
  return { ...suite, profiles };
});

export const suites: readonly Suite[] = [
  ...bilevelSuites.map(({ suite }) => suite),
  ...initialisationSuites.map(({ suite }) => suite),
  longTailedSuite,
  attackSuite,
  kernelsSuite,
  ...plainSuites,
];
