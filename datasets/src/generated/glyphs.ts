/**
 * @file Handwritten-like characters: an unlimited source of few-shot classes in the manner of Omniglot.
 *
 * A class is a character: one to four pen strokes, each a chain of straight and bent pieces, begun anywhere or on an
 * earlier stroke, then fitted to a common box. An instance is one writing of it: every joint of the pen moves a little,
 * the whole slants, turns, grows and shifts, and the pen's width varies. Class `c` of a seed is the same character
 * however many classes are asked for, and so is writing `i` of it.
 *
 * The idea of composing characters from strokes and sub-strokes, and of moving new strokes to old ones, follows Lake,
 * Salakhutdinov and Tenenbaum (2015); the distributions are this project's own.
 */
import type { Draw } from '../random/draw.ts';
import { cos, sin } from '../random/portable-math.ts';
import { randomAffine } from './affine.ts';
import type { ImageFamily } from './image-family.ts';
import { blank, drawLine, type Point, smoothCurve, toByte } from './raster.ts';

/** Joints of each stroke, in a box of 1×1. */
export type Glyph = readonly (readonly Point[])[];

/**
 * How far one writing strays from the character: chosen so that the nearest neighbour by pixels is right as often as on
 * Omniglot. Over 30 episodes of each kind, 5-way 1-shot, 5-way 5-shot, 20-way 1-shot, 20-way 5-shot: glyphs 0.48, 0.64,
 * 0.25, 0.44; Omniglot at 28×28 by the same code 0.45, 0.63, 0.26, 0.45.
 */
const HAND = { rotation: 0.25, scale: 0.25, stretch: 0.2, shear: 0.3, shift: 0.14 };
/** Standard deviations of the place of a whole stroke and of each of its joints, in boxes. */
const STRAY = { stroke: 0.04, joint: 0.03 };
/** Half the pen's width, in pixels. */
const PEN = { thinnest: 0.55, thickest: 1.05 };

const SIDE = 28;
/** Pixels between the box and the border: room for the hand to stray. */
const MARGIN = 5.5;

/** Handwritten-like characters of random strokes. */
export const glyphs: ImageFamily<Glyph> = {
  name: 'glyphs',
  title: 'Handwritten-like characters of random strokes',
  side: SIDE,
  channels: 1,
  classes: 200,
  perClass: 20,
  classOf: drawCharacter,
  nameOf: (_, index) => `glyph ${index}`,
  render: writeGlyph,
};

function drawCharacter(draw: Draw): Glyph {
  const strokeCount = draw.pick([1, 1, 2, 2, 2, 3, 3, 4]);
  const strokes: Point[][] = [];
  for (let i = 0; i < strokeCount; i += 1) strokes.push(drawStroke(draw, strokes, strokeCount));
  return fitToBox(strokes);
}

/** A chain of one to three pieces, each with a direction, a length and a bend. */
function drawStroke(draw: Draw, earlier: readonly (readonly Point[])[], strokeCount: number): Point[] {
  let [x, y] = startOf(draw, earlier);
  const joints: Point[] = [[x, y]];
  // Characters of many strokes have simpler ones, as letters do.
  const pieces = draw.pick(strokeCount > 2 ? [1, 1, 1, 2] : [1, 1, 2, 2, 3]);
  let heading = (Math.PI / 4) * draw.integer(8);
  for (let piece = 0; piece < pieces; piece += 1) {
    const length = draw.uniform(0.3, 0.75);
    const bend = draw.chance(0.45) ? 0 : draw.uniform(0.8, 3.4) * draw.pick([-1, 1]);
    const steps = bend === 0 ? 2 : 4;
    for (let step = 0; step < steps; step += 1) {
      heading += bend / steps;
      x += (length / steps) * cos(heading);
      y += (length / steps) * sin(heading);
      joints.push([x, y]);
    }
    heading += draw.pick([-1, 1]) * draw.uniform(0.6, 2.4);
  }
  return joints;
}

/** Where the pen is set down: on a joint of an earlier stroke, or near one of the places of a 3×3 grid. */
function startOf(draw: Draw, earlier: readonly (readonly Point[])[]): Point {
  if (earlier.length > 0 && draw.chance(0.7)) return draw.pick(draw.pick(earlier));
  return [0.5 * draw.integer(3) + draw.uniform(-0.1, 0.1), 0.5 * draw.integer(3) + draw.uniform(-0.1, 0.1)];
}

/** Scales to the unit box, keeping half of the aspect: a bar stays slim but not a hair. */
function fitToBox(strokes: readonly (readonly Point[])[]): Glyph {
  const xs = strokes.flat().map(([x]) => x);
  const ys = strokes.flat().map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const width = Math.max(...xs) - left;
  const height = Math.max(...ys) - top;
  const longest = Math.max(width, height);
  const placed = (value: number, low: number, extent: number): number => {
    const target = 0.5 * (extent / longest) + 0.5 * Math.min(1, (2 * extent) / longest);
    return 0.5 + (extent > 0 ? ((value - low) / extent - 0.5) * target : 0);
  };
  return strokes.map((stroke) => stroke.map(([x, y]) => [placed(x, left, width), placed(y, top, height)]));
}

/** Draws one writing of a character into 784 bytes. */
function writeGlyph(glyph: Glyph, draw: Draw, out: Uint8Array): void {
  const hand = randomAffine(draw, HAND, [0.5, 0.5]);
  const radius = draw.uniform(PEN.thinnest, PEN.thickest);
  const grid = blank(SIDE, SIDE);
  for (const stroke of glyph) {
    const offX = draw.normal(0, STRAY.stroke);
    const offY = draw.normal(0, STRAY.stroke);
    const joints = stroke.map(([x, y]): Point => {
      const moved = hand([x + offX + draw.normal(0, STRAY.joint), y + offY + draw.normal(0, STRAY.joint)]);
      return [MARGIN + (SIDE - 2 * MARGIN) * moved[0], MARGIN + (SIDE - 2 * MARGIN) * moved[1]];
    });
    drawLine(grid, smoothCurve(joints, 4), radius);
  }
  for (let i = 0; i < out.length; i += 1) out[i] = toByte(grid.ink[i]!);
}
