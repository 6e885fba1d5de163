import { binary } from '../helpers/elementwise.ts';

/** 1 where a < b, else 0. */
export const less = binary('less', {
  doc: 'less(a, b): 1 where a < b, else 0 (u32).',
  dtypes: ['f32', 'i32', 'u32'],
  result: 'u32',
  reference: (a, b) => Number(a < b),
  wgsl: ([a, b], _, output) => `${output.text}(${a} < ${b})`,
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
