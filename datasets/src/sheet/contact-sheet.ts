/** @file A contact sheet: a row for each class, with its name and some of its examples. */
import type { Dataset } from '../dataset/types.ts';
import { chooseDistinct } from '../random/choice.ts';
import { keyAt } from '../random/key.ts';
import { classIndex } from '../samplers/class-index.ts';
import { Canvas, LETTER_HEIGHT, PALE, textWidth } from './canvas.ts';
import { type TileMaker, tileMaker } from './tiles.ts';

/** What of a data set is shown. */
export interface SheetOptions {
  /** Rows; classes are spread evenly over the set. 12 by default, or all if there are fewer. */
  readonly classes?: number;
  /** Columns, 10 by default; a class with fewer examples leaves places empty. */
  readonly perClass?: number;
  /** Chooses the examples. */
  readonly seed?: number;
  /** Size of a pixel; chosen so that a tile is about 56 wide by default. */
  readonly zoom?: number;
}

const GAP = 4;
const TEXT_SCALE = 2;
const LONGEST_LABEL = 26;

/** Draws the contact sheet of a data set. */
export function contactSheet(dataset: Dataset, options: SheetOptions = {}): Canvas {
  const rows = Math.min(options.classes ?? 12, dataset.classes);
  const columns = options.perClass ?? 10;
  const shown = Array.from({ length: rows }, (_, row) => Math.floor(((row + 0.5) * dataset.classes) / rows));
  const labels = shown.map((label) => shorten(dataset.classNames[label]!));
  const tiles = tileMaker(dataset, options.zoom);

  const title = titleOf(dataset);
  const labelWidth = Math.max(...labels.map(textWidth)) * TEXT_SCALE + 4 * GAP;
  const titleHeight = LETTER_HEIGHT * TEXT_SCALE + 5 * GAP;
  const canvas = new Canvas(
    Math.max(labelWidth + columns * (tiles.width + GAP) + GAP, textWidth(title) * TEXT_SCALE + 4 * GAP),
    titleHeight + rows * (tiles.height + GAP) + GAP,
  );
  canvas.write(title, 2 * GAP, 2 * GAP, TEXT_SCALE);
  shown.forEach((label, row) => {
    const top = titleHeight + row * (tiles.height + GAP);
    const textTop = top + Math.floor((tiles.height - LETTER_HEIGHT * TEXT_SCALE) / 2);
    canvas.write(labels[row]!, 2 * GAP, textTop, TEXT_SCALE);
    drawRow(canvas, dataset, tiles, { label, columns, seed: options.seed ?? 0, left: labelWidth, top });
  });
  return canvas;
}

interface Row {
  readonly label: number;
  readonly columns: number;
  readonly seed: number;
  readonly left: number;
  readonly top: number;
}

function drawRow(canvas: Canvas, dataset: Dataset, tiles: TileMaker, row: Row): void {
  const { offsets, order } = classIndex(dataset);
  const first = offsets[row.label]!;
  const available = offsets[row.label + 1]! - first;
  const key = keyAt(row.seed, { sheet: row.label });
  const chosen = chooseDistinct(key, available, Math.min(row.columns, available));
  chosen.forEach((place, column) => {
    tiles.draw(canvas, order[first + place]!, row.left + column * (tiles.width + GAP), row.top);
  });
  for (let column = chosen.length; column < row.columns; column += 1) {
    canvas.fill(row.left + column * (tiles.width + GAP), row.top + tiles.height - 1, tiles.width, 1, PALE);
  }
}

function titleOf(dataset: Dataset): string {
  const [count, height, width, channels] = dataset.shape;
  const numbers = (value: number): string => value.toLocaleString('en-US');
  const what =
    height * width === 1
      ? `${numbers(count)} rows of ${channels}`
      : `${numbers(count)} images ${height}x${width}${channels === 3 ? ' RGB' : ''}`;
  return `${dataset.name}: ${what}, ${numbers(dataset.classes)} classes, ${dataset.definition.licence.id}`;
}

function shorten(name: string): string {
  return name.length <= LONGEST_LABEL ? name : `${name.slice(0, LONGEST_LABEL - 2)}..`;
}
