import { node, type Tensor } from '../../graph/tensor.ts';
import { greater } from '../comparison/greater.ts';
import { select } from '../comparison/select.ts';
import { withOp } from '../define.ts';
import { alignOperands, defineElementwise, type Operand } from '../helpers/elementwise.ts';
import { log } from '../transcendental/log.ts';
import { rsqrt } from '../transcendental/rsqrt.ts';
import { sqrt } from '../transcendental/sqrt.ts';
import { divide } from './divide.ts';
import { multiply } from './multiply.ts';
import { square } from './square.ts';
import { subtract } from './subtract.ts';

const op = defineElementwise('power', 2, {
  doc: 'power(a, b) = aᵇ for a ≥ 0; a⁰ = 1. The derivative by b is 0 where a = 0. Negative bases: whole numbers b only.',
  reference: (a, b) => a ** b,
  wgsl: ([a, b], t) => `select(pow(${a}, ${b}), ${t.literal(1)}, ${b} == ${t.literal(0)})`,
  weight: 20,
  partials: [
    ([a, b]) => multiply(b!, power(a!, subtract(b!, 1))),
    ([a], y) => multiply(y, log(select(greater(a!, 0), a!, 1))),
  ],
  domain: [
    [0.2, 4],
    [-3, 3],
  ],
  special: [
    [0, 0],
    [0, 2],
    [1, 100],
    [5, 0],
  ],
  tolerance: { ulp: 64 },
});

/** x to a whole power by repeated squaring. */
function wholePower(x: Tensor, exponent: number): Tensor {
  if (exponent === 1) return x;
  const half = wholePower(x, Math.floor(exponent / 2));
  return exponent % 2 === 0 ? square(half) : multiply(square(half), x);
}

/** aᵇ. A whole number b up to ±16, ½ or −½ becomes multiplications and roots, and then any base is good. */
export const power = withOp(op, (a: Operand, b: Operand): Tensor => {
  if (typeof b === 'number' && typeof a !== 'number') {
    const size = Math.abs(b);
    if (b === 0.5) return sqrt(a);
    if (b === -0.5) return rsqrt(a);
    if (Number.isInteger(b) && size >= 1 && size <= 16)
      return b > 0 ? wholePower(a, size) : divide(1, wholePower(a, size));
  }
  return node(op, alignOperands('power', [a, b]));
});
