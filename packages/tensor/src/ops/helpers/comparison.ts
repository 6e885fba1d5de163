import type { OpFunction } from '../define.ts';
import { binary, type Operand } from './elementwise.ts';

/**
 * An op that compares two tensors of one type and gives u32.
 *
 * @param doc what holds, as in `a < b`, and what else is to be known
 * @param wgsl the expression that holds, of operands `a` and `b`
 */
export function comparison(
  name: string,
  doc: string,
  reference: (a: number, b: number) => boolean,
  wgsl: (a: string, b: string) => string,
): OpFunction<[Operand, Operand]> {
  const [holds, ...more] = doc.split('; ');
  return binary(name, {
    doc: [`${name}(a, b): 1 where ${holds}, else 0 (u32)`, ...more].join('; ').concat('.'),
    dtypes: ['f32', 'i32', 'u32'],
    result: 'u32',
    reference: (a, b) => Number(reference(a!, b!)),
    wgsl: ([a, b], _, output) => `${output.text}(${wgsl(a!, b!)})`,
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
}
