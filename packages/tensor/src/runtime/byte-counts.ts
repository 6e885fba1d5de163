import type { Program } from '../compile/program.ts';
import { numbersLayout } from '../compile/shared-modules.ts';
import { type Region, regionBytes } from '../compile/storage.ts';
import { type ByteClass, byteClasses } from '../device/ledger.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { DeviceArray } from './device-array.ts';
import type { PlanRequest } from './plan-request.ts';
import { StepClock } from './step-clock.ts';

/** Bytes by class; a class that is left out has none. */
export type ByteCounts = Readonly<Partial<Record<ByteClass, number>>>;

/** Adds counts by class. */
export function addBytes(...counts: readonly ByteCounts[]): Partial<Record<ByteClass, number>> {
  const sum: Partial<Record<ByteClass, number>> = {};
  for (const name of byteClasses) {
    const total = counts.reduce((bytes, count) => bytes + (count[name] ?? 0), 0);
    if (total > 0) sum[name] = total;
  }
  return sum;
}

/** The sum of bytes over all classes. */
export function totalBytes(counts: ByteCounts): number {
  return Object.values(counts).reduce((sum, bytes) => sum + bytes, 0);
}

/** What the bytes of an array follow from. */
export type ArrayForm = Pick<Tensor, 'shape' | 'dtype'>;

/** A region as a flat array. */
export function ownerless(region: Region): ArrayForm {
  return { shape: [region.elements], dtype: region.dtype };
}

/** Bytes that running a request will allocate, before anything is allocated: arrays given by the caller not counted. */
export function predictBytes(
  request: PlanRequest,
  program: Program,
  clocked = request.clocked ?? false,
): Partial<Record<ByteClass, number>> {
  const array = (tensor: ArrayForm, role: ByteClass, given: DeviceArray | undefined): ByteCounts => {
    if (given !== undefined) return {};
    const elements = tensor.shape.reduce((count, size) => count * size, 1);
    return { [role]: 4 * elements, padding: regionBytes(elements) - 4 * elements };
  };
  const counts: ByteCounts[] = request.arena === undefined ? [program.arena.classes] : [];
  for (const region of program.dedicated) counts.push(array(ownerless(region), region.class, undefined));
  for (const tensor of program.inputs.keys())
    counts.push(array(tensor, request.classOf?.(tensor) ?? 'data', request.arrays?.get(tensor)));
  for (const tensor of program.constants.keys()) counts.push(array(tensor, 'constants', undefined));
  request.outputs.forEach((tensor, k) => {
    counts.push(array(tensor, request.classOf?.(tensor) ?? 'scratch', request.outputArrays?.[k]));
  });
  counts.push({ constants: numbersLayout(program.kernels).bytes });
  if (program.usesStepIndex && !clocked) counts.push({ scratch: StepClock.bytes(1) });
  return addBytes(...counts);
}
