import type { BenchmarkSuite } from '../../measurements/benchmark-suite.ts';
import { runFeedingCell } from './cells.ts';
import { feedingSuite } from './suite.ts';

/** It compares nothing with anything, so the quick profile of the benchmark goes without it. */
const { quick: _, ...profiles } = feedingSuite.profiles;

export const feeding: BenchmarkSuite = { suite: { ...feedingSuite, profiles }, runCell: runFeedingCell };
