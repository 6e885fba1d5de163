import type { BenchmarkSuite } from '../../measurements/benchmark-suite.ts';
import { libraryCards } from './cards.ts';
import { closeKernelCells, runKernelCell } from './cells.ts';
import { dispatchesOf, rowNamed } from './declaration.ts';
import { kernelsSuite } from './suite.ts';

export const kernels: BenchmarkSuite = {
  suite: kernelsSuite,
  runCell: runKernelCell,
  dispatches: ({ problem }) => dispatchesOf(rowNamed(problem)),
  startsProcesses: true,
  cards: libraryCards.map((card) => ({ ...card, suites: [kernelsSuite.name] })),
  close: closeKernelCells,
};
