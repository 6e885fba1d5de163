/**
 * @file Shapes: one polygon or star on a plain ground, in colour. The class is the shape; place, size, turn and both
 * colours are drawn anew for each picture, so colour says nothing.
 */
import type { Draw } from '../random/draw.ts';
import { cos, sin } from '../random/portable-math.ts';
import { anyColour, brightness, mix } from './colour.ts';
import type { ImageFamily } from './image-family.ts';
import { blank, drawLine, fillPolygon, type Point, toByte } from './raster.ts';

interface Shape {
  /** Outer corners. */
  readonly corners: number;
  readonly star: boolean;
  readonly outline: boolean;
}

const SIDE = 32;
const NAMES = ['triangle', 'square', 'pentagon', 'hexagon'] as const;

/** Coloured polygons and stars. */
export const polygons: ImageFamily<Shape> = {
  name: 'polygons',
  title: 'Coloured polygons and stars',
  side: SIDE,
  channels: 3,
  classes: 8,
  perClass: 100,
  mostClasses: 16,
  classOf: (_, index) => ({
    corners: 3 + (index % 4),
    star: Math.floor(index / 4) % 2 === 1,
    outline: index >= 8,
  }),
  nameOf: ({ corners, star, outline }) =>
    `${outline ? 'outline of a ' : ''}${star ? `${corners}-pointed star` : NAMES[corners - 3]}`,
  render: paint,
};

function paint(shape: Shape, draw: Draw, out: Uint8Array): void {
  const radius = draw.uniform(8, 13);
  const slack = SIDE / 2 - radius - 1;
  const centre: Point = [SIDE / 2 + draw.uniform(-slack, slack), SIDE / 2 + draw.uniform(-slack, slack)];
  const turn = draw.uniform(0, 2 * Math.PI);
  const stretch = draw.uniform(0.9, 1.1);
  // A waist of cos(π / corners) would make a star of the polygon itself.
  const waist = draw.uniform(0.45, 0.56) * cos(Math.PI / shape.corners);
  const count = shape.star ? 2 * shape.corners : shape.corners;
  const corners = Array.from({ length: count }, (_, i): Point => {
    const reach = shape.star && i % 2 === 1 ? waist * radius : radius;
    const angle = turn + (2 * Math.PI * i) / count;
    return [centre[0] + stretch * reach * cos(angle), centre[1] + (reach / stretch) * sin(angle)];
  });
  const grid = blank(SIDE, SIDE);
  if (shape.outline) drawLine(grid, [...corners, corners[0]!], 1);
  else fillPolygon(grid, corners);

  const ground = anyColour(draw);
  let figure = anyColour(draw);
  // A figure that can be told from its ground.
  while (Math.abs(brightness(figure) - brightness(ground)) < 0.25) figure = anyColour(draw);
  for (let pixel = 0; pixel < SIDE * SIDE; pixel += 1) {
    const colour = mix(ground, figure, grid.ink[pixel]!);
    for (let channel = 0; channel < 3; channel += 1) {
      out[3 * pixel + channel] = toByte(colour[channel]! + draw.uniform(-0.05, 0.05));
    }
  }
}
