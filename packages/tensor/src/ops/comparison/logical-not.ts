import { unary } from '../helpers/elementwise.ts';

/** 1 where a mask is 0, else 0. */
export const logicalNot = unary('logicalNot', {
  doc: 'logicalNot(mask): 1 where mask = 0, else 0 (u32).',
  dtypes: ['u32'],
  reference: (mask) => Number(mask === 0),
  wgsl: ([mask], type, output) => `${output.text}(${mask} == ${type.literal(0)})`,
  partials: 'none',
  domain: [[0, 2]],
  special: [[0], [1], [4294967295]],
  tolerance: { ulp: 0 },
});
