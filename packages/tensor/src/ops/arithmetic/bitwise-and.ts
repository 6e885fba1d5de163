import { binary } from '../helpers/elementwise.ts';

/** Bits set in both. */
export const bitwiseAnd = binary('bitwiseAnd', {
  doc: 'bitwiseAnd(a, b): bits set in both.',
  dtypes: ['u32'],
  reference: (a, b) => (a & b) >>> 0,
  wgsl: ([a, b]) => `${a} & ${b}`,
  partials: 'none',
  domain: [[0, 4294967295]],
  special: [
    [0, 0],
    [4294967295, 4294967295],
    [4294967295, 0],
    [0x80000000, 1],
  ],
  tolerance: { ulp: 0 },
});
