import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PROCEDURAL_FAMILIES } from '../definitions/generated.ts';
import { loadDataset } from '../load.ts';
import { blobs } from './blobs.ts';
import { glyphs } from './glyphs.ts';
import { gratings } from './gratings.ts';
import { familyImages, type ImageFamily } from './image-family.ts';
import { polygons } from './polygons.ts';
import { strokes } from './strokes.ts';
import { textures } from './textures.ts';

/** As a list their classes have nothing in common, so each is used through its own functions only. */
const families = [
  glyphs,
  strokes,
  textures,
  polygons,
  gratings,
  blobs,
] as unknown as readonly ImageFamily<unknown>[];
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/**
 * Share of pictures whose nearest neighbour by squared distance among `shots` others of each class has their class.
 */
function nearestNeighbourAccuracy(
  images: Uint8Array,
  size: number,
  classes: number,
  perClass: number,
  shots: number,
) {
  let right = 0;
  let asked = 0;
  for (let label = 0; label < classes; label += 1) {
    for (let query = shots; query < perClass; query += 1) {
      let best = Number.POSITIVE_INFINITY;
      let found = -1;
      for (let other = 0; other < classes; other += 1) {
        for (let shot = 0; shot < shots; shot += 1) {
          let distance = 0;
          const a = (label * perClass + query) * size;
          const b = (other * perClass + shot) * size;
          for (let i = 0; i < size; i += 1) distance += (images[a + i]! - images[b + i]!) ** 2;
          if (distance < best) [best, found] = [distance, other];
        }
      }
      right += found === label ? 1 : 0;
      asked += 1;
    }
  }
  return right / asked;
}

describe('procedural pictures', () => {
  it('keep their bytes from seed to seed and machine to machine', () => {
    const sums = Object.fromEntries(
      families.map((family) => [family.name, sha256(familyImages(family, 7, upTo(4), 3)).slice(0, 16)]),
    );
    expect(sums).toMatchInlineSnapshot(`
      {
        "blobs": "a9c71b93944f447f",
        "glyphs": "0918d67dbcd2851b",
        "gratings": "e2f6e43cd6415ac5",
        "polygons": "6099db5656f654e4",
        "strokes": "a4c48f1b5cc79e40",
        "textures": "ecd7bf285589af46",
      }
    `);
  });

  it.each(families)('$name: a picture does not depend on what else is asked for', (family) => {
    const size = family.side * family.side * family.channels;
    const whole = familyImages(family, 3, [0, 1, 2], 4);
    expect(sha256(familyImages(family, 3, [1], 1, 2))).toBe(sha256(whole.subarray(6 * size, 7 * size)));
    expect(sha256(familyImages(family, 4, [1], 1, 2))).not.toBe(sha256(whole.subarray(6 * size, 7 * size)));
  });

  it.each(families)('$name: no two pictures are alike, none is blank', (family) => {
    const size = family.side * family.side * family.channels;
    const images = familyImages(family, 1, upTo(6), 10);
    const seen = new Set<string>();
    for (let i = 0; i < 60; i += 1) {
      const picture = images.subarray(i * size, (i + 1) * size);
      seen.add(sha256(picture));
      expect(Math.max(...picture) - Math.min(...picture)).toBeGreaterThan(30);
    }
    expect(seen.size).toBe(60);
  });

  it('have classes that pixels alone tell apart better than chance, and not perfectly', () => {
    const accuracy = Object.fromEntries(
      families.map((family) => {
        const size = family.side * family.side * family.channels;
        const images = familyImages(family, 5, upTo(6), 25);
        return [family.name, nearestNeighbourAccuracy(images, size, 6, 25, 10)];
      }),
    );
    console.log('nearest neighbour, 6 classes, 10 shots:', accuracy);
    for (const family of families) {
      // Polygons move, turn and change colour, so single pixels say little about them.
      expect(accuracy[family.name]).toBeGreaterThan(family.name === 'polygons' ? 0.19 : 0.3);
    }
    for (const family of families) expect(accuracy[family.name]).toBeLessThan(0.97);
  });

  it('glyphs: one nearest neighbour does 20-way 5-shot far above chance, with room above it', () => {
    const images = familyImages(glyphs, 11, upTo(20), 15);
    const accuracy = nearestNeighbourAccuracy(images, 784, 20, 15, 5);
    console.log('glyphs, 20-way 5-shot nearest neighbour:', accuracy);
    // Omniglot by the same measure: 0.45.
    expect(accuracy).toBeGreaterThan(0.3);
    expect(accuracy).toBeLessThan(0.7);
  });

  it('glyphs: a thousand take less than two seconds', () => {
    const start = performance.now();
    familyImages(glyphs, 2, upTo(50), 20);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('differ in size, colours and number of classes', () => {
    const kinds = PROCEDURAL_FAMILIES.map(({ shape, classes }) => `${shape.slice(1).join('x')} ${classes}`);
    expect(new Set(kinds).size).toBe(PROCEDURAL_FAMILIES.length);
  });

  it('load as data sets of any number of classes, and say where a family ends', () => {
    const dataset = loadDataset('gratings', { seed: 2, classes: 20, perClass: 3 });
    expect(dataset.shape).toEqual([60, 24, 24, 1]);
    expect(dataset.classNames[19]).toBe('67.5 deg, 1.4 waves');
    expect([...dataset.labels.slice(0, 4)]).toEqual([0, 0, 0, 1]);
    expect(loadDataset('glyphs', { classes: 1000, perClass: 1 }).shape[0]).toBe(1000);
    expect(() => loadDataset('gratings', { classes: 33 })).toThrow(
      "'gratings' has from 1 to 32 classes, but 33 were asked for.",
    );
    expect(() => loadDataset('blobs', { perClass: 0 })).toThrow(
      'at least 1 example a class, but 0 were asked for',
    );
    expect(() => familyImages(polygons, 0, [16], 1)).toThrow(
      "Class 16 of 'polygons' was asked for; its classes are 0 to 15.",
    );
  });
});
