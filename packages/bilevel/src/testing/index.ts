/** @file What tests of methods in other packages share. */
export {
  differenceTolerance,
  hypergradientOf,
  initialisationParity,
  isMethod,
  parity,
  parityHorizon,
  parityProblems,
  parityRate,
  paritySizes,
  parityTaskSet,
  parityTolerance,
} from './parity.ts';
export { slicedProblem, startProblem } from './task-problems.ts';
