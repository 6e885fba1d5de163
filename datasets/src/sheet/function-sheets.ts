/** @file Sheets of what has no stored examples: curves, landscapes and clouds of points. */
import type { Dataset } from '../dataset/types.ts';
import {
  HIMMELBLAU_STARTS,
  HIMMELBLAU_TASKS,
  himmelblauLoss,
  himmelblauMinima,
} from '../generated/himmelblau.ts';
import { quadraticTasks } from '../generated/quadratics.ts';
import type { Point } from '../generated/raster.ts';
import { SINUSOID, sinusoidPoints, sinusoidTasks } from '../generated/sinusoids.ts';
import { keyAt } from '../random/key.ts';
import { Canvas, type Ink, LETTER_HEIGHT, PALE, textWidth } from './canvas.ts';

const TILE = 160;
const GAP = 8;
const COLUMNS = 4;
const HEAD = 34;

const LINE: Ink = [60, 100, 170];
const MARK: Ink = [210, 60, 40];
/** Colours that stay apart for colour-blind readers (Okabe and Ito, 2008). */
const CLASS_INKS: readonly Ink[] = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [86, 180, 233],
  [230, 159, 0],
];

/** A square of the plane shown in one tile; y grows upwards. */
interface View {
  readonly left: number;
  readonly top: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

const toPixels = ({ left, top, x, y }: View, [px, py]: Point): Point => [
  left + ((px - x[0]) / (x[1] - x[0])) * TILE,
  top + TILE - ((py - y[0]) / (y[1] - y[0])) * TILE,
];

/** Sheets of the families of functions, by name, from a seed. */
export const FUNCTION_SHEETS: Readonly<Record<string, (seed: number) => Canvas>> = {
  sinusoids: (seed) => {
    const tasks = sinusoidTasks(keyAt(seed, { sheet: 'tasks' }), 8);
    const points = sinusoidPoints(tasks, keyAt(seed, { sheet: 'points' }), 10);
    return grid('sinusoids: 8 tasks, the wave and 10 points of each', 8, (canvas, task, left, top) => {
      const view = { left, top, x: SINUSOID.x, y: [-5.5, 5.5] } as const;
      const amplitude = tasks.amplitude[task]!;
      const phase = tasks.phase[task]!;
      for (let step = 0; step <= 4 * TILE; step += 1) {
        const x = SINUSOID.x[0] + (10 * step) / (4 * TILE);
        dot(canvas, view, [x, amplitude * Math.sin(x - phase)], 1, LINE);
      }
      for (let i = task * 10; i < task * 10 + 10; i += 1)
        dot(canvas, view, [points.x[i]!, points.y[i]!], 5, MARK);
      return `A ${amplitude.toFixed(2)}  phase ${phase.toFixed(2)}`;
    });
  },

  himmelblau: () =>
    grid('himmelblau: 8 tasks, their minima (red) and the 9 starts', 8, (canvas, index, left, top) => {
      const task = HIMMELBLAU_TASKS[index]!;
      const view = { left, top, x: [-16, 26], y: [-16, 26] } as const;
      landscape(canvas, view, (point) => himmelblauLoss(task, point));
      for (const start of HIMMELBLAU_STARTS) dot(canvas, view, start, 3, [255, 255, 255]);
      for (const minimum of himmelblauMinima(task)) dot(canvas, view, minimum, 5, MARK);
      return `task ${index}`;
    }),

  quadratics: (seed) => {
    const { hessians, centres } = quadraticTasks(keyAt(seed, { sheet: 'tasks' }), { tasks: 8, dimension: 2 });
    return grid('quadratics: 8 tasks in the plane and their minima', 8, (canvas, task, left, top) => {
      const view = { left, top, x: [-4, 4], y: [-4, 4] } as const;
      const [a = 0, b = 0, , d = 0] = hessians.subarray(4 * task);
      const [x = 0, y = 0] = centres.subarray(2 * task);
      landscape(canvas, view, ([px, py]) => {
        const [dx, dy] = [px - x, py - y];
        return 0.5 * (a * dx * dx + 2 * b * dx * dy + d * dy * dy);
      });
      dot(canvas, view, [x, y], 5, MARK);
      return `task ${task}`;
    });
  },
};

/** All points of a data set of two columns, one colour a class. */
export function scatterSheet(dataset: Dataset): Canvas {
  const size = 3 * TILE;
  const canvas = new Canvas(size + 2 * GAP + 140, size + HEAD + 2 * GAP);
  canvas.write(`${dataset.name}: ${dataset.shape[0]} points, ${dataset.classes} classes`, GAP, GAP + 2, 2);
  const bounds = [0, 1].map((axis) => {
    const values = dataset.images.filter((_: number, i: number) => i % 2 === axis);
    return [Math.min(...values) - 0.5, Math.max(...values) + 0.5] as const;
  });
  const place = (value: number, [low, high]: readonly [number, number]): number =>
    (size * (value - low)) / (high - low);
  dataset.labels.forEach((label, i) => {
    const x = Math.round(GAP + place(dataset.images[2 * i]!, bounds[0]!));
    const y = Math.round(HEAD + size - place(dataset.images[2 * i + 1]!, bounds[1]!));
    canvas.fill(x - 2, y - 2, 5, 5, CLASS_INKS[label % CLASS_INKS.length]!);
  });
  dataset.classNames.forEach((name, label) => {
    const top = HEAD + label * 24;
    canvas.fill(size + 3 * GAP, top, 14, 14, CLASS_INKS[label % CLASS_INKS.length]!);
    canvas.write(name, size + 3 * GAP + 20, top, 2);
  });
  return canvas;
}

/** Lays tiles out in rows; `paint` draws a tile and gives its caption. */
function grid(
  title: string,
  count: number,
  paint: (canvas: Canvas, index: number, left: number, top: number) => string,
): Canvas {
  const rows = Math.ceil(count / COLUMNS);
  const row = TILE + LETTER_HEIGHT * 2 + 3 * GAP;
  const canvas = new Canvas(
    Math.max(COLUMNS * (TILE + GAP), textWidth(title) * 2 + GAP) + GAP,
    HEAD + rows * row,
  );
  canvas.write(title, GAP, GAP + 2, 2);
  for (let index = 0; index < count; index += 1) {
    const left = GAP + (index % COLUMNS) * (TILE + GAP);
    const top = HEAD + Math.floor(index / COLUMNS) * row;
    canvas.fill(left - 1, top - 1, TILE + 2, TILE + 2, PALE);
    canvas.fill(left, top, TILE, TILE, [255, 255, 255]);
    canvas.write(paint(canvas, index, left, top), left, top + TILE + 5, 2);
  }
  return canvas;
}

/** A square mark; what lies outside its tile is left out. */
function dot(canvas: Canvas, view: View, point: Point, size: number, ink: Ink): void {
  const [x, y] = toPixels(view, point);
  if (x < view.left || x >= view.left + TILE || y < view.top || y >= view.top + TILE) return;
  const half = Math.floor(size / 2);
  canvas.fill(Math.floor(x) - half, Math.floor(y) - half, size, size, ink);
}

/** Height as gray from dark (the lowest) to pale (the highest), by its logarithm, with a line at each doubling. */
function landscape(canvas: Canvas, view: View, height: (point: Point) => number): void {
  const levels = Float64Array.from({ length: TILE * TILE }, (_, i) => {
    const x = view.x[0] + (((i % TILE) + 0.5) / TILE) * (view.x[1] - view.x[0]);
    const y = view.y[1] - ((Math.floor(i / TILE) + 0.5) / TILE) * (view.y[1] - view.y[0]);
    return Math.log2(1 + height([x, y]));
  });
  const highest = levels.reduce((most, level) => Math.max(most, level), 0);
  levels.forEach((level, i) => {
    const shade = Math.round(55 + (175 * level) / highest);
    const line = level > 0.5 && level - Math.floor(level) < highest / 80 ? 30 : 0;
    const ink: Ink = [shade - line, shade - line, shade + 20];
    canvas.fill(view.left + (i % TILE), view.top + Math.floor(i / TILE), 1, 1, ink);
  });
}
