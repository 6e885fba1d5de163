/** @file How one example looks on a contact sheet: a picture as it is, a row of a table as bars. */
import type { Dataset } from '../dataset/types.ts';
import type { Canvas, Ink } from './canvas.ts';

/** Draws examples at one size. */
export interface TileMaker {
  readonly width: number;
  readonly height: number;
  readonly draw: (canvas: Canvas, index: number, left: number, top: number) => void;
}

/** About the width of a tile, in pixels. */
const TILE = 56;
const BAR: Ink = [70, 110, 170];
const BEHIND: Ink = [238, 240, 244];

/** The maker that suits a data set. */
export function tileMaker(dataset: Dataset, zoom?: number): TileMaker {
  const [, height, width] = dataset.shape;
  return height * width > 1
    ? pictureTiles(dataset, zoom ?? Math.max(1, Math.round(TILE / width)))
    : barTiles(dataset);
}

function pictureTiles(dataset: Dataset, zoom: number): TileMaker {
  const [, height, width, channels] = dataset.shape;
  const size = height * width * channels;
  const [low, high] = dataset.definition.valueRange ?? [0, 255];
  return {
    width: width * zoom,
    height: height * zoom,
    draw: (canvas, index, left, top) => {
      const values = dataset.images.subarray(index * size, (index + 1) * size);
      const bytes = Uint8Array.from(values, (value) => Math.round((255 * (value - low)) / (high - low)));
      canvas.picture(bytes, [height, width, channels], left, top, zoom);
    },
  };
}

/** One bar for each column of the table, from its smallest to its largest value over the whole set. */
function barTiles(dataset: Dataset): TileMaker {
  const [count, , , features] = dataset.shape;
  const smallest = new Float64Array(features).fill(Number.POSITIVE_INFINITY);
  const largest = new Float64Array(features).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < count * features; i += 1) {
    const column = i % features;
    smallest[column] = Math.min(smallest[column]!, dataset.images[i]!);
    largest[column] = Math.max(largest[column]!, dataset.images[i]!);
  }
  const bar = Math.max(2, Math.floor(TILE / features));
  const height = TILE / 2;
  return {
    width: bar * features,
    height,
    draw: (canvas, index, left, top) => {
      canvas.fill(left, top, bar * features, height, BEHIND);
      for (let column = 0; column < features; column += 1) {
        const value = dataset.images[index * features + column]!;
        const range = largest[column]! - smallest[column]! || 1;
        const tall = Math.max(1, Math.round((height * (value - smallest[column]!)) / range));
        canvas.fill(
          left + column * bar,
          top + height - tall,
          Math.max(1, bar - (bar > 3 ? 1 : 0)),
          tall,
          BAR,
        );
      }
    },
  };
}
