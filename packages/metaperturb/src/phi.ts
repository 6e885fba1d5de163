/** @file φ: 82 numbers with names, at the start, from a file, and as the authors learned them. */
import { initialise, Layout, normalOf, type ParameterDescription } from '@longhorizon/nn';
import type { Tensor } from '@longhorizon/tensor';
import { authorsFile } from './authors-phi.ts';
import type { SavedPhi } from './saved.ts';

/** The parts of φ, by their names without `perturbation.`. */
export type PhiPart =
  | 'equivariant1.own'
  | 'equivariant1.all'
  | 'equivariant2.own'
  | 'equivariant2.all'
  | 'statistics'
  | 'scale';

/** φ as tensors. */
export type PhiTensors = (part: PhiPart) => Tensor;

const shapes: Readonly<Record<PhiPart, readonly number[]>> = {
  'equivariant1.own': [3, 3],
  'equivariant1.all': [3, 3],
  'equivariant2.own': [3, 3],
  'equivariant2.all': [3, 3],
  statistics: [4, 3, 3],
  scale: [10],
};

/** The name of a part of φ in a layout. */
export const phiName = (part: PhiPart): string => `perturbation.${part}`;

const initial = normalOf(0.01);

/** φ as parameters of a network: they start normal with deviation 0.01. */
export const phiParameters: readonly ParameterDescription[] = Object.entries(shapes).map(([part, shape]) => ({
  name: phiName(part as PhiPart),
  shape,
  initial,
  fan: { in: 9, out: 9 },
  part: 'perturbation',
}));

/** Where each part of φ lies in its vector: 82 numbers, 96 with the gaps. */
export const phiLayout = new Layout(phiParameters);

/** φ before anything is learned: normal numbers with deviation 0.01. A vector of `phiLayout`. */
export const untrainedPhi = (key: number | Tensor): Float32Array => initialise(phiParameters, phiLayout, key);

/** φ that the authors meta-learned and released. A vector of `phiLayout`. */
export const authorsPhi = (): Float32Array => phiFrom(authorsFile);

/** φ as JSON, with a checksum. */
export function savePhi(phi: ArrayLike<number>, source: string): string {
  const values = numbersOf(phi);
  const file: SavedPhi = {
    format: 'metaperturb-phi',
    version: 1,
    source,
    checksum: checksumOf(values),
    values: [...values],
  };
  return `${JSON.stringify(file)}\n`;
}

/**
 * φ from the text of a file.
 *
 * @throws TypeError if it is no file of φ, RangeError if a number is missing or the checksum is another
 */
export function loadPhi(text: string): Float32Array {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new TypeError('loadPhi: the text is no JSON; give what savePhi wrote.');
  }
  return phiFrom(file as Partial<SavedPhi> | null);
}

function phiFrom(file: Partial<SavedPhi> | null): Float32Array {
  if (file?.format !== 'metaperturb-phi' || file.version !== 1 || !Array.isArray(file.values))
    throw new TypeError(
      `loadPhi: this is no file of φ of version 1 (its format is ${JSON.stringify(file?.format)}); give what savePhi wrote.`,
    );
  const { values } = file;
  if (values.length !== phiLayout.size || !values.every((one) => Number.isFinite(one)))
    throw new RangeError(
      `loadPhi: φ has ${phiLayout.size} finite numbers, but the file holds ${values.length}, ${values.filter((one) => Number.isFinite(one)).length} of them finite.`,
    );
  const numbers = Float32Array.from(values);
  const found = checksumOf(numbers);
  if (found !== file.checksum)
    throw new RangeError(
      `loadPhi: the checksum of the numbers is ${found}, but the file says ${file.checksum}; the file is damaged, take another copy.`,
    );
  return phiLayout.pack(
    Object.fromEntries(
      slicesWithoutGaps().map(({ name, from, to }) => [name, numbers.subarray(from, to)] as const),
    ),
  );
}

/** The 82 numbers of a vector of `phiLayout`, without its gaps. */
export function numbersOf(phi: ArrayLike<number>): Float32Array {
  const parts = phiLayout.unpack(phi);
  return Float32Array.from(phiLayout.names.flatMap((name) => [...parts[name]!]));
}

function slicesWithoutGaps() {
  let end = 0;
  return phiLayout.slices.map(({ name, size }) => {
    end += size;
    return { name, from: end - size, to: end };
  });
}

/** CRC-32 (ISO 3309) of numbers as little-endian float32. */
function checksumOf(values: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, k) => {
    bytes.setFloat32(4 * k, value, true);
  });
  let crc = -1;
  for (let k = 0; k < bytes.byteLength; k++) {
    crc ^= bytes.getUint8(k);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return `crc32:${((crc ^ -1) >>> 0).toString(16).padStart(8, '0')}`;
}
