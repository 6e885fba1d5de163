import type { BenchmarkSuite } from '../../measurements/benchmark-suite.ts';
import { initialisationCells } from '../../measurements/initialisation/cells.ts';
import { largeScaleReproductions } from './reproductions.ts';
import { largeScaleSuite } from './suite.ts';

export const largeScale: BenchmarkSuite = {
  suite: largeScaleSuite.suite,
  runCell: initialisationCells(largeScaleSuite),
  reproductions: largeScaleReproductions,
  // Pictures and networks of the quick profile are small.
  dispatches: ({ problem, profile }) => (problem === 'images' && profile !== 'quick' ? 'large' : 'small'),
};
