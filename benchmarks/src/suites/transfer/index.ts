import { type BenchmarkSuite, ownCards } from '../../measurements/benchmark-suite.ts';
import { runTransferCell } from './cells.ts';
import { methods } from './methods.ts';
import { transferSuite } from './suite.ts';

export const transfer: BenchmarkSuite = {
  suite: transferSuite,
  runCell: runTransferCell,
  // Pictures and networks of the quick profile are small.
  dispatches: ({ profile }) => (profile !== 'quick' ? 'large' : 'small'),
  cards: ownCards(transferSuite.name, methods),
};
