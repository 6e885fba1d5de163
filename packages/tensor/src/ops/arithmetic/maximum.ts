import { greater } from '../comparison/greater.ts';
import { binary } from '../helpers/elementwise.ts';
import { preference } from '../helpers/preference.ts';
import { extreme } from '../helpers/wgsl-math.ts';

/** The larger of two; a tie gives half of the derivative to each. */
export const maximum = binary('maximum', {
  doc: 'maximum(a, b): the larger; at a tie the derivative is ½ for each. NaN if an operand is NaN.',
  dtypes: ['f32', 'i32', 'u32'],
  reference: (a, b) => Math.max(a, b),
  wgsl: ([a, b], type) => extreme(a!, b!, '>', type),
  partials: [([a, b]) => preference(a!, b!, greater), ([a, b]) => preference(b!, a!, greater)],
  domain: [[-4, 4]],
  special: [
    [2, 2],
    [0, 0],
    [-3e38, 3e38],
  ],
  tolerance: { ulp: 0 },
});
