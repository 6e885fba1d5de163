import { type BenchmarkSuite, ownCards } from '../../measurements/benchmark-suite.ts';
import { runAttackCell } from './cells.ts';
import { methods } from './methods.ts';
import { attackSuite } from './suite.ts';

export const attack: BenchmarkSuite = {
  suite: attackSuite,
  runCell: runAttackCell,
  cards: ownCards(attackSuite.name, methods),
};
