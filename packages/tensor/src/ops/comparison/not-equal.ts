import { comparison } from '../helpers/comparison.ts';

/** 1 where a ≠ b, else 0. */
export const notEqual = comparison(
  'notEqual',
  'a ≠ b; NaN is equal to nothing',
  (a, b) => a !== b,
  // a != b of floats is compiled to a comparison that is false for NaN; a == b is false for it as well.
  (a, b) => `!(${a} == ${b})`,
);
