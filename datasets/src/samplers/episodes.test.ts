import { describe, expect, it } from 'vitest';
import { omniglotBits } from '../definitions/omniglot.ts';
import { withRotations } from '../images/convert.ts';
import { loadDataset } from '../load.ts';
import { keyAt } from '../random/key.ts';
import { numbered } from '../testing/numbered.ts';
import { allClasses, classesWithAtLeast } from './class-index.ts';
import { officialClassSplit, splitClasses } from './class-splits.ts';
import { sampleEpisodes } from './episodes.ts';

const key = keyAt(1, { split: 'train', repetition: 0 });

describe('class splits', () => {
  it('are disjoint, of the sizes asked for, and drawn evenly', () => {
    const dataset = numbered(30, 2);
    const inTest = new Array<number>(30).fill(0);
    for (let trial = 0; trial < 600; trial += 1) {
      const split = splitClasses(dataset, keyAt(trial, {}), { train: 15, validation: 5, test: 10 });
      const all = [...split.train, ...split.validation, ...split.test];
      expect([split.train.length, split.validation.length, split.test.length]).toEqual([15, 5, 10]);
      expect(new Set(all).size).toBe(30);
      for (const label of split.test) inTest[label]! += 1;
    }
    // Each class is in the test part with probability 1/3: 200 ± 11.5.
    for (const count of inTest) expect(Math.abs(count - 200)).toBeLessThan(5 * 11.5);
  });

  it('keep groups together when asked', () => {
    const dataset = numbered(30, 2, 6);
    const split = splitClasses(dataset, key, { train: 3, test: 3, by: 'group' });
    const groupsOf = (classes: Uint32Array) =>
      new Set([...classes].map((label) => dataset.groups!.ofClass[label]));
    expect(split.train.length + split.test.length).toBe(30);
    for (const group of groupsOf(split.train)) expect(groupsOf(split.test).has(group)).toBe(false);
  });

  it('as the makers of a set made them: validation classes come out of the background part and are in no other', () => {
    const definition = { ...omniglotBits, classSplits: { background: [2, 8], evaluation: [8, 10] } } as const;
    const dataset = { ...numbered(10, 2), definition };
    const drawn = new Set<number>();
    for (let trial = 0; trial < 40; trial += 1) {
      const { train, validation, test } = officialClassSplit(dataset, keyAt(trial, {}), 2);
      expect([train.length, validation.length, [...test]]).toEqual([4, 2, [8, 9]]);
      expect([...train, ...validation].sort()).toEqual([2, 3, 4, 5, 6, 7]);
      for (const label of validation) drawn.add(label);
    }
    expect(drawn.size).toBe(6);
    expect([...officialClassSplit(dataset, key).train]).toEqual([2, 3, 4, 5, 6, 7]);
    expect(() => officialClassSplit(dataset, key, 6)).toThrow(
      '6 validation classes were asked for, but the background part',
    );
  });

  it('say what is wrong', () => {
    const dataset = numbered(30, 2);
    expect(() => splitClasses(dataset, key, { train: 20, test: 11 })).toThrow(
      "A split of 20 + 0 + 11 classes was asked for, but 'numbered' has 30.",
    );
    expect(() => splitClasses(dataset, key, { train: 1, test: 1, by: 'group' })).toThrow(
      'has no groups of classes',
    );
    expect(() => officialClassSplit(dataset, key)).toThrow("'numbered' has no official split by class");
  });
});

describe('episodes', () => {
  const dataset = numbered(40, 12);
  const pool = Uint32Array.from([1, 3, 5, 7, 9, 11, 13, 15]);
  const options = { tasks: 50, ways: 5, shots: 3, queries: 4 };
  const episodes = sampleEpisodes(dataset, pool, key, options);

  it('have different classes of the pool and different images of the right class', () => {
    for (let task = 0; task < 50; task += 1) {
      const classes = episodes.classes.subarray(task * 5, task * 5 + 5);
      expect(new Set(classes).size).toBe(5);
      for (const label of classes) expect(pool).toContain(label);
      const support = episodes.support.indices.subarray(task * 15, task * 15 + 15);
      const query = episodes.query.indices.subarray(task * 20, task * 20 + 20);
      expect(new Set([...support, ...query]).size).toBe(35);
      support.forEach((image, i) => {
        expect(dataset.labels[image]).toBe(classes[episodes.support.labels[task * 15 + i]!]);
      });
      query.forEach((image, i) => {
        expect(dataset.labels[image]).toBe(classes[episodes.query.labels[task * 20 + i]!]);
      });
    }
  });

  it('draw every class of the pool equally often', () => {
    const counts = new Map<number, number>();
    const many = sampleEpisodes(dataset, pool, key, { ...options, tasks: 2000 });
    for (const label of many.classes) counts.set(label, (counts.get(label) ?? 0) + 1);
    // 2000 × 5/8 = 1250, standard deviation 21.7.
    for (const label of pool) expect(Math.abs(counts.get(label)! - 1250)).toBeLessThan(5 * 21.7);
  });

  it('are the same task by task, however many are drawn, and other ones under another name', () => {
    const one = sampleEpisodes(dataset, pool, key, { ...options, tasks: 1, firstTask: 31 });
    expect([...one.support.indices]).toEqual([...episodes.support.indices.subarray(31 * 15, 32 * 15)]);
    expect([...one.query.indices]).toEqual([...episodes.query.indices.subarray(31 * 20, 32 * 20)]);
    const other = sampleEpisodes(dataset, pool, keyAt(1, { split: 'test', repetition: 0 }), options);
    expect([...other.support.indices]).not.toEqual([...episodes.support.indices]);
  });

  it('keep their golden indices, which a device must reproduce', () => {
    const [first] = [sampleEpisodes(dataset, pool, [1, 2], { ways: 3, shots: 2, queries: 1 })];
    expect([...first.classes]).toMatchInlineSnapshot(`
      [
        1,
        11,
        9,
      ]
    `);
    expect([...first.support.indices]).toMatchInlineSnapshot(`
      [
        15,
        20,
        141,
        132,
        114,
        112,
      ]
    `);
    expect([...first.query.indices]).toMatchInlineSnapshot(`
      [
        16,
        133,
        115,
      ]
    `);
  });

  it('take quarter turns as classes of their own', () => {
    const glyphs = loadDataset('glyphs', { classes: 6, perClass: 4 });
    const turned = withRotations(glyphs);
    const sampled = sampleEpisodes(glyphs, allClasses(glyphs), key, {
      tasks: 20,
      ways: 20,
      shots: 1,
      queries: 1,
      rotations: true,
    });
    for (let task = 0; task < 20; task += 1) {
      expect(new Set(sampled.classes.subarray(task * 20, task * 20 + 20)).size).toBe(20);
    }
    sampled.support.indices.forEach((image, i) => {
      expect(turned.labels[image]).toBe(sampled.classes[i]);
    });
    expect(turned.shape).toEqual([96, 28, 28, 1]);
    const at = (image: number, y: number, x: number) => turned.images[(image * 28 + y) * 28 + x]!;
    for (const [y, x] of [
      [3, 9],
      [14, 20],
      [0, 27],
    ] as const) {
      expect(at(24 + 5, y, x)).toBe(at(5, x, 27 - y));
      expect(at(48 + 5, y, x)).toBe(at(5, 27 - y, 27 - x));
      expect(at(72 + 5, y, x)).toBe(at(5, 27 - x, y));
    }
  });

  it('say what is wrong', () => {
    expect(() => sampleEpisodes(dataset, pool, key, { ways: 9, shots: 1, queries: 1 })).toThrow(
      "9 ways were asked for, but there are only 8 classes to draw from in 'numbered'.",
    );
    expect(() => sampleEpisodes(dataset, pool, key, { ways: 2, shots: 10, queries: 3 })).toThrow(
      "10 shots and 3 queries need 13 images of a class, but class 'class 1' of 'numbered' has 12.",
    );
    expect(() => sampleEpisodes(dataset, pool, key, { ways: 0, shots: 1, queries: 1 })).toThrow(
      'at least 1 way',
    );
  });

  it('can leave out classes with too few images', () => {
    const uneven = { ...dataset, labels: dataset.labels.map((label) => (label === 2 ? 1 : label)) };
    expect([...classesWithAtLeast(uneven, 13)]).toEqual([1]);
    expect(classesWithAtLeast(uneven, 1).length).toBe(39);
  });
});
