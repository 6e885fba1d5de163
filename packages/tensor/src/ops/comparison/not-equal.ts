import { binary } from '../helpers/elementwise.ts';

/** 1 where a ≠ b, else 0. */
export const notEqual = binary('notEqual', {
  doc: 'notEqual(a, b): 1 where a ≠ b, else 0 (u32); NaN is equal to nothing.',
  dtypes: ['f32', 'i32', 'u32'],
  result: 'u32',
  reference: (a, b) => Number(a !== b),
  // a != b of floats is compiled to a comparison that is false for NaN; a == b is false for it as well.
  wgsl: ([a, b], _, output) => `${output.text}(!(${a} == ${b}))`,
  partials: 'none',
  domain: [[-2, 2]],
  special: [
    [1, 1],
    [0, -0],
    [1, 2],
    [2, 1],
    [1e-30, 1e-30],
  ],
  tolerance: { ulp: 0 },
});
