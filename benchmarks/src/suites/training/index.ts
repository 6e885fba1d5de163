import type { BenchmarkSuite } from '../../measurements/benchmark-suite.ts';
import { runTrainingCell } from './cells.ts';
import { trainingSuite } from './suite.ts';

/** It takes minutes a cell, so the quick profile of the benchmark goes without it. */
const { quick: _, ...profiles } = trainingSuite.profiles;

export const training: BenchmarkSuite = { suite: { ...trainingSuite, profiles }, runCell: runTrainingCell };
