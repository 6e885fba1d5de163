/**
 * @file Drawing pen strokes and filled shapes on a small grid of coverages, with soft edges one pixel wide.
 *
 * Only + − × ÷ and square roots of float64 are used, whose results JavaScript fixes to the last bit: the same drawing
 * gives the same bytes on every machine.
 */

/** A point in pixels: x to the right, y downwards, (0, 0) is the corner of the first pixel. */
export type Point = readonly [x: number, y: number];

/** Ink coverage of each pixel, 0 to 1. Shape [height, width]. */
export interface Coverage {
  readonly height: number;
  readonly width: number;
  readonly ink: Float64Array;
}

/** An empty grid. */
export function blank(height: number, width: number): Coverage {
  return { height, width, ink: new Float64Array(height * width) };
}

/**
 * Draws a line through the points with a round pen. A pixel gets the ink of the nearest point of the line:
 * 1 inside the pen, 0 outside, a ramp of one pixel between. Overlapping lines do not add up.
 *
 * @param onto - The grid to draw on.
 * @param points - At least one point; one alone draws a dot.
 * @param radius - Half the pen's width, in pixels.
 */
export function drawLine(onto: Coverage, points: readonly Point[], radius: number): void {
  if (points.length === 1) drawSegment(onto, points[0]!, points[0]!, radius);
  for (let i = 1; i < points.length; i += 1) drawSegment(onto, points[i - 1]!, points[i]!, radius);
}

function drawSegment({ height, width, ink }: Coverage, from: Point, to: Point, radius: number): void {
  const [fromX, fromY] = from;
  const alongX = to[0] - fromX;
  const alongY = to[1] - fromY;
  const lengthSquared = alongX * alongX + alongY * alongY;
  const reach = radius + 0.5;
  const left = Math.max(0, Math.floor(Math.min(fromX, to[0]) - reach));
  const right = Math.min(width - 1, Math.floor(Math.max(fromX, to[0]) + reach));
  const top = Math.max(0, Math.floor(Math.min(fromY, to[1]) - reach));
  const bottom = Math.min(height - 1, Math.floor(Math.max(fromY, to[1]) + reach));
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const dx = x + 0.5 - fromX;
      const dy = y + 0.5 - fromY;
      const place =
        lengthSquared > 0 ? Math.min(1, Math.max(0, (dx * alongX + dy * alongY) / lengthSquared)) : 0;
      const offX = dx - place * alongX;
      const offY = dy - place * alongY;
      const coverage = reach - Math.sqrt(offX * offX + offY * offY);
      const pixel = y * width + x;
      if (coverage > ink[pixel]!) ink[pixel] = Math.min(1, coverage);
    }
  }
}

/**
 * Fills a polygon by the even-odd rule, with 4×4 samples a pixel.
 *
 * @param onto - The grid to draw on; the larger of old and new ink stays.
 * @param corners - The corners in order; the last is joined to the first.
 */
export function fillPolygon({ height, width, ink }: Coverage, corners: readonly Point[]): void {
  const samples = 4;
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const left = Math.max(0, Math.floor(Math.min(...xs)));
  const right = Math.min(width - 1, Math.floor(Math.max(...xs)));
  const top = Math.max(0, Math.floor(Math.min(...ys)));
  const bottom = Math.min(height - 1, Math.floor(Math.max(...ys)));
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      let inside = 0;
      for (let sample = 0; sample < samples * samples; sample += 1) {
        const px = x + ((sample % samples) + 0.5) / samples;
        const py = y + (Math.floor(sample / samples) + 0.5) / samples;
        if (isInside(corners, px, py)) inside += 1;
      }
      const pixel = y * width + x;
      ink[pixel] = Math.max(ink[pixel]!, inside / (samples * samples));
    }
  }
}

function isInside(corners: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  let [previousX, previousY] = corners[corners.length - 1]!;
  for (const [cornerX, cornerY] of corners) {
    if (cornerY > y !== previousY > y) {
      const crossing = cornerX + ((y - cornerY) / (previousY - cornerY)) * (previousX - cornerX);
      if (x < crossing) inside = !inside;
    }
    previousX = cornerX;
    previousY = cornerY;
  }
  return inside;
}

/**
 * A smooth curve through the points: Catmull–Rom, ends repeated.
 *
 * @param points - At least one.
 * @param pieces - Straight pieces between neighbouring points.
 */
export function smoothCurve(points: readonly Point[], pieces: number): Point[] {
  if (points.length < 2) return [...points];
  const at = (i: number): Point => points[Math.min(points.length - 1, Math.max(0, i))]!;
  const curve: Point[] = [points[0]!];
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let piece = 1; piece <= pieces; piece += 1) {
      const t = piece / pieces;
      const blend = (p: number, q: number, r: number, s: number): number =>
        0.5 * (2 * q + t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * q - p - 3 * r + s))));
      curve.push([blend(a[0], b[0], c[0], d[0]), blend(a[1], b[1], c[1], d[1])]);
    }
  }
  return curve;
}

/** A coverage or intensity in [0, 1] as a byte, halves upwards; values outside are clipped. */
export function toByte(value: number): number {
  return Math.floor(Math.min(1, Math.max(0, value)) * 255 + 0.5);
}
