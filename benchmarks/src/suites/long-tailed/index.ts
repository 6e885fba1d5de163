import { type BenchmarkSuite, ownCards } from '../../measurements/benchmark-suite.ts';
import { runLongTailedCell } from './cells.ts';
import { methods } from './methods.ts';
import { longTailedSuite } from './suite.ts';

export const longTailed: BenchmarkSuite = {
  suite: longTailedSuite,
  runCell: runLongTailedCell,
  cards: ownCards(longTailedSuite.name, methods),
};
