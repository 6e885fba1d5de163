/**
 * @file Textures: smooth noise, in colour. A class has a grain (how fine, how stretched, in which direction, plain,
 * ridged or banded) and a range of three colours; a picture is a new piece of the same stuff.
 *
 * The noise is a sum of octaves of value noise: random values on a lattice, joined by a smooth step (Perlin, "An image
 * synthesizer", SIGGRAPH 1985).
 */
import type { Draw } from '../random/draw.ts';
import { cos, sin } from '../random/portable-math.ts';
import { anyColour, type Colour, mix } from './colour.ts';
import type { ImageFamily } from './image-family.ts';
import { toByte } from './raster.ts';

const FOLDS = ['cloudy', 'ridged', 'banded'] as const;

interface Texture {
  /** Lattice cells across the picture. */
  readonly cells: number;
  /** Cells are this much longer along the grain. */
  readonly stretch: number;
  /** Direction of the grain, radians. */
  readonly angle: number;
  readonly octaves: number;
  readonly fold: (typeof FOLDS)[number];
  readonly colours: readonly [Colour, Colour, Colour];
}

const SIDE = 32;
/** Lattice values of one octave; coordinates wrap around. */
const LATTICE = 32;

/** Coloured textures of smooth noise. */
export const textures: ImageFamily<Texture> = {
  name: 'textures',
  title: 'Coloured textures of smooth noise',
  side: SIDE,
  channels: 3,
  classes: 12,
  perClass: 100,
  classOf: (draw, index) => ({
    cells: draw.uniform(2, 8),
    stretch: draw.pick([1, 1, 2.5, 4]),
    angle: draw.uniform(0, Math.PI),
    octaves: 1 + draw.integer(3),
    fold: FOLDS[index % FOLDS.length]!,
    colours: [anyColour(draw), anyColour(draw), anyColour(draw)],
  }),
  nameOf: ({ fold, stretch, cells }) =>
    `${fold}, ${cells < 5 ? 'coarse' : 'fine'}${stretch > 1 ? ', grained' : ''}`,
  render: weave,
};

function weave(texture: Texture, draw: Draw, out: Uint8Array): void {
  const lattices = Array.from({ length: texture.octaves }, () => drawLattice(draw));
  const angle = texture.angle + draw.uniform(-0.25, 0.25);
  const [cosine, sine] = [cos(angle), sin(angle)];
  const scale = (texture.cells / SIDE) * draw.uniform(0.85, 1.18);
  const light = draw.uniform(0.75, 1.15);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const along = (scale * (cosine * x + sine * y)) / texture.stretch;
      const across = scale * (cosine * y - sine * x);
      const level = fold(texture.fold, noise(lattices, along, across));
      const [dark, middle, bright] = texture.colours;
      const colour = level < 0.5 ? mix(dark, middle, 2 * level) : mix(middle, bright, 2 * level - 1);
      for (let channel = 0; channel < 3; channel += 1) {
        out[(y * SIDE + x) * 3 + channel] = toByte(light * colour[channel]!);
      }
    }
  }
}

function drawLattice(draw: Draw): Float64Array {
  return Float64Array.from({ length: LATTICE * LATTICE }, () => draw.uniform());
}

/** Octaves of halved weight and doubled frequency, scaled to [0, 1]. */
function noise(lattices: readonly Float64Array[], x: number, y: number): number {
  let sum = 0;
  let weights = 0;
  let weight = 1;
  let frequency = 1;
  for (const lattice of lattices) {
    sum += weight * latticeValue(lattice, x * frequency, y * frequency);
    weights += weight;
    weight /= 2;
    frequency *= 2;
  }
  return sum / weights;
}

function latticeValue(lattice: Float64Array, x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const right = smoothStep(x - column);
  const down = smoothStep(y - row);
  const at = (i: number, j: number): number => lattice[wrap(j) * LATTICE + wrap(i)]!;
  const top = at(column, row) + right * (at(column + 1, row) - at(column, row));
  const bottom = at(column, row + 1) + right * (at(column + 1, row + 1) - at(column, row + 1));
  return top + down * (bottom - top);
}

function smoothStep(t: number): number {
  return t * t * (3 - 2 * t);
}

/** Lattice coordinates wrap around; the lattice is a power of two wide, so the low bits do it, below zero too. */
function wrap(i: number): number {
  return i & (LATTICE - 1);
}

/** Stretches the middle of the range, where the noise mostly lies; ridges and bands fold it. */
function fold(kind: Texture['fold'], level: number): number {
  const stretched = Math.min(1, Math.max(0, 0.5 + 1.7 * (level - 0.5)));
  if (kind === 'cloudy') return stretched;
  if (kind === 'ridged') return 1 - Math.abs(2 * stretched - 1);
  const bands = 4 * stretched;
  return Math.abs(2 * (bands - Math.floor(bands)) - 1);
}
