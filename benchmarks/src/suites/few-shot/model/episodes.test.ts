import { expect, it } from 'vitest';
import { smallPictures } from '../../../problem-parts/small-pictures.ts';
import { episodeSource, type TaskShape } from './episodes.ts';

const shape: TaskShape = { dataset: 'glyphs', side: 5, ways: 3, shots: 2, queries: 1, tasks: 2 };
const data = smallPictures('glyphs', 5, { seed: 0, classes: 120 });
const pixels = 25;

/** The class of every picture of a batch, found again by its pixels; undefined where two classes have it. */
const classOf = new Map<string, number | undefined>();
for (const [k, label] of data.labels.entries()) {
  const ink = Array.from(data.images.subarray(k * pixels, (k + 1) * pixels), (one) => Math.fround(one / 255));
  const name = ink.join();
  classOf.set(name, classOf.has(name) && classOf.get(name) !== label ? undefined : label);
}
const classesOf = (x: Float32Array): (number | undefined)[] =>
  Array.from({ length: x.length / pixels }, (_, k) => {
    const name = x.subarray(k * pixels, (k + 1) * pixels).join();
    expect(classOf.has(name)).toBe(true);
    return classOf.get(name);
  });

it('labels are the ways in order, the same in every task', () => {
  const source = episodeSource(shape, 1);
  expect([...source.labels]).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
  expect([...source.queryLabels]).toEqual([0, 1, 2, 0, 1, 2]);
});

it('pictures of one label are of one class, of different labels of different ones, and queries are no shots', () => {
  const { batch, labels, queryLabels } = episodeSource(shape, 1);
  const { x, queryX } = batch('train', 4);
  const perTask = { x: 6, query: 3 };
  for (let task = 0; task < shape.tasks; task++) {
    const byLabel = new Map<number, Set<number | undefined>>();
    const add = (label: number, one: number | undefined) => {
      if (one !== undefined) byLabel.set(label, (byLabel.get(label) ?? new Set()).add(one));
    };
    classesOf(x)
      .slice(task * perTask.x, (task + 1) * perTask.x)
      .forEach((one, k) => {
        add(labels[task * perTask.x + k]!, one);
      });
    classesOf(queryX)
      .slice(task * perTask.query, (task + 1) * perTask.query)
      .forEach((one, k) => {
        add(queryLabels[task * perTask.query + k]!, one);
      });
    expect([...byLabel.values()].map(({ size }) => size)).toEqual([1, 1, 1]);
    expect(new Set([...byLabel.values()].flatMap((some) => [...some])).size).toBe(3);
  }
});

it('a third of the classes is kept for the test, and none of them is learned from', () => {
  const { batch } = episodeSource(shape, 1);
  const classesIn = (split: 'train' | 'test') =>
    new Set(
      Array.from({ length: 60 }, (_, number) => classesOf(batch(split, number).x))
        .flat()
        .filter((one) => one !== undefined),
    );
  const [train, test] = [classesIn('train'), classesIn('test')];
  expect([...train].filter((one) => test.has(one))).toEqual([]);
  expect(test.size).toBeLessThanOrEqual(40);
  expect(train.size).toBeLessThanOrEqual(80);
  // 360 draws: nearly every class is seen.
  expect(test.size).toBeGreaterThan(35);
  expect(train.size).toBeGreaterThan(70);
});

it('a meta-batch is named by its number and its seed', () => {
  const one = episodeSource(shape, 1);
  expect(one.batch('train', 3)).toEqual(episodeSource(shape, 1).batch('train', 3));
  expect(one.batch('train', 4).x).not.toEqual(one.batch('train', 3).x);
  expect(episodeSource(shape, 2).batch('train', 3).x).not.toEqual(one.batch('train', 3).x);
  // A larger meta-batch begins where the smaller ones go on: task 6 is the first of batch 3, and the second of batch 1 of five.
  const wide = episodeSource({ ...shape, tasks: 5 }, 1);
  expect(wide.batch('train', 1).x.slice(6 * pixels, 12 * pixels)).toEqual(
    one.batch('train', 3).x.slice(0, 6 * pixels),
  );
});
