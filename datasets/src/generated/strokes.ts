/**
 * @file Hatchings: many pen strokes of one kind, in gray. A class is a kind of stroke (direction, length, bend, density,
 * how strictly parallel), a picture a new scatter of them.
 */
import type { Draw } from '../random/draw.ts';
import { cos, sin } from '../random/portable-math.ts';
import type { ImageFamily } from './image-family.ts';
import { blank, drawLine, type Point, smoothCurve, toByte } from './raster.ts';

interface Hatching {
  /** Direction of the strokes, radians. */
  readonly angle: number;
  /** In pixels. */
  readonly length: number;
  /** How far the middle is pushed aside, relative to the length. */
  readonly bend: number;
  readonly count: number;
  /** Largest deviation from the direction, radians. */
  readonly disorder: number;
  /** Half the pen's width, in pixels. */
  readonly radius: number;
}

const SIDE = 28;

/** Hatchings of pen strokes. */
export const strokes: ImageFamily<Hatching> = {
  name: 'strokes',
  title: 'Hatchings of pen strokes',
  side: SIDE,
  channels: 1,
  classes: 10,
  perClass: 100,
  classOf: (draw, index) => ({
    angle: draw.uniform(0, Math.PI),
    length: draw.uniform(4, 15),
    bend: index % 2 === 0 ? 0 : draw.uniform(0.25, 0.5) * draw.pick([-1, 1]),
    count: 8 + draw.integer(22),
    disorder: [0.1, 0.3, 1.5][index % 3]!,
    radius: draw.uniform(0.4, 1.1),
  }),
  nameOf: ({ angle, length, bend, disorder }) =>
    `${disorder > 1 ? 'scattered' : `${Math.round((angle * 180) / Math.PI)} deg`} ` +
    `${length < 9 ? 'short' : 'long'}${bend === 0 ? '' : ' bent'}`,
  render: hatch,
};

function hatch(kind: Hatching, draw: Draw, out: Uint8Array): void {
  const grid = blank(SIDE, SIDE);
  const turn = draw.uniform(-0.12, 0.12);
  const count = Math.max(3, Math.floor(kind.count * draw.uniform(0.8, 1.2)));
  for (let i = 0; i < count; i += 1) {
    const angle = kind.angle + turn + draw.uniform(-kind.disorder, kind.disorder);
    const half = 0.5 * kind.length * draw.uniform(0.75, 1.25);
    const [x, y] = [draw.uniform(0, SIDE), draw.uniform(0, SIDE)];
    const [alongX, alongY] = [half * cos(angle), half * sin(angle)];
    const joints: Point[] = [
      [x - alongX, y - alongY],
      [x - 2 * kind.bend * alongY, y + 2 * kind.bend * alongX],
      [x + alongX, y + alongY],
    ];
    drawLine(grid, smoothCurve(joints, 4), kind.radius * draw.uniform(0.85, 1.15));
  }
  const paper = draw.uniform(0, 0.25);
  const ink = draw.uniform(0.75, 1);
  for (let i = 0; i < out.length; i += 1) {
    out[i] = toByte(paper + (ink - paper) * grid.ink[i]! + draw.uniform(-0.04, 0.04));
  }
}
