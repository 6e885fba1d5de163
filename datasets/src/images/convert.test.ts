import { describe, expect, it } from 'vitest';
import { loadDataset } from '../load.ts';
import { toCommonShape, withRotations } from './convert.ts';
import { channelStatistics } from './statistics.ts';

describe('toCommonShape', () => {
  it('lays small gray pictures in the middle of black ones and repeats the channel', () => {
    const gratings = loadDataset('gratings', { classes: 2, perClass: 2 });
    const common = toCommonShape(gratings, { height: 32, width: 32, channels: 3 });
    expect(common.shape).toEqual([4, 32, 32, 3]);
    const at = (image: number, y: number, x: number, c: number) =>
      common.images[((image * 32 + y) * 32 + x) * 3 + c];
    for (const channel of [0, 1, 2]) {
      expect(at(3, 4 + 10, 4 + 7, channel)).toBe(gratings.images[(3 * 24 + 10) * 24 + 7]);
      expect(at(3, 3, 10, channel)).toBe(0);
      expect(at(3, 28, 10, channel)).toBe(0);
    }
    expect(common.labels).toBe(gratings.labels);
  });

  it('reduces large coloured pictures and weighs their colours', () => {
    const polygons = loadDataset('polygons', { classes: 1, perClass: 2 });
    const small = toCommonShape(polygons, { height: 16, width: 16, channels: 1 });
    expect(small.shape).toEqual([2, 16, 16, 1]);
    let [red, green, blue] = [0, 0, 0];
    for (const [y, x] of [
      [6, 8],
      [6, 9],
      [7, 8],
      [7, 9],
    ] as const) {
      const at = ((32 + y) * 32 + x) * 3;
      red += polygons.images[at]! / 4;
      green += polygons.images[at + 1]! / 4;
      blue += polygons.images[at + 2]! / 4;
    }
    const brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
    expect(Math.abs(small.images[(16 + 3) * 16 + 4]! - brightness)).toBeLessThan(1.5);
  });

  it('leaves what already fits, and refuses tables', () => {
    const glyphs = loadDataset('glyphs', { classes: 1, perClass: 1 });
    expect(toCommonShape(glyphs, { height: 28, width: 28, channels: 1 }).images).toEqual(glyphs.images);
    const points = loadDataset('gaussian-blobs');
    expect(() => toCommonShape(points, { height: 8, width: 8, channels: 1 })).toThrow(
      'does not hold pictures of bytes',
    );
  });
});

describe('withRotations', () => {
  it('turns by quarters, the same way each time', () => {
    const glyphs = loadDataset('glyphs', { classes: 1, perClass: 1 });
    const square = { ...glyphs, images: Uint8Array.of(1, 2, 3, 4), shape: [1, 2, 2, 1] } as const;
    expect([...withRotations(square).images]).toEqual([1, 2, 3, 4, 2, 4, 1, 3, 4, 3, 2, 1, 3, 1, 4, 2]);
  });

  it('comes back to the start after four turns, colours included', () => {
    const blobs = loadDataset('blobs', { classes: 2, perClass: 1 });
    const once = withRotations(blobs);
    const third = { ...blobs, images: once.images.slice(3 * blobs.images.length), shape: blobs.shape };
    const fourth = withRotations(third).images.slice(blobs.images.length, 2 * blobs.images.length);
    expect(fourth).toEqual(blobs.images);
    expect(once.classNames[5]).toBe(`${blobs.classNames[1]}, 180 deg`);
    expect([...once.labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('channelStatistics', () => {
  it('gives mean and deviation of each channel, of all images or of some', () => {
    const textures = loadDataset('textures', { classes: 2, perClass: 2 });
    const { mean, deviation } = channelStatistics(textures, Uint32Array.from([2]));
    const green = Array.from({ length: 1024 }, (_, i) => textures.images[2 * 3072 + 3 * i + 1]!);
    const average = green.reduce((sum, value) => sum + value, 0) / 1024;
    expect(mean[1]).toBeCloseTo(average, 9);
    const spread = Math.sqrt(green.reduce((sum, value) => sum + (value - average) ** 2, 0) / 1024);
    expect(deviation[1]).toBeCloseTo(spread, 6);
    expect(channelStatistics(textures).mean[1]).not.toBeCloseTo(average, 1);
  });
});
