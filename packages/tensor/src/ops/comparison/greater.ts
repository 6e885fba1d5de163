import { comparison } from '../helpers/comparison.ts';

/** 1 where a > b, else 0. */
export const greater = comparison(
  'greater',
  'a > b',
  (a, b) => a > b,
  (a, b) => `${a} > ${b}`,
);
