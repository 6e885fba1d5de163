/** @file Padding and slicing, each the transpose of the other. */
import type { IndexedContext } from '../../graph/lowering.ts';
import type { Op } from '../../graph/op.ts';
import { elementCount, type Shape, ShapeError, sameShape, showShape } from '../../graph/shape.ts';
import { isNodeOf, node, type Tensor } from '../../graph/tensor.ts';
import { u32 } from '../../graph/wgsl-numbers.ts';
import { constantIndex, divide, plus, remainder, times } from '../../indexing/index-expression.ts';
import { select } from '../comparison/select.ts';
import { withOp } from '../define.ts';
import { mapReference } from '../helpers/movement.ts';
import { constant } from '../leaf/constant.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';

interface PadParameters {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly interior: readonly number[];
}

/** Indices from the first element of an axis to the last, both included, once its elements are apart. */
const spanOf = (size: number, interior: number) => (size === 0 ? 0 : (size - 1) * (interior + 1) + 1);

function emit({
  coordinates,
  parameters,
  inputs,
  text,
  name,
  value,
  type,
}: IndexedContext<PadParameters>): string {
  const { low, high, interior } = parameters;
  const { shape } = inputs[0]!;
  if (elementCount(shape) === 0) return name(type.literal(0));
  const guards: string[] = [];
  const from = coordinates.map((coordinate, axis) => {
    const step = interior[axis]! + 1;
    // Unpadded axes keep their coordinate as it is, so that neighbours stay neighbours.
    if (low[axis] === 0 && high[axis] === 0 && step === 1) return coordinate;
    // Below `low` the unsigned difference wraps around and is large.
    const shifted = plus(coordinate, constantIndex(-low[axis]!));
    guards.push(`(${text(shifted)}) < ${u32(spanOf(shape[axis]!, interior[axis]!))}`);
    if (step > 1) guards.push(`(${text(remainder(shifted, step))}) == 0u`);
    return divide(shifted, step);
  });
  const guard = name(guards.join(' && '));
  return name(`select(${type.literal(0)}, ${value(0, from, guard)}, ${guard})`);
}

const padOp: Op<PadParameters> = {
  name: 'pad',
  doc: 'pad(x, low, high, interior): zeros before, after, and between the elements along each axis.',
  infer: ([x], { low, high, interior }) => ({
    shape: x!.shape.map((size, axis) => low[axis]! + spanOf(size, interior[axis]!) + high[axis]!),
    dtype: x!.dtype,
  }),
  reference: ([x], { low, interior }, result) =>
    mapReference(x!, result.shape, (c, axis) => {
      const from = (c - low[axis]!) / (interior[axis]! + 1);
      return Number.isInteger(from) && from >= 0 && from < x!.shape[axis]! ? from : undefined;
    }),
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, { parameters: { low, high, interior }, shape }) => {
      const limits = shape.map((size, axis) => size - high[axis]!);
      return slice(
        cotangent,
        low,
        limits,
        interior.map((gap) => gap + 1),
      );
    },
  },
  batch: ([x], _, { low, high, interior }) => pad(x!, [0, ...low], [0, ...high], [0, ...interior]),
  lower: { kind: 'indexed', emit, reads: 'once', weight: 4, lanes: true },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [{ shape: [3, 4] }], apply: (x) => pad(x, [1, 0], [2, 0]) },
    { inputs: [{ shape: [5] }], apply: (x) => pad(x, [3], [2], [2]) },
    { inputs: [{ shape: [2, 3] }], apply: (x) => pad(x, [0, 2], [1, 0], [1, 0], -7) },
    { inputs: [{ shape: [0, 2] }], apply: (x) => pad(x, [1, 0], [1, 1]) },
    { inputs: [{ shape: [4], dtype: 'u32', domain: [0, 9] }], apply: (x) => pad(x, [1], [1]) },
  ],
};

/**
 * `x` with elements added.
 *
 * @param low how many before the first element of each axis
 * @param high how many after the last
 * @param interior how many between neighbours, none when left out
 * @param value what is added, 0 when left out
 */
export const pad = withOp(
  padOp,
  (x: Tensor, low: Shape, high: Shape, interior?: Shape, value: number = 0): Tensor => {
    const gaps = interior ?? x.shape.map(() => 0);
    for (const list of [low, high, gaps])
      if (list.length !== x.shape.length || list.some((count) => !Number.isInteger(count) || count < 0))
        throw new ShapeError(
          `pad: ${showShape(list)} does not say how many elements to add along each axis of ${showShape(x.shape)}; give one whole number of 0 or more for each axis (slice cuts).`,
        );
    if ([...low, ...high, ...gaps].every((count) => count === 0)) return x;
    const parameters = { low: [...low], high: [...high], interior: [...gaps] };
    const padded = node(padOp, [x], parameters);
    if (value === 0) return padded;
    const inside = node(padOp, [broadcastTo(constant(1, 'u32'), x.shape)], parameters);
    return select(inside, padded, value);
  },
);

interface SliceParameters {
  readonly starts: readonly number[];
  readonly limits: readonly number[];
  readonly strides: readonly number[];
}

const sizesOf = ({ starts, limits, strides }: SliceParameters) =>
  starts.map((start, axis) => Math.ceil((limits[axis]! - start) / strides[axis]!));

const sliceOp: Op<SliceParameters> = {
  name: 'slice',
  doc: 'slice(x, starts, limits, strides): elements start, start + stride, … below limit along each axis.',
  infer: ([x], parameters) => ({ shape: sizesOf(parameters), dtype: x!.dtype }),
  reference: ([x], { starts, strides }, result) =>
    mapReference(x!, result.shape, (c, axis) => starts[axis]! + c * strides[axis]!),
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, { inputs: [x], parameters: { starts, strides }, shape }) => {
      const high = shape.map((size, axis) => {
        const covered = size === 0 ? 0 : (size - 1) * strides[axis]! + 1;
        return x!.shape[axis]! - starts[axis]! - covered;
      });
      return pad(
        cotangent,
        starts,
        high,
        strides.map((stride) => stride - 1),
      );
    },
  },
  batch: ([x], _, { starts, limits, strides }, size) =>
    slice(x!, [0, ...starts], [size, ...limits], [1, ...strides]),
  lower: {
    kind: 'movement',
    coordinates: (output, _, { starts, strides }) =>
      output.map((c, axis) => plus(times(c, strides[axis]!), constantIndex(starts[axis]!))),
  },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [{ shape: [5, 6] }], apply: (x) => slice(x, [1, 0], [4, 6]) },
    { inputs: [{ shape: [11] }], apply: (x) => slice(x, [2], [11], [3]) },
    { inputs: [{ shape: [4, 7] }], apply: (x) => slice(x, [0, 1], [4, 6], [2, 2]) },
    { inputs: [{ shape: [4, 3] }], apply: (x) => slice(x, [2, 0], [2, 3]) },
    { inputs: [{ shape: [9] }], apply: (x) => slice(slice(x, [1], [9], [2]), [1], [4], [2]) },
  ],
};

/**
 * A part of `x`.
 *
 * @param starts first index along each axis
 * @param limits index after the last, along each axis
 * @param strides distance between elements taken, 1 when left out
 */
export const slice = withOp(sliceOp, (x: Tensor, starts: Shape, limits: Shape, strides?: Shape): Tensor => {
  const steps = strides ?? x.shape.map(() => 1);
  const fits =
    [starts, limits, steps].every((list) => list.length === x.shape.length) &&
    x.shape.every((size, axis) => {
      const [start, limit, step] = [starts[axis]!, limits[axis]!, steps[axis]!];
      return (
        [start, limit, step].every(Number.isInteger) &&
        0 <= start &&
        start <= limit &&
        limit <= size &&
        step >= 1
      );
    });
  if (!fits)
    throw new ShapeError(
      `slice: ${showShape(starts)} to ${showShape(limits)} in steps of ${showShape(steps)} is not a part of ${showShape(x.shape)}; give one start, limit and step for each axis, with 0 ≤ start ≤ limit ≤ size.`,
    );
  const sizes = sizesOf({ starts, limits, strides: steps });
  if (sameShape(sizes, x.shape)) return x;
  if (isNodeOf(x, sliceOp)) {
    const outer = x.parameters;
    const place = (index: number, axis: number) => outer.starts[axis]! + index * outer.strides[axis]!;
    const inner = x.inputs[0]!;
    // The limit is put right behind the last element taken, as the outer slice may end before its own limit.
    const ends = sizes.map((size, axis) =>
      size === 0 ? place(starts[axis]!, axis) : place(starts[axis]! + (size - 1) * steps[axis]!, axis) + 1,
    );
    const begins = sizes.map((size, axis) =>
      size === 0 ? Math.min(ends[axis]!, inner.shape[axis]!) : place(starts[axis]!, axis),
    );
    return slice(
      inner,
      begins,
      ends.map((end, axis) => Math.min(end, inner.shape[axis]!)),
      steps.map((step, axis) => step * outer.strides[axis]!),
    );
  }
  return node(sliceOp, [x], { starts: [...starts], limits: [...limits], strides: [...steps] });
});
