import { comparison } from '../helpers/comparison.ts';

/** 1 where a ≥ b, else 0. */
export const greaterEqual = comparison(
  'greaterEqual',
  'a ≥ b',
  (a, b) => a >= b,
  (a, b) => `${a} >= ${b}`,
);
