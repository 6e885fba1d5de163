/**
 * @file Eight rotated and shifted copies of Himmelblau's function in the plane: the synthetic tasks of Continual
 * Trajectory Shifting. With (u, v) = R(angle_t) (θ - target_t) / 3,
 *
 *     L_t(θ) = a (u² + v - 11)² + b (u + v² - 7)².
 *
 * Source: Shin, Lee, Gong, Hwang (ICML 2021), with the constants of its released code, to the last digit.
 */
import type { FunctionsDefinition } from '../dataset/types.ts';
import { cos, sin } from '../random/portable-math.ts';
import type { Point } from './raster.ts';

/** Weights of the two squares, and how much wider than Himmelblau's function the tasks are. */
export const HIMMELBLAU = { a: 0.7384512135082113, b: 0.9954126045755818, scale: 3 } as const;

const ANGLES = [
  0.9192431493036517, 1.115065426203848, 4.415228705528784, 5.9905628979208485, 3.9030251182851323,
  4.017727223291247, 3.1372847487749387, 0.28030319393389896,
];

/** One task: a turn, and the point that takes the place of the origin. */
export interface HimmelblauTask {
  /** Radians. */
  readonly angle: number;
  readonly target: Point;
}

/** The eight tasks; the targets lie on a circle of radius 7 about (5, 5). */
export const HIMMELBLAU_TASKS: readonly HimmelblauTask[] = ANGLES.map((angle, t) => ({
  angle,
  target: [5 + 7 * sin((2 * Math.PI * t) / 8), 5 + 7 * cos((2 * Math.PI * t) / 8)],
}));

/** The nine starting points of the experiment: {-5, 5, 15}². */
export const HIMMELBLAU_STARTS: readonly Point[] = [-5, 5, 15].flatMap((x) =>
  [-5, 5, 15].map((y): Point => [x, y]),
);

/** Minima of Himmelblau's function itself; its loss is 0 at all four. */
const MINIMA: readonly Point[] = [
  [3, 2],
  [-2.805118086952745, 3.131312518250573],
  [-3.779310253377747, -3.28318599128617],
  [3.584428340330492, -1.848126526964404],
];

function toLocal({ angle, target }: HimmelblauTask, [x, y]: Point): Point {
  const dx = (x - target[0]) / HIMMELBLAU.scale;
  const dy = (y - target[1]) / HIMMELBLAU.scale;
  return [cos(angle) * dx - sin(angle) * dy, sin(angle) * dx + cos(angle) * dy];
}

/** Loss of a task, in float64. */
export function himmelblauLoss(task: HimmelblauTask, at: Point): number {
  const [u, v] = toLocal(task, at);
  const first = u * u + v - 11;
  const second = u + v * v - 7;
  return HIMMELBLAU.a * first * first + HIMMELBLAU.b * second * second;
}

/** Gradient of a task's loss, in float64. */
export function himmelblauGradient(task: HimmelblauTask, at: Point): Point {
  const [u, v] = toLocal(task, at);
  const first = 2 * HIMMELBLAU.a * (u * u + v - 11);
  const second = 2 * HIMMELBLAU.b * (u + v * v - 7);
  const byU = first * 2 * u + second;
  const byV = first + second * 2 * v;
  const [cosine, sine] = [cos(task.angle), sin(task.angle)];
  return [(cosine * byU + sine * byV) / HIMMELBLAU.scale, (cosine * byV - sine * byU) / HIMMELBLAU.scale];
}

/** The four minima of a task: θ = target + 3 Rᵀ (u, v). */
export function himmelblauMinima({ angle, target }: HimmelblauTask): readonly Point[] {
  return MINIMA.map(([u, v]) => [
    target[0] + HIMMELBLAU.scale * (cos(angle) * u + sin(angle) * v),
    target[1] + HIMMELBLAU.scale * (cos(angle) * v - sin(angle) * u),
  ]);
}

export const himmelblau: FunctionsDefinition = {
  kind: 'functions',
  name: 'himmelblau',
  title: "Eight rotated copies of Himmelblau's function, to be minimised in the plane",
  maker: 'HIMMELBLAU_TASKS',
  licence: { id: 'MIT', shareAlike: false, evidence: 'made by this code' },
  citation:
    'Shin, J., Lee, H. B., Gong, B., and Hwang, S. J. (2021). Large-Scale Meta-Learning with Continual Trajectory ' +
    'Shifting. ICML.',
  notes: ['The constants are those of the released code; nothing is drawn at random.'],
  overlaps: [],
};
