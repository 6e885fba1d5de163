import { PNG } from 'pngjs';
import { DatasetError, reasonOf } from '../errors.ts';

/** `IHDR` in ASCII. */
const HEADER = 0x49484452;
const MOST_SIDE = 4096;

/** The first channel of a picture. */
export interface GrayPicture {
  /** Shape [height, width], 0 is black. */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/**
 * Decodes a PNG and keeps its first channel.
 *
 * @param bytes - The whole file.
 * @param path - Named in error messages.
 */
export function readGrayPng(bytes: Uint8Array, path: string): GrayPicture {
  const { data, width, height } = decode(bytes, path);
  return { pixels: Uint8Array.from({ length: width * height }, (_, i) => data[4 * i]!), width, height };
}

function decode(bytes: Uint8Array, path: string): PNG {
  checkSize(bytes, path);
  try {
    return PNG.sync.read(Buffer.from(bytes));
  } catch (error) {
    throw new DatasetError(`${path} is not a readable PNG file: ${reasonOf(error)}.`);
  }
}

/** The size stands in the header, width and height as big-endian uint32 at byte 16: looked at before memory is taken for it. */
function checkSize(bytes: Uint8Array, path: string): void {
  if (bytes.length < 24) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (view.getUint32(12) !== HEADER || (width * height > 0 && Math.max(width, height) <= MOST_SIDE)) return;
  throw new DatasetError(
    `${path} is not a readable PNG file: it says it has ${width}x${height} pixels; 1 to ${MOST_SIDE} a side are read.`,
  );
}
