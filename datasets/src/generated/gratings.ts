/**
 * @file Gratings: a sine wave across the picture, in gray. The class is its direction and how fine it is; phase,
 * contrast, brightness and noise are drawn anew for each picture.
 */
import type { Draw } from '../random/draw.ts';
import { cos, sin } from '../random/portable-math.ts';
import type { ImageFamily } from './image-family.ts';
import { toByte } from './raster.ts';

interface Grating {
  /** Direction in which the wave runs, radians. */
  readonly angle: number;
  /** Waves across the picture. */
  readonly waves: number;
}

const SIDE = 24;
const DIRECTIONS = 8;
/** Waves across the picture; the first two make up the default 16 classes. */
const WAVES = [2.4, 4.2, 1.4, 6.4];

/** Gray gratings by direction and fineness. */
export const gratings: ImageFamily<Grating> = {
  name: 'gratings',
  title: 'Gray gratings by direction and fineness',
  side: SIDE,
  channels: 1,
  classes: 16,
  perClass: 100,
  mostClasses: DIRECTIONS * WAVES.length,
  classOf: (_, index) => ({
    angle: (Math.PI * (index % DIRECTIONS)) / DIRECTIONS,
    waves: WAVES[Math.floor(index / DIRECTIONS)]!,
  }),
  nameOf: ({ angle, waves }) => `${(angle * 180) / Math.PI} deg, ${waves} waves`,
  render: ripple,
};

function ripple(grating: Grating, draw: Draw, out: Uint8Array): void {
  const angle = grating.angle + draw.uniform(-0.14, 0.14);
  const frequency = ((2 * Math.PI * grating.waves) / SIDE) * draw.uniform(0.9, 1.1);
  const phase = draw.uniform(0, 2 * Math.PI);
  const contrast = draw.uniform(0.12, 0.5);
  const light = draw.uniform(0.35, 0.65);
  const roughness = draw.uniform(0.05, 0.3);
  const [cosine, sine] = [cos(angle), sin(angle)];
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const wave = sin(frequency * (cosine * x + sine * y) + phase);
      out[y * SIDE + x] = toByte(light + contrast * wave + draw.uniform(-roughness, roughness));
    }
  }
}
