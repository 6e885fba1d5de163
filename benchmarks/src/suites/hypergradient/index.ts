import type { BenchmarkSuite } from '../../measurements/benchmark-suite.ts';
import { bilevelCells } from '../../measurements/bilevel-cells.ts';
import { networkNames } from './networks.ts';
import { hypergradientStudies } from './page-studies.ts';
import { hypergradientReproductions } from './reproductions.ts';
import { hypergradientSuite } from './suite.ts';

export const hypergradient: BenchmarkSuite = {
  suite: hypergradientSuite.suite,
  runCell: bilevelCells(hypergradientSuite),
  reproductions: hypergradientReproductions,
  studies: hypergradientStudies,
  dispatches: ({ problem }) => (networkNames.includes(problem) ? 'large' : 'small'),
};
