/** @file The ways in which a picture is seen in training: cut out at one of (2p + 1)² places after padding by p, and mirrored or not; a number for each. */
import { cropAt, flipWhere } from '@longhorizon/nn';
import { constant, divide, modulo, reshape, type Tensor } from '@longhorizon/tensor';

/** How many there are. */
export const variantsOf = (padding: number): number => 2 * (2 * padding + 1) ** 2;

/** The number of the picture as it is: cut out in the middle, not mirrored. */
export const unchanged = (padding: number): number => 2 * (padding * (2 * padding + 1) + padding);

/**
 * Pictures in their variants.
 *
 * @param pictures [tasks, batch, H, W, C]
 * @param numbers u32 [tasks, batch], below `variantsOf(padding)`
 */
export function inVariants(pictures: Tensor, numbers: Tensor, padding: number): Tensor {
  const [tasks, batch, ...form] = pictures.shape as [number, number, ...number[]];
  const flat = reshape(pictures, [tasks * batch, ...form]);
  const number = reshape(numbers, [tasks * batch]);
  const place = divide(number, constant(2, 'u32'));
  const places = constant(2 * padding + 1, 'u32');
  const cropped = cropAt(flat, divide(place, places), modulo(place, places), { padding });
  return reshape(flipWhere(cropped, modulo(number, constant(2, 'u32'))), pictures.shape);
}
