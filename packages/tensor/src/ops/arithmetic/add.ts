import { binary } from '../helpers/elementwise.ts';
import { constant } from '../leaf/constant.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';

/** a + b; integers wrap around. */
export const add = binary('add', {
  doc: 'add(a, b) = a + b; integers wrap around.',
  dtypes: ['f32', 'i32', 'u32'],
  reference: (a, b) => a + b,
  wgsl: ([a, b]) => `${a} + ${b}`,
  partials: [([a]) => broadcastTo(constant(1), a!.shape), ([a]) => broadcastTo(constant(1), a!.shape)],
  domain: [[-4, 4]],
  special: [
    [0, -0],
    [1e-30, 1],
    [3e38, -3e38],
  ],
  tolerance: { ulp: 1 },
});
