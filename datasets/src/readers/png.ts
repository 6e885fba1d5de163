/** @file PNG pictures, through pngjs. */
import { PNG } from 'pngjs';
import { DatasetError } from '../errors.ts';

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
  try {
    return PNG.sync.read(Buffer.from(bytes));
  } catch (error) {
    throw new DatasetError(
      `${path} is not a readable PNG file: ${error instanceof Error ? error.message : error}.`,
    );
  }
}
