import { loadDataset } from '@longhorizon/datasets';
import { expect, it } from 'vitest';
import { onlyClasses } from './two-classes.ts';

const glyphs = loadDataset('glyphs', { seed: 1, classes: 4, perClass: 3 });

it('classes become 0, 1 … in the order given, with their own pictures', () => {
  const two = onlyClasses(glyphs, [3, 1]);
  expect(two.shape).toEqual([6, ...glyphs.shape.slice(1)]);
  expect(two.classes).toBe(2);
  expect(two.classNames).toEqual([glyphs.classNames[3], glyphs.classNames[1]]);
  expect(two.name).toBe(`glyphs, ${glyphs.classNames[3]} and ${glyphs.classNames[1]}`);
  const size = glyphs.shape.slice(1).reduce((product, side) => product * side, 1);
  const pictureOf = (of: typeof glyphs, k: number) => of.images.subarray(k * size, (k + 1) * size).join();
  const original = [...glyphs.labels.entries()].filter(([, label]) => label === 3 || label === 1);
  for (const [k, [place, label]] of original.entries()) {
    expect(two.labels[k]).toBe(label === 3 ? 0 : 1);
    expect(pictureOf(two, k)).toBe(pictureOf(glyphs, place));
  }
});

it('numbers stay numbers, and official parts, which named places in the whole, are gone', () => {
  const official = { kind: 'images', officialSplits: { train: [0, 6], test: [6, 12] } };
  const table = {
    ...glyphs,
    images: Float32Array.from(glyphs.images),
    definition: official,
  } as unknown as typeof glyphs;
  const one = onlyClasses(table, [2]);
  expect(one.images).toBeInstanceOf(Float32Array);
  expect([...one.labels]).toEqual([0, 0, 0]);
  expect(one.definition).toEqual({ kind: 'images' });
});
