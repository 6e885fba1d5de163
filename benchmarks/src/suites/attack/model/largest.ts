import {
  add,
  broadcastTo,
  cast,
  equal,
  greater,
  iota,
  less,
  multiply,
  reshape,
  segmentSum,
  sum,
  type Tensor,
} from '@longhorizon/tensor';

/**
 * Places of the `count` largest numbers of each row, the largest first; of equal ones the first counts as larger. n² comparisons a row.
 *
 * @param scores f32 [rows, n]
 * @returns u32 [rows, count]
 */
export function placesOfLargest(scores: Tensor, count: number): Tensor {
  const [rows, n] = scores.shape as [number, number];
  const grid = [rows, n, n];
  const mine = broadcastTo(reshape(scores, [rows, n, 1]), grid);
  const other = broadcastTo(reshape(scores, [rows, 1, n]), grid);
  const above = cast(greater(other, mine), 'f32');
  const tie = multiply(cast(equal(other, mine), 'f32'), cast(less(iota(grid, 2), iota(grid, 1)), 'f32'));
  const rank = cast(sum(add(above, tie), 2), 'u32');
  const places = broadcastTo(reshape(cast(iota([n]), 'f32'), [1, n, 1]), [rows, n, 1]);
  // Places are whole numbers below 2²⁴, which f32 holds exactly.
  return cast(reshape(segmentSum(places, rank, count), [rows, count]), 'u32');
}
