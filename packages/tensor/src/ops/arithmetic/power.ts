import { node, type Tensor } from '../../graph/tensor.ts';
import { equal } from '../comparison/equal.ts';
import { greater } from '../comparison/greater.ts';
import { select } from '../comparison/select.ts';
import { withOp } from '../define.ts';
import { alignOperands, defineElementwise, type Operand, wgslName } from '../helpers/elementwise.ts';
import { powerFunction } from '../helpers/wgsl-math.ts';
import { log } from '../transcendental/log.ts';
import { rsqrt } from '../transcendental/rsqrt.ts';
import { sqrt } from '../transcendental/sqrt.ts';
import { divide } from './divide.ts';
import { multiply } from './multiply.ts';
import { square } from './square.ts';
import { subtract } from './subtract.ts';

const op = defineElementwise('power', 2, {
  doc: 'power(a, b) = aᵇ; a⁰ = 1, and 1ᵇ = 1. A negative base with an exponent that is not whole gives NaN. The derivative by b is 0 where a ≤ 0, that by a is 0 where b = 0.',
  // JavaScript has NaN where C, IEEE 754 and PyTorch have 1: 1 to the power of NaN, ±1 to the power of ±∞.
  reference: (a, b) => (a === 1 || (a === -1 && Math.abs(b!) === Infinity) ? 1 : a! ** b!),
  wgsl: ([a, b], type) => `${wgslName('power', type)}(${a}, ${b})`,
  functions: (type) => powerFunction(wgslName('power', type), type),
  weight: 32,
  partials: [
    // b · aᵇ⁻¹ is 0 · ∞ at a = b = 0, where a⁰ = 1 everywhere around.
    ([a, b]) => {
      const base = select(equal(b!, 0), select(equal(a!, 0), 1, a!), a!);
      return multiply(b!, power(base, subtract(b!, 1)));
    },
    ([a], y) => {
      const positive = greater(a!, 0);
      return select(positive, multiply(y, log(select(positive, a!, 1))), 0);
    },
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
    [-2, 3],
    [-2, 4],
    [-1, 17],
    [-2, -3],
    [-2, 0.5],
    [0, -1],
    [-0, -1],
    [-0, 3],
  ],
  tolerance: { ulp: 64 },
});

/** x to a whole power by repeated squaring. */
function wholePower(x: Tensor, exponent: number): Tensor {
  if (exponent === 1) return x;
  const half = wholePower(x, Math.floor(exponent / 2));
  return exponent % 2 === 0 ? square(half) : multiply(square(half), x);
}

/** aᵇ. A whole number b up to ±16, ½ or −½ becomes multiplications and roots. */
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
