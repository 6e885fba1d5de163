import { array, foldIn, input, randomKey, type Tensor } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { fed, valuesOf } from '../testing/support.ts';
import { normalise, randomCrop, randomFlip } from './augmentation.ts';
import { drawImages, packImages, wordsPerImage } from './packed-images.ts';

const bytes = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 37 + 11) % 256);

describe('packed images', () => {
  it.each([
    [[2, 2, 1], 4],
    [[3, 3, 1], 9],
    [[1, 1, 3], 3],
  ] as const)('of shape %j come back as they went in', (shape, size) => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const images = bytes(5 * size);
    const packed = packImages(images, size);
    const words = fed(feeds, [5, wordsPerImage(size)], packed, 'u32');
    const drawn = drawImages(words, fed(feeds, [2, 2], [4, 0, 3, 3], 'u32'), shape);
    expect(drawn.shape).toEqual([2, 2, ...shape]);
    const expected = [4, 0, 3, 3].flatMap((k) => [...images.slice(k * size, (k + 1) * size)]);
    expect(valuesOf(drawn, feeds)).toEqual(expected);
  });

  it('refuse bytes that are no whole images, and arrays of other images', () => {
    expect(() => packImages(bytes(7), 4)).toThrow(/7 bytes are not whole images of 4/);
    expect(() =>
      drawImages(input([5, 2], { dtype: 'u32' }), input([1], { dtype: 'u32' }), [3, 3, 1]),
    ).toThrow(/images of \[3, 3, 1\] take 3 words each, but the array is \[5, 2\]/);
  });
});

/** The images of a batch as nested lists. */
const [count, height, width, channels] = [40, 4, 5, 2];
const size = height * width * channels;
const pixels = Float64Array.from({ length: count * size }, (_, i) => i + 1);
const images = array(pixels, [count, height, width, channels]);
const imageAt = (values: ArrayLike<number>, n: number) => Array.from(values).slice(n * size, (n + 1) * size);

/** Image n moved by (dy, dx), with what a border rule says outside. */
function moved(n: number, dy: number, dx: number, border: 'zero' | 'reflect'): number[] {
  const mirror = (i: number, last: number) => (i < 0 ? -i : i > last ? 2 * last - i : i);
  const result: number[] = [];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let c = 0; c < channels; c++) {
        let [r, k] = [row + dy, column + dx];
        if (border === 'reflect') [r, k] = [mirror(r, height - 1), mirror(k, width - 1)];
        const inside = r >= 0 && r < height && k >= 0 && k < width;
        result.push(inside ? pixels[n * size + (r * width + k) * channels + c]! : 0);
      }
  return result;
}

describe('random crop', () => {
  it.each(['zero', 'reflect'] as const)('moves each image by up to the padding, border %s', (border) => {
    const padding = 2;
    const cropped = valuesOf(randomCrop(images, randomKey(3), { padding, border }));
    const seen = new Set<string>();
    for (let n = 0; n < count; n++) {
      const matches: string[] = [];
      for (let dy = -padding; dy <= padding; dy++)
        for (let dx = -padding; dx <= padding; dx++)
          if (moved(n, dy, dx, border).join() === imageAt(cropped, n).join()) matches.push(`${dy},${dx}`);
      expect(matches.length).toBe(1);
      seen.add(matches[0]!);
    }
    // 40 draws from 25 places: fewer than 12 different ones are all but impossible.
    expect(seen.size).toBeGreaterThan(12);
  });

  it('depends on the key alone', () => {
    const crop = (key: Tensor) => valuesOf(randomCrop(images, key, { padding: 1 }));
    expect(crop(randomKey(1))).toEqual(crop(randomKey(1)));
    expect(crop(randomKey(1))).not.toEqual(crop(foldIn(randomKey(1), 1)));
    expect(randomCrop(images, randomKey(1), { padding: 0 })).toBe(images);
    expect(() => randomCrop(images, randomKey(1), { padding: 4, border: 'reflect' })).toThrow(
      /a padding of 4 was asked for 4 × 5 images/,
    );
    expect(() => randomCrop(input([3, 3]), randomKey(1), { padding: 1 })).toThrow(/\[3, 3\] are not images/);
  });
});

describe('random flip', () => {
  it('mirrors about half of the images', () => {
    const flipped = valuesOf(randomFlip(images, randomKey(4)));
    let mirrored = 0;
    for (let n = 0; n < count; n++) {
      const own = imageAt(pixels, n);
      const mirror = own.map((_, i) => {
        const [row, column, c] = [
          Math.floor(i / (width * channels)),
          Math.floor(i / channels) % width,
          i % channels,
        ];
        return own[(row * width + width - 1 - column) * channels + c]!;
      });
      const found = imageAt(flipped, n).join();
      expect([own.join(), mirror.join()]).toContain(found);
      if (found === mirror.join()) mirrored++;
    }
    expect(mirrored).toBeGreaterThan(8);
    expect(mirrored).toBeLessThan(32);
  });
});

describe('normalise', () => {
  it('takes (x/255 − mean)/deviation by channel', () => {
    const x = array([0, 255, 51, 102], [2, 2]);
    const found = valuesOf(normalise(x, { mean: [0.5, 0.2], deviation: [0.5, 0.1] }));
    const expected = [-1, 8, -0.6, 2];
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6);
    });
    expect(valuesOf(normalise(x, { mean: 1, deviation: 2, scale: 1 }))).toEqual([-0.5, 127, 25, 50.5]);
    expect(() => normalise(x, { mean: [1, 2, 3], deviation: 1 })).toThrow(/3 numbers were given as mean/);
  });
});
