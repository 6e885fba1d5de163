/** @file Simplifications of movement: detours of elements that a shorter path replaces. All are exact. */
import { isNodeOf, type Tensor } from '../graph/tensor.ts';
import { concat } from '../ops/movement/concat.ts';
import { pad, slice } from '../ops/movement/pad-slice.ts';
import { reshape } from '../ops/movement/reshape.ts';
import { transpose } from '../ops/movement/transpose.ts';
import { broadcastTo } from '../ops/reduction/sum-broadcast.ts';
import { type Rule, ruleOn } from './simplify-rule.ts';
import { filled, uniformValue, zerosLike } from './zeros.ts';

type Numbers = readonly number[];

const source = (current: Tensor) => current.inputs[0]!;

export const movementRules: readonly Rule[] = [
  {
    says: 'a constant moved is the constant',
    exact: true,
    rewrite: (current) => {
      if (current.op.lower.kind !== 'movement' || current.inputs.length !== 1) return undefined;
      const value = uniformValue(source(current));
      return value === undefined ? undefined : filled(value, current.shape, current.dtype);
    },
  },
  {
    says: 'reshape(reshape(x)) = reshape(x)',
    on: [reshape.op],
    exact: true,
    rewrite: (current) => {
      const rebuilt = reshape(source(current), current.shape);
      return rebuilt === current ? undefined : rebuilt;
    },
  },
  ruleOn({
    says: 'transpose(transpose(x)) = transpose(x)',
    on: [transpose.op],
    exact: true,
    rewrite: (current) => transpose(source(current), current.parameters.permutation),
  }),
  {
    says: 'broadcast(broadcast(x)) = broadcast(x)',
    on: [broadcastTo.op],
    exact: true,
    rewrite: (current) => {
      const inner = source(current);
      return inner.op === broadcastTo.op ? broadcastTo(source(inner), current.shape) : undefined;
    },
  },
  ruleOn({
    says: 'slice(slice(x)) = slice(x)',
    on: [slice.op],
    exact: true,
    rewrite: (current) => {
      const { starts, limits, strides } = current.parameters;
      return slice(source(current), starts, limits, strides);
    },
  }),
  ruleOn({
    says: 'slice(broadcast(x)) = broadcast(slice(x))',
    on: [slice.op],
    exact: true,
    rewrite: (current) => {
      const inner = source(current);
      if (inner.op !== broadcastTo.op) return undefined;
      const { starts, limits, strides } = current.parameters;
      const origin = source(inner);
      const single = (axis: number) => origin.shape[axis] === 1;
      const cut = slice(
        origin,
        starts.map((start, axis) => (single(axis) ? 0 : start)),
        limits.map((limit, axis) => (single(axis) ? 1 : limit)),
        strides.map((stride, axis) => (single(axis) ? 1 : stride)),
      );
      return broadcastTo(cut, current.shape);
    },
  }),
  ruleOn({
    says: 'slice(concat(…, x, …)) = slice(x) where it lies in one piece',
    on: [slice.op],
    exact: true,
    rewrite: (current) => {
      const inner = source(current);
      if (!isNodeOf(inner, concat.op)) return undefined;
      const { axis } = inner.parameters;
      const { starts, limits, strides } = current.parameters;
      let offset = 0;
      for (const piece of inner.inputs) {
        const end = offset + piece.shape[axis]!;
        if (offset <= starts[axis]! && limits[axis]! <= end)
          return slice(
            piece,
            starts.with(axis, starts[axis]! - offset),
            limits.with(axis, limits[axis]! - offset),
            strides,
          );
        offset = end;
      }
      return undefined;
    },
  }),
  ruleOn({
    says: 'slice(pad(x)) is a slice of x, or zeros',
    on: [slice.op],
    exact: true,
    rewrite: (current) => {
      const inner = source(current);
      if (!isNodeOf(inner, pad.op)) return undefined;
      const { low, high, interior } = inner.parameters;
      if (interior.some((gap) => gap > 0)) return undefined;
      const { starts, limits, strides } = current.parameters;
      const end = inner.shape.map((size, axis) => size - high[axis]!);
      if (starts.some((start, axis) => limits[axis]! <= low[axis]! || start >= end[axis]!))
        return zerosLike(current);
      if (starts.some((start, axis) => start < low[axis]! || limits[axis]! > end[axis]!)) return undefined;
      const shifted = (list: Numbers) => list.map((index, axis) => index - low[axis]!);
      return slice(source(inner), shifted(starts), shifted(limits), strides);
    },
  }),
  ruleOn({
    says: 'pad(pad(x)) = pad(x)',
    on: [pad.op],
    exact: true,
    rewrite: (current) => {
      const inner = source(current);
      if (!isNodeOf(inner, pad.op)) return undefined;
      const [outer, within] = [current.parameters, inner.parameters];
      if ([...outer.interior, ...within.interior].some((gap) => gap > 0)) return undefined;
      const plus = (a: Numbers, b: Numbers) => a.map((count, axis) => count + b[axis]!);
      return pad(source(inner), plus(outer.low, within.low), plus(outer.high, within.high));
    },
  }),
  ruleOn({
    says: 'concat(concat(x, y), z) = concat(x, y, z)',
    on: [concat.op],
    exact: true,
    rewrite: (current) => {
      const { axis } = current.parameters;
      const nested = (piece: Tensor) => isNodeOf(piece, concat.op) && piece.parameters.axis === axis;
      if (!current.inputs.some(nested)) return undefined;
      return concat(
        current.inputs.flatMap((piece) => (nested(piece) ? piece.inputs : [piece])),
        axis,
      );
    },
  }),
  ruleOn({
    says: 'concat of neighbouring slices of x, or of neighbouring constants, is one slice, or one constant',
    on: [concat.op],
    exact: true,
    rewrite: (current) => {
      const { axis } = current.parameters;
      const joined: Tensor[] = [];
      for (const piece of current.inputs) {
        const merged = joined.length === 0 ? undefined : joinNeighbours(joined.at(-1)!, piece, axis);
        if (merged === undefined) joined.push(piece);
        else joined[joined.length - 1] = merged;
      }
      return joined.length === current.inputs.length ? undefined : concat(joined, axis);
    },
  }),
];

/** Two pieces laid one after the other, where they are one piece of something already. */
function joinNeighbours(first: Tensor, second: Tensor, axis: number): Tensor | undefined {
  const [a, b] = [uniformValue(first), uniformValue(second)];
  if (a !== undefined && Object.is(a, b))
    return filled(a, first.shape.with(axis, first.shape[axis]! + second.shape[axis]!), first.dtype);
  if (!isNodeOf(first, slice.op) || !isNodeOf(second, slice.op) || source(first) !== source(second))
    return undefined;
  const [one, two] = [first.parameters, second.parameters];
  if ([...one.strides, ...two.strides].some((stride) => stride !== 1)) return undefined;
  const elsewhere = (other: number) => other !== axis;
  const aligned = one.starts.every(
    (start, other) =>
      !elsewhere(other) || (start === two.starts[other] && one.limits[other] === two.limits[other]),
  );
  if (!aligned || one.limits[axis] !== two.starts[axis]) return undefined;
  return slice(source(first), one.starts, one.limits.with(axis, two.limits[axis]!));
}
