/** @file Pictures that a problem keeps on the device as bytes, four to a word, and draws by index in every step. */
import { type HostArray, hostArray } from '@longhorizon/bilevel';
import type { Dataset } from '@longhorizon/datasets';
import { drawImages, packImages, wordsPerImage } from '@longhorizon/nn';
import { elementCount, multiply, reshape, type Shape, subtract, type Tensor } from '@longhorizon/tensor';

export interface Pictures {
  /** Bytes of all pictures: what the problem is given. */
  readonly packed: HostArray;
  /** [height, width, channels] */
  readonly shape: Shape;
  /**
   * Some of them, with mean 0 and deviation 1 over all pictures and pixels.
   *
   * @param packed the tensor of `packed`
   * @param indices u32 of any shape
   * @param form of one example, such as a model's input: [height, width, channels] or [pixels]
   */
  draw(packed: Tensor, indices: Tensor, form: Shape): Tensor;
}

/**
 * Pictures of a data set.
 *
 * @param indices which ones, in this order; all when left out
 */
export function picturesOf(dataset: Dataset, indices?: Uint32Array): Pictures {
  const { images } = dataset;
  if (!(images instanceof Uint8Array))
    throw new TypeError(`'${dataset.name}' does not hold pictures of bytes; choose a data set of pictures.`);
  const shape = dataset.shape.slice(1);
  const size = elementCount(shape);
  const chosen = indices === undefined ? images : chooseImages(images, size, indices);
  const { mean, deviation } = statistics(chosen);
  const count = chosen.length / size;
  return {
    packed: hostArray(packImages(chosen, size), [count, wordsPerImage(size)], { dtype: 'u32' }),
    shape,
    draw: (packed, wanted, form) => {
      const numbers = drawImages(packed, wanted, shape);
      const standard = multiply(subtract(numbers, mean), 1 / deviation);
      return reshape(standard, [...wanted.shape, ...form]);
    },
  };
}

function chooseImages(images: Uint8Array, size: number, indices: Uint32Array): Uint8Array {
  const chosen = new Uint8Array(indices.length * size);
  indices.forEach((image, place) => {
    chosen.set(images.subarray(image * size, (image + 1) * size), place * size);
  });
  return chosen;
}

function statistics(bytes: Uint8Array): { readonly mean: number; readonly deviation: number } {
  let [sum, squares] = [0, 0];
  for (const byte of bytes) {
    sum += byte;
    squares += byte * byte;
  }
  const mean = sum / bytes.length;
  return { mean, deviation: Math.sqrt(squares / bytes.length - mean * mean) };
}
