import { binary } from '../helpers/elementwise.ts';

/** a · b; integers wrap around. */
export const multiply = binary('multiply', {
  doc: 'multiply(a, b) = a · b; integers wrap around.',
  dtypes: ['f32', 'i32', 'u32'],
  reference: (a, b) => a * b,
  integerReference: (_, a, b) => Math.imul(a, b),
  wgsl: ([a, b]) => `${a} * ${b}`,
  partials: [([, b]) => b!, ([a]) => a!],
  domain: [[-4, 4]],
  special: [
    [0, -0],
    [1e-20, 1e-10],
    [1e20, 1e10],
  ],
  tolerance: { ulp: 1 },
});
