import type { BenchmarkSuite } from '../../measurements/benchmark-suite.ts';
import { bilevelCells } from '../../measurements/bilevel-cells.ts';
import { fewShotReproductions } from './reproductions.ts';
import { namesOf } from './start-problems.ts';
import { fewShotSuite } from './suite.ts';

export const fewShot: BenchmarkSuite = {
  suite: fewShotSuite.suite,
  runCell: bilevelCells(fewShotSuite),
  reproductions: fewShotReproductions,
  dispatches: ({ problem }) => (namesOf('conv4').includes(problem) ? 'large' : 'small'),
};
