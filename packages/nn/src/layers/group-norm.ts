/**
 * @file Group norm and layer norm: each example is normalised by itself.
 *
 * Sources: Wu and He, "Group normalization" (ECCV 2018); Ba, Kiros and Hinton, "Layer normalization" (2016).
 */
import {
  add,
  mean,
  multiply,
  reshape,
  rsqrt,
  ShapeError,
  square,
  subtract,
  type Tensor,
} from '@longhorizon/tensor';
import { showShape } from '@longhorizon/tensor/compiler';

function standardise(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centred = subtract(x, mean(x, axes, { keep: true }));
  return multiply(centred, rsqrt(add(mean(square(centred), axes, { keep: true }), epsilon)));
}

function scaleAndShift(x: Tensor, scale?: Tensor, shift?: Tensor): Tensor {
  const scaled = scale === undefined ? x : multiply(x, scale);
  return shift === undefined ? scaled : add(scaled, shift);
}

/**
 * Each image's channels in groups, each group normalised over its channels and all places.
 *
 * @param x [N, H, W, C]
 * @param groups a divisor of C; neighbouring channels are one group
 * @param scale [C], 1 when left out
 * @param shift [C], 0 when left out
 */
export function groupNorm(x: Tensor, groups: number, scale?: Tensor, shift?: Tensor, epsilon = 1e-5): Tensor {
  if (x.shape.length !== 4 || !Number.isInteger(groups) || groups < 1 || x.shape[3]! % groups !== 0)
    throw new ShapeError(
      `groupNorm: ${showShape(x.shape)} cannot be split into ${groups} groups; give images [N, H, W, C] and a number that divides C.`,
    );
  const [images, height, width, channels] = x.shape as readonly [number, number, number, number];
  const grouped = reshape(x, [images, height, width, groups, channels / groups]);
  return scaleAndShift(reshape(standardise(grouped, [1, 2, 4], epsilon), x.shape), scale, shift);
}

/**
 * Normalised over the last axes of each example.
 *
 * @param x [..., features]
 * @param axes how many of the last axes are normalised together, 1 when left out
 * @param scale shaped like those axes, 1 when left out
 * @param shift shaped like those axes, 0 when left out
 */
export function layerNorm(x: Tensor, scale?: Tensor, shift?: Tensor, axes = 1, epsilon = 1e-5): Tensor {
  if (!Number.isInteger(axes) || axes < 1 || axes > x.shape.length)
    throw new ShapeError(
      `layerNorm: the last ${axes} axes of ${showShape(x.shape)} were asked for; give a number from 1 to ${x.shape.length}.`,
    );
  const last = Array.from({ length: axes }, (_, k) => x.shape.length - axes + k);
  return scaleAndShift(standardise(x, last, epsilon), scale, shift);
}
