/** @file Simplifications of factors: what multiplies many elements alike is multiplied once, before or after. */
import { elementCount } from '../graph/shape.ts';
import { node, type Tensor } from '../graph/tensor.ts';
import { divide } from '../ops/arithmetic/divide.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { negate } from '../ops/arithmetic/negate.ts';
import { reshape } from '../ops/movement/reshape.ts';
import { broadcastTo, sum } from '../ops/reduction/sum-broadcast.ts';
import { type Rule, ruleOn } from './simplify-rule.ts';
import { filled, uniformValue } from './zeros.ts';

export const factorRules: readonly Rule[] = [
  ruleOn({
    says: 'sum(−c · x / d) = −c · sum(x) / d, also within products',
    on: [sum.op],
    exact: false,
    rewrite: (current) => {
      const { axes } = current.parameters;
      const { rest, again } = withoutFactors(current.inputs[0]!, axes, current.shape);
      return rest === current.inputs[0] ? undefined : again(sum(rest, axes));
    },
  }),
  {
    says: 'scatter(g, i) · f(x) = scatter(g · f(gather(x, i)), i) for elementwise f and the i of the largest x',
    on: [multiply.op],
    // Where windows overlap, a sum is multiplied term by term.
    exact: false,
    rewrite: (current) => {
      const [a, b] = current.inputs as [Tensor, Tensor];
      return scaledBeforeScatter(a, b) ?? scaledBeforeScatter(b, a);
    },
  },
];

/** What is left of the terms of a sum without the factors that all of them share, and those factors, for the sum. */
interface Parted {
  readonly rest: Tensor;
  readonly again: (total: Tensor) => Tensor;
}

/**
 * A product's factors are looked for in its operands, too: sums whose terms differ in such factors alone are then one sum.
 *
 * @param shape of the sum
 */
function withoutFactors(terms: Tensor, axes: readonly number[], shape: readonly number[]): Parted {
  const once = (factor: Tensor) => repeatedAlong(factor, axes, shape);
  const within = (operand: Tensor) => withoutFactors(operand, axes, shape);
  const whole: Parted = { rest: terms, again: (total) => total };
  const [a, b] = terms.inputs as [Tensor, Tensor];
  if (terms.op === negate.op) {
    const { rest, again } = within(a);
    return { rest, again: (total) => negate(again(total)) };
  }
  if (terms.op === divide.op) {
    const divisor = once(b);
    const { rest, again } = within(a);
    if (divisor !== undefined) return { rest, again: (total) => divide(again(total), divisor) };
    return rest === a ? whole : { rest: divide(rest, b), again };
  }
  if (terms.op === multiply.op) {
    const [left, right] = [once(a), once(b)];
    if (right !== undefined) {
      const { rest, again } = within(a);
      return { rest, again: (total) => multiply(again(total), right) };
    }
    if (left !== undefined) {
      const { rest, again } = within(b);
      return { rest, again: (total) => multiply(left, again(total)) };
    }
    const [first, second] = [within(a), within(b)];
    return first.rest === a && second.rest === b
      ? whole
      : { rest: multiply(first.rest, second.rest), again: (total) => second.again(first.again(total)) };
  }
  return whole;
}

/** A factor that is repeated along these axes, once for each element of the sum; undefined where it is not. */
function repeatedAlong(
  factor: Tensor,
  axes: readonly number[],
  shape: readonly number[],
): Tensor | undefined {
  const value = uniformValue(factor);
  if (value !== undefined) return filled(value, shape, factor.dtype);
  if (factor.op !== broadcastTo.op) return undefined;
  const source = factor.inputs[0]!;
  if (axes.some((axis) => source.shape[axis] !== 1)) return undefined;
  const once = factor.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return reshape(broadcastTo(source, once), shape);
}

/**
 * The derivative of an elementwise function before a pool, f, meets the pool's cotangent at the chosen elements only; there f's argument is what the
 * pool returned. So the backward pass reads neither argument nor value of f in full.
 */
function scaledBeforeScatter(images: Tensor, factor: Tensor): Tensor | undefined {
  const result = images.op === reshape.op ? images.inputs[0]! : images;
  const scattered = result.op.scattered?.(result);
  if (scattered === undefined || elementCount(scattered.shares.shape) >= elementCount(result.shape))
    return undefined;
  const chosen = atChosen(factor, scattered.source, scattered.chosen());
  if (chosen === undefined) return undefined;
  return reshape(scattered.scatter(multiply(scattered.shares, chosen)), images.shape);
}

/** An elementwise function of what was pooled, at the chosen elements; undefined where it reads anything else. */
function atChosen(factor: Tensor, pooled: Tensor, largest: Tensor): Tensor | undefined {
  const value = uniformValue(factor);
  if (value !== undefined) return filled(value, largest.shape, factor.dtype);
  if (elementCount(factor.shape) !== elementCount(pooled.shape)) return undefined;
  if (factor.dtype === pooled.dtype && reshape(factor, pooled.shape) === pooled) return largest;
  if (factor.op.lower.kind !== 'elementwise' || factor.inputs.length === 0) return undefined;
  const inputs: Tensor[] = [];
  for (const operand of factor.inputs) {
    const at = atChosen(operand, pooled, largest);
    if (at === undefined) return undefined;
    inputs.push(at);
  }
  return node(factor.op, inputs, factor.parameters);
}
