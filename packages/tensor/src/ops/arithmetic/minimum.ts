import { less } from '../comparison/less.ts';
import { binary } from '../helpers/elementwise.ts';
import { preference } from '../helpers/preference.ts';
import { extreme } from '../helpers/wgsl-math.ts';

/** The smaller of two; a tie gives half of the derivative to each. */
export const minimum = binary('minimum', {
  doc: 'minimum(a, b): the smaller; at a tie the derivative is ½ for each. NaN if an operand is NaN.',
  dtypes: ['f32', 'i32', 'u32'],
  reference: (a, b) => Math.min(a, b),
  wgsl: ([a, b], type) => extreme(a!, b!, '<', type),
  partials: [([a, b]) => preference(a!, b!, less), ([a, b]) => preference(b!, a!, less)],
  domain: [[-4, 4]],
  special: [
    [2, 2],
    [0, 0],
    [-3e38, 3e38],
  ],
  tolerance: { ulp: 0 },
});
