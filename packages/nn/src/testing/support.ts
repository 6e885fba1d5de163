import {
  type Device,
  type DType,
  elementCount,
  evaluate,
  evaluateOnDevice,
  input,
  type Shape,
  type Tensor,
} from '@longhorizon/tensor';

/** Values of inputs, in row-major order. */
export type Feeds = ReadonlyMap<Tensor, ArrayLike<number>>;

/** The value of every output, on the float64 interpreter. */
export function onReference(outputs: readonly Tensor[], feeds: Feeds = new Map(), step = 0): Float64Array[] {
  const arrays = new Map(
    [...feeds].map(([tensor, values]) => {
      const { shape, dtype } = tensor;
      return [tensor, { shape, dtype, data: Float64Array.from(values) }];
    }),
  );
  return evaluate(outputs, arrays, step).map(({ data }) => data);
}

/** The numbers of one tensor without inputs. */
export const valuesOf = (tensor: Tensor, feeds: Feeds = new Map()): number[] => [
  ...onReference([tensor], feeds)[0]!,
];

/** Repeatable numbers in a range, by a linear congruential generator: different for each seed. */
export function numbers(count: number, seed: number, low = -1, high = 1): Float64Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  next();
  return Float64Array.from({ length: count }, () => low + (high - low) * next());
}

/** Repeatable numbers that float32 holds exactly. */
export const floats = (count: number, seed: number, low = -1, high = 1): Float64Array =>
  numbers(count, seed, low, high).map(Math.fround);

/** An input, and numbers for it put into the feeds. */
export function fed(
  feeds: Map<Tensor, ArrayLike<number>>,
  shape: Shape,
  values: ArrayLike<number> | number,
  dtype: DType = 'f32',
): Tensor {
  const tensor = input(shape, { dtype });
  feeds.set(tensor, typeof values === 'number' ? floats(elementCount(shape), values) : values);
  return tensor;
}

/** The largest |a − b|, relative to the largest |b|. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]! - b[i]!)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(b[i]!));
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
  }
  return difference === 0 ? 0 : difference / largest;
}

/**
 * The derivative of an output along a direction of one input, by a central difference of fourth order: error about ε⁴ of
 * the fifth derivative plus rounding over ε.
 */
export function differenceAlong(
  output: Tensor,
  feeds: Feeds,
  moved: Tensor,
  direction: ArrayLike<number>,
  step = 1e-4,
): Float64Array {
  const base = feeds.get(moved)!;
  const at = (scale: number) => {
    const values = Float64Array.from(direction, (d, i) => base[i]! + scale * step * d);
    return onReference([output], new Map([...feeds, [moved, values]]))[0]!;
  };
  const [back2, back1, ahead1, ahead2] = [-2, -1, 1, 2].map(at);
  return ahead1!.map((value, i) => (8 * (value - back1![i]!) - (ahead2![i]! - back2![i]!)) / (12 * step));
}

/** Outputs on a device and on the reference, from the same feeds. */
export async function onBoth(device: Device, outputs: readonly Tensor[], feeds: Feeds = new Map()) {
  const found = await evaluateOnDevice(device, outputs, feeds);
  const expected = onReference(outputs, feeds);
  return outputs.map((_, k) => ({ found: found[k]!, expected: expected[k]! }));
}
