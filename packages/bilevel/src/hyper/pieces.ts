/** @file What is carried beside the weights, many times over, in pieces: arrays of no more rows than a device can bind or one wishes to work on at once. */
import { slice, type Tensor } from '@longhorizon/tensor';

/** Rows from one to before another. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}

/**
 * `count` rows in pieces of `chunk`, the last of what is left; one piece when it is left out.
 *
 * @throws RangeError where `chunk` is not a whole number of 1 or more
 */
export function piecesOf(asker: string, count: number, chunk: number = count): readonly Piece[] {
  if (!(Number.isInteger(chunk) && chunk >= 1))
    throw new RangeError(`${asker}: pieces of ${chunk} were asked for; give a whole number of 1 or more.`);
  return Array.from({ length: Math.ceil(count / chunk) }, (_, k) => ({
    from: k * chunk,
    to: Math.min(count, (k + 1) * chunk),
  }));
}

/** The rows of a piece. */
export function rowsOf(tensor: Tensor, { from, to }: Piece): Tensor {
  const [count, ...rest] = tensor.shape;
  return to - from === count ? tensor : slice(tensor, [from, ...rest.map(() => 0)], [to, ...rest]);
}
