/** @file The slant, turn, size and place that one hand, or one view, gives a shape. */
import type { Draw } from '../random/draw.ts';
import { cos, sin } from '../random/portable-math.ts';
import type { Point } from './raster.ts';

/** Largest deviations of a random affine map; each is drawn uniformly on both sides. */
export interface AffineRange {
  /** Radians. */
  readonly rotation: number;
  /** Relative, for both axes alike. */
  readonly scale: number;
  /** Relative, for one axis against the other. */
  readonly stretch: number;
  readonly shear: number;
  /** In the units of the points. */
  readonly shift: number;
}

/** Draws a random map about a centre. */
export function randomAffine(draw: Draw, range: AffineRange, centre: Point): (point: Point) => Point {
  const angle = draw.uniform(-range.rotation, range.rotation);
  const size = 1 + draw.uniform(-range.scale, range.scale);
  const stretch = 1 + draw.uniform(-range.stretch, range.stretch);
  const shear = draw.uniform(-range.shear, range.shear);
  const shiftX = draw.uniform(-range.shift, range.shift);
  const shiftY = draw.uniform(-range.shift, range.shift);
  const [cosine, sine] = [cos(angle), sin(angle)];
  return ([x, y]) => {
    const dx = size * stretch * (x - centre[0] + shear * (y - centre[1]));
    const dy = (size / stretch) * (y - centre[1]);
    return [centre[0] + shiftX + cosine * dx - sine * dy, centre[1] + shiftY + sine * dx + cosine * dy];
  };
}
