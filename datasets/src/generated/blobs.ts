/**
 * @file Blobs: soft spots of light on a dim ground, in colour. A class is an arrangement of a few spots (place, width,
 * colour); in a picture each spot strays, and some light falls elsewhere.
 */
import type { Draw } from '../random/draw.ts';
import { exp } from '../random/portable-math.ts';
import { type Colour, fromHue } from './colour.ts';
import type { ImageFamily } from './image-family.ts';
import { toByte } from './raster.ts';

interface Spot {
  /** In pixels. */
  readonly x: number;
  readonly y: number;
  /** Standard deviation, in pixels. */
  readonly width: number;
  readonly colour: Colour;
}

const SIDE = 20;

/** Arrangements of soft coloured spots. */
export const blobs: ImageFamily<readonly Spot[]> = {
  name: 'blobs',
  title: 'Arrangements of soft coloured spots',
  side: SIDE,
  channels: 3,
  classes: 6,
  perClass: 100,
  classOf: (draw) =>
    Array.from({ length: 2 + draw.integer(3) }, () => ({
      x: draw.uniform(4, SIDE - 4),
      y: draw.uniform(4, SIDE - 4),
      width: draw.uniform(1.3, 3),
      colour: spotColour(draw),
    })),
  nameOf: (spots, index) => `${spots.length} spots, ${index}`,
  render: shine,
};

function spotColour(draw: Draw): Colour {
  return fromHue(draw.uniform(), draw.uniform(0.5, 1), 1);
}

function shine(spots: readonly Spot[], draw: Draw, out: Uint8Array): void {
  const placed = spots.map((spot) => ({
    ...spot,
    x: spot.x + draw.normal(0, 1.2),
    y: spot.y + draw.normal(0, 1.2),
    width: spot.width * draw.uniform(0.8, 1.25),
    light: draw.uniform(0.5, 0.9),
  }));
  // One spot that belongs to no class.
  placed.push({
    x: draw.uniform(0, SIDE),
    y: draw.uniform(0, SIDE),
    width: draw.uniform(1, 2.5),
    colour: spotColour(draw),
    light: draw.uniform(0.2, 0.8),
  });
  const ground = draw.uniform(0, 0.15);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const sum = [ground, ground, ground];
      for (const spot of placed) {
        const offX = x + 0.5 - spot.x;
        const offY = y + 0.5 - spot.y;
        const light = spot.light * exp(-(offX * offX + offY * offY) / (2 * spot.width * spot.width));
        for (let channel = 0; channel < 3; channel += 1) sum[channel]! += light * spot.colour[channel]!;
      }
      for (let channel = 0; channel < 3; channel += 1) {
        out[(y * SIDE + x) * 3 + channel] = toByte(sum[channel]! + draw.uniform(-0.03, 0.03));
      }
    }
  }
}
