/** @file A picture to write tiles and words on, and to save as PNG. */
import { fonts, renderPixels } from 'js-pixel-fonts';
import { PNG } from 'pngjs';

/** Bytes of red, green and blue. */
export type Ink = readonly [red: number, green: number, blue: number];

const TEXT: Ink = [40, 40, 48];
export const PALE: Ink = [150, 150, 160];

const FONT = fonts.sevenPlus;

/** Height of a line of text without what hangs below it, before scaling. */
export const LETTER_HEIGHT = 7;

/** Width of a text, before scaling. */
export function textWidth(text: string): number {
  return renderPixels(writable(text), FONT)[0]?.length ?? 0;
}

/** Letters that the font lacks become '?'. */
function writable(text: string): string {
  return [...text].map((letter) => (letter in FONT.glyphs ? letter : '?')).join('');
}

/** A white RGB picture. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #png: PNG;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#png = new PNG({ width, height });
    this.#png.data.fill(255);
  }

  /** Colours a rectangle; what lies outside the picture is left out. */
  fill(left: number, top: number, width: number, height: number, ink: Ink): void {
    for (let y = Math.max(0, top); y < Math.min(this.height, top + height); y += 1) {
      for (let x = Math.max(0, left); x < Math.min(this.width, left + width); x += 1) {
        this.#png.data.set(ink, 4 * (y * this.width + x));
      }
    }
  }

  /** Writes one line of text, its upper left corner at (left, top). */
  write(text: string, left: number, top: number, scale = 1, ink: Ink = TEXT): void {
    renderPixels(writable(text), FONT).forEach((row, y) => {
      row.forEach((on, x) => {
        if (on) this.fill(left + x * scale, top + y * scale, scale, scale, ink);
      });
    });
  }

  /**
   * Puts a picture on the canvas, each pixel as `zoom` × `zoom`.
   *
   * @param pixels - Bytes, shape [height, width, channels] with 1 or 3 channels.
   */
  picture(
    pixels: ArrayLike<number>,
    [height, width, channels]: readonly [height: number, width: number, channels: number],
    left: number,
    top: number,
    zoom: number,
  ): void {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const at = (y * width + x) * channels;
        const red = pixels[at]!;
        const ink: Ink = channels === 3 ? [red, pixels[at + 1]!, pixels[at + 2]!] : [red, red, red];
        this.fill(left + x * zoom, top + y * zoom, zoom, zoom, ink);
      }
    }
  }

  /** Copies another canvas into this one. */
  paste(other: Canvas, left: number, top: number): void {
    PNG.bitblt(other.#png, this.#png, 0, 0, other.width, other.height, left, top);
  }

  /** The picture as the bytes of a PNG file. */
  toPng(): Buffer {
    return PNG.sync.write(this.#png, { colorType: 2 });
  }
}

/** Canvases one below the other. */
export function stack(canvases: readonly Canvas[]): Canvas {
  const width = Math.max(...canvases.map((canvas) => canvas.width));
  const whole = new Canvas(
    width,
    canvases.reduce((sum, canvas) => sum + canvas.height, 0),
  );
  let top = 0;
  for (const canvas of canvases) {
    whole.paste(canvas, 0, top);
    top += canvas.height;
  }
  return whole;
}
