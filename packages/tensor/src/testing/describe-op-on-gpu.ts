/**
 * @file From an op object to its tests on a device: values within the op's tolerance of the float64
 *   reference, derivatives that
 * the GPU computes near those of float64, the same bytes twice and in a plan of its own, and as many bytes of memory as
 * predicted. The rules themselves are proved in describe-op.ts.
 */
import { describe, expect, it } from 'vitest';
import type { Device } from '../device/device.ts';
import type { Op, ReferenceArray, Tolerance } from '../graph/op.ts';
import type { DType, Tensor } from '../graph/tensor.ts';
import { evaluate } from '../reference/evaluate.ts';
import { evaluateOnDevice } from '../runtime/evaluate.ts';
import { jvp, vjp } from '../transform/index.ts';
import { evaluateCounted } from './evaluate-counted.ts';
import { hasDerivative, type PreparedCase, prepareCase, randomLike, withEdges } from './prepare.ts';
import type { Tested } from './tested.ts';

/** The relative spacing of float32. */
const ULP = 2 ** -23;
/** Below the smallest normal float32 a device may answer 0. */
const SUBNORMAL = 2 ** -126;
const LARGEST = 3.4028234663852886e38;

/** What is compared: a tensor of the graph, how far it may be off, and how it is named in messages. */
interface Compared {
  readonly label: string;
  readonly tensor: Tensor;
  readonly expected: ReferenceArray;
  /** What is right as well: the value where a device takes subnormal operands as 0. */
  readonly flushed?: ReferenceArray;
  /** What the error of each element is measured by. */
  readonly scale: ArrayLike<number>;
  readonly tolerance: Tolerance;
}

/** How far a device's element is from the reference, in units of what is allowed; integers must be equal. */
function excess(
  dtype: DType,
  ours: number,
  expected: number,
  scale: number,
  { ulp, absolute = 0 }: Tolerance,
): number {
  if (dtype !== 'f32') return ours === expected ? 0 : Number.POSITIVE_INFINITY;
  if (Number.isNaN(expected)) return Number.isNaN(ours) ? 0 : Number.POSITIVE_INFINITY;
  if (Math.abs(expected) > LARGEST)
    return Math.abs(ours) >= LARGEST && Math.sign(ours) === Math.sign(expected)
      ? 0
      : Number.POSITIVE_INFINITY;
  const allowed = ulp * ULP * Math.max(Math.abs(scale), SUBNORMAL) + absolute + SUBNORMAL;
  // Rounding the result to float32 is part of every kernel.
  const difference = Math.max(
    0,
    Math.abs(ours - expected) - (ulp === 0 ? 0 : (Math.abs(expected) * ULP) / 2),
  );
  return Number.isNaN(ours) ? Number.POSITIVE_INFINITY : difference / allowed;
}

/** The worst element of an array as a sentence, if it is beyond the tolerance. */
function complaint(
  { label, tensor, expected, flushed = expected, scale, tolerance }: Compared,
  ours: ArrayLike<number>,
): string | undefined {
  if (ours.length !== expected.data.length)
    return `${label}: ${ours.length} elements, not ${expected.data.length}`;
  let worst = 1;
  let where = -1;
  for (let i = 0; i < ours.length; i++) {
    const size = Math.min(
      ...[expected, flushed].map(({ data }) => {
        const by = Number.isFinite(scale[i]) ? scale[i]! : data[i]!;
        return excess(tensor.dtype, ours[i]!, data[i]!, by, tolerance);
      }),
    );
    if (size > worst) [worst, where] = [size, i];
  }
  if (where < 0) return undefined;
  return `${label}: element ${where} is ${ours[where]}, the reference is ${expected.data[where]}: ${worst.toPrecision(3)} times what is allowed`;
}

/** The same values, with 0 of the same sign for every subnormal float: WGSL lets a device take them so. */
function withoutSubnormals(feeds: ReadonlyMap<Tensor, ReferenceArray>): Map<Tensor, ReferenceArray> {
  return new Map(
    [...feeds].map(([tensor, value]) => {
      if (value.dtype !== 'f32') return [tensor, value];
      const data = value.data.map((element) =>
        Math.abs(element) < SUBNORMAL ? 0 * Math.sign(element) : element,
      );
      return [tensor, { ...value, data }];
    }),
  );
}

/** Values of the cases, each measured by itself, or for sums by the sum of its terms' magnitudes. */
function values(tested: Tested, prepared: readonly PreparedCase[]): Compared[] {
  return prepared.map(({ label, output, feeds }) => {
    const expected = evaluate([output], feeds)[0]!;
    const magnitudes = new Map(
      [...feeds].map(([tensor, value]) => [
        tensor,
        value.dtype === 'f32' ? { ...value, data: value.data.map(Math.abs) } : value,
      ]),
    );
    const scale = tested.tolerance.magnitude ? evaluate([output], magnitudes)[0]!.data : expected.data;
    const flushed = evaluate([output], withoutSubnormals(feeds))[0]!;
    return { label, tensor: output, expected, flushed, scale, tolerance: tested.tolerance };
  });
}

/**
 * Derivatives of the cases. What reaches the result is made by several ops, so an element's error is measured
 * by the largest
 * element, and more of it is allowed.
 */
function derivatives({ tolerance: ofValues }: Tested, prepared: readonly PreparedCase[]): Compared[] {
  const tolerance = { ulp: 4 * ofValues.ulp + 128, absolute: 16 * (ofValues.absolute ?? 0) };
  return prepared.flatMap(({ label, output, feeds, differentiable }) => {
    const tangents = differentiable.map((tensor, slot) => randomLike(`tangent${slot}`, tensor, feeds));
    const weight = randomLike('weight', output, feeds);
    const pushed = jvp([output], differentiable, tangents).map((tensor) => ({ tensor, what: 'jvp' }));
    const pulled = vjp([output], differentiable, [weight]).map((tensor, slot) => ({
      tensor,
      what: `vjp to input ${slot}`,
    }));
    return [...pushed, ...pulled].flatMap(({ tensor, what }) => {
      if (tensor === undefined) return [];
      const expected = evaluate([tensor], feeds)[0]!;
      const largest = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const scale = expected.data.map(() => largest);
      return [{ label: `${label}: ${what}`, tensor, expected, scale, tolerance }];
    });
  });
}

/** Computes on the device, compares, counts bytes, computes again, and computes the first alone. */
async function compare(
  device: Device,
  list: readonly Compared[],
  feeds: ReadonlyMap<Tensor, ReferenceArray>,
): Promise<void> {
  if (list.length === 0) return;
  const outputs = list.map(({ tensor }) => tensor);
  const values = new Map([...feeds].map(([tensor, { data }]) => [tensor, data]));
  const ours = await evaluateCounted(device, outputs, values);
  const complaints = list.flatMap((compared, position) => complaint(compared, ours[position]!) ?? []);
  expect(complaints).toEqual([]);
  const again = await evaluateOnDevice(device, outputs, values);
  expect(again.map(bytesOf), 'two runs give the same bytes').toEqual(ours.map(bytesOf));
  const [alone] = await evaluateOnDevice(device, outputs.slice(0, 1), values);
  expect(bytesOf(alone!), 'a plan of its own gives the same bytes').toEqual(bytesOf(ours[0]!));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

interface GpuTests {
  /** How many cases are differentiated; all when left out. */
  readonly derivativeCases?: number;
  /** The inputs that get NaN and infinities; all when left out. */
  readonly edgeSlots?: readonly number[];
}

/** The device tests of a function made of ops. */
export function describeFunctionOnGpu(
  tested: Tested,
  getDevice: () => Device,
  { derivativeCases = tested.cases.length, edgeSlots }: GpuTests = {},
): void {
  const prepare = () =>
    tested.cases.map((testCase, position) => prepareCase(tested.name, testCase, position));
  const feedsOf = (prepared: readonly PreparedCase[]) => new Map(prepared.flatMap(({ feeds }) => [...feeds]));
  describe(`${tested.name} on the device`, () => {
    it('gives the values of the reference, and the same bytes twice', async () => {
      const prepared = prepare();
      await compare(getDevice(), values(tested, prepared), feedsOf(prepared));
    });
    it('has NaN, infinities and zeros where the reference has them', async () => {
      const prepared = prepare().map((one, position) =>
        withEdges(`${tested.name}/${position}`, one, edgeSlots),
      );
      await compare(getDevice(), values(tested, prepared), feedsOf(prepared));
    });
    const smooth = prepare().filter((prepared, position) => hasDerivative(tested.cases[position]!, prepared));
    if (derivativeCases > 0 && smooth.length > 0)
      it('gives the derivatives of the reference, and the same bytes twice', async () => {
        const list = derivatives(tested, smooth.slice(0, derivativeCases));
        await compare(getDevice(), list, feedsOf(smooth));
      });
  });
}

/** The device tests of an op. */
export function describeOpOnGpu(op: Op, getDevice: () => Device): void {
  // The derivatives of a contraction are contractions of its family, which have cases of their own.
  const most = op.lower.kind === 'contraction' ? 1 : op.cases.length;
  // Kernels multiply by the zeros of a padding, which the reference leaves out: 0 · ∞ of a filter is NaN at the border.
  const isConvolution = op.lower.kind === 'contraction' && op.lower.family === 'conv2d';
  describeFunctionOnGpu(op, getDevice, {
    derivativeCases: op.derivative.kind === 'none' ? 0 : most,
    ...(isConvolution ? { edgeSlots: [0] } : {}),
  });
}
