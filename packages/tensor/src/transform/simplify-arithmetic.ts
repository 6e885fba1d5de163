/** @file Simplifications of arithmetic: constants, neutral elements, signs, masks. */
import { broadcastShapes, elementCount, sameShape } from '../graph/shape.ts';
import { isNodeOf, node, type Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { divide } from '../ops/arithmetic/divide.ts';
import { maximum } from '../ops/arithmetic/maximum.ts';
import { minimum } from '../ops/arithmetic/minimum.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { negate } from '../ops/arithmetic/negate.ts';
import { subtract } from '../ops/arithmetic/subtract.ts';
import { select } from '../ops/comparison/select.ts';
import { constant } from '../ops/leaf/constant.ts';
import { broadcastTo, sum } from '../ops/reduction/sum-broadcast.ts';
import { cast } from '../ops/rounding/cast.ts';
import type { Rule } from './simplify-rule.ts';
import { filled, uniformValue, zerosLike } from './zeros.ts';

const left = (current: Tensor) => current.inputs[0]!;
const right = (current: Tensor) => current.inputs[1]!;
const isUniform = (tensor: Tensor, value: number) => uniformValue(tensor) === value;

/** The largest f32: a folded constant beyond it would be infinite on the device. */
const largest = 3.4028234663852886e38;

/** Whether a number is one of float32's normal ones: a smaller one loses bits, or is 0. */
const isNormal = (value: number) => Math.abs(value) <= largest && Math.abs(value) >= 2 ** -126;

export const arithmeticRules: readonly Rule[] = [
  {
    says: 'f(c₁, c₂) = c for constants and elementwise f',
    exact: false,
    rewrite: (current) => {
      const { op, shape, dtype, inputs, parameters } = current;
      if (op.lower.kind !== 'elementwise' || op.lower.weight === 0 || inputs.length === 0) return undefined;
      const values = inputs.map(uniformValue);
      if (values.includes(undefined)) return undefined;
      const scalars = inputs.map((operand, slot) => ({
        shape: [],
        dtype: operand.dtype,
        data: new Float64Array([values[slot]!]),
      }));
      const value = op.reference(scalars, parameters, { shape: [], dtype })[0]!;
      // The device has no literal for infinity or NaN: it computes them.
      return Number.isFinite(value) && Math.abs(value) <= largest ? filled(value, shape, dtype) : undefined;
    },
  },
  {
    says: 'f(broadcast(x), broadcast(y)) = broadcast(f(x, y)) for elementwise f',
    exact: true,
    rewrite: computedBeforeBroadcast,
  },
  {
    says: 'a linear op of zeros is zeros',
    exact: false,
    rewrite: (current) => {
      const { derivative, lower } = current.op;
      if (derivative.kind !== 'linear' || current.dtype !== 'f32' || lower.kind === 'leaf') return undefined;
      const slots = derivative.slots === 'all' ? current.inputs.map((_, slot) => slot) : derivative.slots;
      const isZero = (slot: number) => isUniform(current.inputs[slot]!, 0);
      const vanishes = derivative.joint ? slots.every(isZero) : slots.some(isZero);
      return vanishes && !isUniform(current, 0) ? zerosLike(current) : undefined;
    },
  },
  {
    says: 'x + 0 = x, 0 + x = x',
    on: [add.op],
    exact: false,
    rewrite: (current) =>
      isUniform(right(current), 0) ? left(current) : isUniform(left(current), 0) ? right(current) : undefined,
  },
  {
    says: 'x + (−y) = x − y, (−x) + y = y − x',
    on: [add.op],
    exact: true,
    rewrite: (current) => {
      if (right(current).op === negate.op) return subtract(left(current), left(right(current)));
      if (left(current).op === negate.op) return subtract(right(current), left(left(current)));
      return undefined;
    },
  },
  {
    says: 'x + x = 2 · x',
    on: [add.op],
    exact: true,
    rewrite: (current) => (left(current) === right(current) ? multiply(2, left(current)) : undefined),
  },
  {
    says: 'x − 0 = x, 0 − x = −x',
    on: [subtract.op],
    exact: false,
    rewrite: (current) => {
      if (isUniform(right(current), 0)) return left(current);
      if (isUniform(left(current), 0) && current.dtype !== 'u32') return negate(right(current));
      return undefined;
    },
  },
  {
    says: 'x − (−y) = x + y',
    on: [subtract.op],
    exact: true,
    rewrite: (current) =>
      right(current).op === negate.op ? add(left(current), left(right(current))) : undefined,
  },
  {
    says: 'x · 1 = x, x · (−1) = −x, (−x) · (−y) = x · y',
    on: [multiply.op],
    exact: true,
    rewrite: (current) => {
      const [a, b] = [left(current), right(current)];
      if (isUniform(b, 1)) return a;
      if (isUniform(a, 1)) return b;
      if (isUniform(b, -1)) return negate(a);
      if (isUniform(a, -1)) return negate(b);
      return a.op === negate.op && b.op === negate.op ? multiply(left(a), left(b)) : undefined;
    },
  },
  {
    says: 'x · 0 = 0',
    on: [multiply.op],
    exact: false,
    rewrite: (current) =>
      isUniform(left(current), 0) || isUniform(right(current), 0) ? zerosLike(current) : undefined,
  },
  {
    says: 'c · (2ᵏ · x) = (c · 2ᵏ) · x',
    on: [multiply.op],
    // But for numbers so small or large that they lose bits in between.
    exact: true,
    rewrite: (current) => {
      const [outer, product] = factorAndRest(current);
      if (outer === undefined || current.dtype !== 'f32' || product.op !== multiply.op) return undefined;
      const [within, rest] = factorAndRest(product);
      if (within === undefined || !(isPowerOfTwo(outer) || isPowerOfTwo(within))) return undefined;
      const factor = outer * within;
      return isNormal(factor) ? multiply(filled(factor, current.shape), rest) : undefined;
    },
  },
  {
    says: 'x / (±2ᵏ) = x · (±2⁻ᵏ), x / 1 = x',
    on: [divide.op],
    exact: true,
    rewrite: (current) => {
      const divisor = uniformValue(right(current));
      if (divisor === 1) return left(current);
      if (divisor === undefined || current.dtype !== 'f32' || !isPowerOfTwo(divisor)) return undefined;
      return multiply(left(current), filled(1 / divisor, current.shape));
    },
  },
  {
    says: '−(−x) = x, −(x − y) = y − x',
    on: [negate.op],
    // x − y and y − x round alike, and differ in sign only; for x = y the sign of the zero changes.
    exact: false,
    rewrite: (current) => {
      const inner = left(current);
      if (inner.op === negate.op) return left(inner);
      return inner.op === subtract.op ? subtract(right(inner), left(inner)) : undefined;
    },
  },
  {
    says: 'maximum(x, x) = x, minimum(x, x) = x',
    on: [maximum.op, minimum.op],
    exact: true,
    rewrite: (current) => (left(current) === right(current) ? left(current) : undefined),
  },
  {
    says: 'select(c, a, b) is a or b; select(mask, a, a) = a',
    on: [select.op],
    exact: true,
    rewrite: (current) => {
      const [mask, whenTrue, whenFalse] = current.inputs as [Tensor, Tensor, Tensor];
      if (whenTrue === whenFalse) return whenTrue;
      const known = uniformValue(mask);
      return known === undefined ? undefined : known !== 0 ? whenTrue : whenFalse;
    },
  },
  {
    says: 'cast(cast(x)) between integers is one cast, or x',
    on: [cast.op],
    exact: true,
    rewrite: (current) => {
      const inner = left(current);
      if (inner.op !== cast.op || current.dtype === 'f32' || inner.dtype === 'f32') return undefined;
      const origin = left(inner);
      return origin.dtype === 'f32' ? undefined : cast(origin, current.dtype);
    },
  },
  {
    says: 'sum(broadcast(x)) = n · sum(x)',
    on: [sum.op],
    exact: false,
    rewrite: sumOfRepeated,
  },
];

/** The constant factor of a product, if it has one, and what it multiplies. */
function factorAndRest(product: Tensor): [factor: number | undefined, rest: Tensor] {
  const factor = uniformValue(left(product));
  return factor === undefined ? [uniformValue(right(product)), left(product)] : [factor, right(product)];
}

/** ±2ᵏ for |k| ≤ 60: multiplying by it only moves the exponent. */
function isPowerOfTwo(value: number): boolean {
  const exponent = Math.log2(Math.abs(value));
  return Number.isInteger(exponent) && Math.abs(exponent) <= 60 && 2 ** exponent === Math.abs(value);
}

/** Elementwise work on operands that are all repeated along the same axes is done once and its result repeated. */
function computedBeforeBroadcast(current: Tensor): Tensor | undefined {
  const { op, inputs, shape, parameters } = current;
  if (op.lower.kind !== 'elementwise') return undefined;
  const isRepeated = (operand: Tensor) => operand.op === broadcastTo.op;
  const isConstant = (operand: Tensor) => uniformValue(operand) !== undefined;
  if (!inputs.some((operand) => isRepeated(operand) && !isConstant(operand))) return undefined;
  let common: readonly number[] = shape.map(() => 1);
  for (const operand of inputs) {
    if (isConstant(operand)) continue;
    if (!isRepeated(operand)) return undefined;
    const grown = broadcastShapes(common, left(operand).shape);
    if (grown === undefined) return undefined;
    common = grown;
  }
  if (sameShape(common, shape)) return undefined;
  const small = inputs.map((operand) =>
    isConstant(operand)
      ? filled(uniformValue(operand)!, common, operand.dtype)
      : broadcastTo(left(operand), common),
  );
  return broadcastTo(node(op, small, parameters), shape);
}

/** Along axes where a broadcast repeats its input, a sum is a multiplication. */
function sumOfRepeated(current: Tensor): Tensor | undefined {
  const summed = left(current);
  if (!isNodeOf(current, sum.op)) return undefined;
  const { axes } = current.parameters;
  const factorFor = (repeated: readonly number[]) =>
    elementCount(repeated.map((axis) => summed.shape[axis]!));
  const times = (tensor: Tensor, count: number) => {
    const shaped = broadcastTo(constant(count, tensor.dtype), tensor.shape);
    return multiply(tensor, shaped);
  };
  const value = uniformValue(summed);
  if (value !== undefined) {
    const total = value * factorFor(axes);
    return summed.dtype === 'f32' && Math.abs(total) <= largest ? filled(total, current.shape) : undefined;
  }
  if (summed.op !== broadcastTo.op) return undefined;
  const source = left(summed);
  const repeated = axes.filter((axis) => source.shape[axis] === 1 && summed.shape[axis] !== 1);
  if (repeated.length === 0) return undefined;
  // What stays is the same sum of a tensor that is not repeated along these axes.
  const once = broadcastTo(
    source,
    summed.shape.map((size, axis) => (repeated.includes(axis) ? 1 : size)),
  );
  return times(sum(once, axes), factorFor(repeated));
}
