import type { IndexedContext } from '../../graph/lowering.ts';
import type { Op } from '../../graph/op.ts';
import { elementCount, type Shape, ShapeError, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { constantIndex, divide, plus, remainder } from '../../indexing/index-expression.ts';
import { select } from '../comparison/select.ts';
import { withOp } from '../define.ts';
import { mapReference } from '../helpers/movement.ts';
import { constant } from '../leaf/constant.ts';
import { broadcastTo } from './broadcast.ts';
import { slice } from './slice.ts';

interface Padding {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly interior: readonly number[];
}

/** Indices from the first element of an axis to the last, both included, once its elements are apart. */
const spanOf = (size: number, interior: number) => (size === 0 ? 0 : (size - 1) * (interior + 1) + 1);

function emit({ coordinates, parameters, inputs, text, name, value, type }: IndexedContext): string {
  const { low, high, interior } = parameters as unknown as Padding;
  const { shape } = inputs[0]!;
  if (elementCount(shape) === 0) return name(type.literal(0));
  const guards: string[] = [];
  const from = coordinates.map((coordinate, axis) => {
    const step = interior[axis]! + 1;
    // Unpadded axes keep their coordinate as it is, so that neighbours stay neighbours.
    if (low[axis] === 0 && high[axis] === 0 && step === 1) return coordinate;
    // Below `low` the unsigned difference wraps around and is large.
    const shifted = plus(coordinate, constantIndex(-low[axis]!));
    guards.push(`(${text(shifted)}) < ${spanOf(shape[axis]!, interior[axis]!)}u`);
    if (step > 1) guards.push(`(${text(remainder(shifted, step))}) == 0u`);
    return divide(shifted, step);
  });
  const guard = name(guards.join(' && '));
  return name(`select(${type.literal(0)}, ${value(0, from, guard)}, ${guard})`);
}

const op: Op = {
  name: 'pad',
  doc: 'pad(x, low, high, interior): zeros before, after, and between the elements along each axis.',
  infer: ([x], parameters) => {
    const { low, high, interior } = parameters as unknown as Padding;
    return {
      shape: x!.shape.map((size, axis) => low[axis]! + spanOf(size, interior[axis]!) + high[axis]!),
      dtype: x!.dtype,
    };
  },
  reference: ([x], parameters, result) => {
    const { low, interior } = parameters as unknown as Padding;
    return mapReference(x!, result.shape, (position) => {
      const from = position.map((c, axis) => (c - low[axis]!) / (interior[axis]! + 1));
      return from.every((c, axis) => Number.isInteger(c) && c >= 0 && c < x!.shape[axis]!) ? from : undefined;
    });
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    joint: false,
    transpose: (cotangent, { parameters, shape }) => {
      const { low, high, interior } = parameters as unknown as Padding;
      const limits = shape.map((size, axis) => size - high[axis]!);
      return slice(
        cotangent,
        low,
        limits,
        interior.map((gap) => gap + 1),
      );
    },
  },
  batch: ([x], _, parameters) => {
    const { low, high, interior } = parameters as unknown as Padding;
    return pad(x!, [0, ...low], [0, ...high], [0, ...interior]);
  },
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
  op,
  (x: Tensor, low: Shape, high: Shape, interior?: Shape, value: number = 0): Tensor => {
    const gaps = interior ?? x.shape.map(() => 0);
    for (const list of [low, high, gaps])
      if (list.length !== x.shape.length || list.some((count) => !Number.isInteger(count) || count < 0))
        throw new ShapeError(
          `pad: ${showShape(list)} does not say how many elements to add along each axis of ${showShape(x.shape)}; give one whole number of 0 or more for each axis (slice cuts).`,
        );
    if ([...low, ...high, ...gaps].every((count) => count === 0)) return x;
    const parameters = { low: [...low], high: [...high], interior: [...gaps] };
    const padded = node(op, [x], parameters);
    if (value === 0) return padded;
    const inside = node(op, [broadcastTo(constant(1, 'u32'), x.shape)], parameters);
    return select(inside, padded, value);
  },
);
