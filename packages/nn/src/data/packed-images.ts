/**
 * @file Images that stay on the device as bytes, four to a word: uploaded once, and drawn by index in every step. A byte costs a
 * quarter of a float, in memory and in what a step reads.
 */
import {
  elementCount,
  gather,
  reshape,
  type Shape,
  ShapeError,
  slice,
  type Tensor,
  unpackBytes,
} from '@longhorizon/tensor';
import { showShape } from '@longhorizon/tensor/compiler';

/** Words that one image of `size` bytes takes. */
export const wordsPerImage = (size: number): number => Math.ceil(size / 4);

/**
 * Images as words for a device array u32 [count, wordsPerImage]: the first byte is the lowest, a last word is filled up with 0.
 *
 * @param images bytes, flat
 * @param size bytes of one image
 */
export function packImages(images: Uint8Array, size: number): Uint32Array {
  if (!Number.isInteger(size) || size < 1 || images.length % size !== 0)
    throw new ShapeError(`packImages: ${images.length} bytes are not whole images of ${size} bytes.`);
  const words = wordsPerImage(size);
  const count = images.length / size;
  const packed = new Uint32Array(count * words);
  for (let image = 0; image < count; image++)
    for (let i = 0; i < size; i++)
      packed[image * words + (i >>> 2)]! |= images[image * size + i]! << (8 * (i & 3));
  return packed;
}

/**
 * Some of the images, as numbers 0 … 255.
 *
 * @param packed u32 [count, words], as `packImages` makes them
 * @param indices u32 of any shape, such as [batch] or [tasks, batch]; one beyond the images gives zeros
 * @param shape of one image, such as [28, 28, 1]
 * @returns f32 [...indices' shape, ...shape]
 */
export function drawImages(packed: Tensor, indices: Tensor, shape: Shape): Tensor {
  const size = elementCount(shape);
  const words = wordsPerImage(size);
  if (packed.shape.length !== 2 || packed.shape[1] !== words)
    throw new ShapeError(
      `drawImages: images of ${showShape(shape)} take ${words} words each, but the array is ${showShape(packed.shape)}; pack them with packImages.`,
    );
  const count = elementCount(indices.shape);
  const bytes = unpackBytes(gather(packed, reshape(indices, [count])));
  const whole = size === 4 * words ? bytes : slice(bytes, [0, 0], [count, size]);
  return reshape(whole, [...indices.shape, ...shape]);
}
