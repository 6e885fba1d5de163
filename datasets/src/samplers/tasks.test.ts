import { describe, expect, it } from 'vitest';
import type { Dataset } from '../dataset/types.ts';
import { fashionMnist, mnistFull } from '../definitions/mnist-family.ts';
import { pneumoniaMnistBalanced } from '../definitions/pneumonia.ts';
import { assertIndependent } from '../definitions/registry.ts';
import { keyAt, rootKey } from '../random/key.ts';
import { numbered } from '../testing/numbered.ts';
import { dataCleaningSplit } from './data-cleaning.ts';
import { addLabelNoise } from './label-noise.ts';
import { longTailCounts, longTailedSubset } from './long-tail.ts';
import { sampleManyShotTask } from './many-shot.ts';

const key = keyAt(3, { task: 0 });
const disjoint = (...parts: Uint32Array[]) =>
  new Set(parts.flatMap((part) => [...part])).size === parts.reduce((sum, part) => sum + part.length, 0);

describe('many-shot tasks', () => {
  const dataset = numbered(20, 30);

  it('use all images of their classes, half and half, with labels from 0', () => {
    const task = sampleManyShotTask(dataset, key, { classes: 6 });
    expect(new Set(task.classes).size).toBe(6);
    expect([task.train.indices.length, task.test.indices.length]).toEqual([90, 90]);
    expect(disjoint(task.train.indices, task.test.indices)).toBe(true);
    for (const part of [task.train, task.test]) {
      part.indices.forEach((image, i) => {
        expect(dataset.labels[image]).toBe(task.classes[part.labels[i]!]);
      });
    }
    expect(task.warning).toBeUndefined();
  });

  it('can be smaller, and divided otherwise', () => {
    const task = sampleManyShotTask(dataset, key, { classes: 2, perClass: 10, trainShare: 0.8 });
    expect([task.train.indices.length, task.test.indices.length]).toEqual([16, 4]);
    // Of five images three are learnt from.
    const odd = sampleManyShotTask(dataset, key, { classes: 2, perClass: 5 });
    expect([odd.train.indices.length, odd.test.indices.length]).toEqual([6, 4]);
  });

  it('keep to the official parts where a random split would leak, and warn where there are none', () => {
    const official: Dataset = {
      ...numbered(2, 1583),
      labels: Uint32Array.from({ length: 3166 }, (_, i) => i % 2),
      definition: pneumoniaMnistBalanced,
    };
    const task = sampleManyShotTask(official, key);
    expect(Math.max(...task.train.indices)).toBeLessThan(2428);
    expect(Math.min(...task.test.indices)).toBeGreaterThanOrEqual(2698);
    expect(task.warning).toBeUndefined();
    expect(sampleManyShotTask(official, key, { halves: 'random' }).warning).toContain(
      'use the official parts',
    );
  });

  it('say what is wrong', () => {
    expect(() => sampleManyShotTask(dataset, key, { classes: 21 })).toThrow('only 20 to draw from');
    expect(() => sampleManyShotTask(dataset, key, { perClass: 1 })).toThrow('one part would be empty');
    expect(() => sampleManyShotTask(dataset, key, { halves: 'official' })).toThrow(
      'no official training and test part',
    );
  });
});

describe('the two sides of a split', () => {
  it('never share images', () => {
    expect(() => assertIndependent(['glyphs'], ['glyphs'])).toThrow(
      "'glyphs' stands on both sides of the split",
    );
    expect(() => assertIndependent(['mnist', 'fruits360-kinds'], ['kmnist', 'fruits360-varieties'])).toThrow(
      "'fruits360-kinds' and 'fruits360-varieties' may not stand on the two sides of a split. Apple Braeburn",
    );
    expect(() => assertIndependent(['quickdraw345'], ['quickdraw3'])).toThrow('samples of the same drawings');
    expect(() => assertIndependent(['mnist-full'], ['mnist'])).toThrow('official test part');
    expect(() => assertIndependent(['omniglot', 'mnist'], ['kmnist', 'glyphs'])).not.toThrow();
  });
});

describe('long-tailed subsets', () => {
  const dataset = numbered(10, 600);

  it('fall exponentially from the largest class to the smallest', () => {
    expect([...longTailCounts(5000, 10, 100)]).toEqual([5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]);
    expect([...longTailCounts(5000, 10, 10)].at(-1)).toBe(500);
    expect([...longTailCounts(500, 10, 1)]).toEqual(new Array(10).fill(500));
  });

  it('leave a balanced set aside, and share no image', () => {
    const { counts, train, dev, rest } = longTailedSubset(dataset, key, { imbalance: 50, devPerClass: 10 });
    expect([counts[0], counts[9]]).toEqual([590, 11]);
    expect(dev.indices.length).toBe(100);
    expect(disjoint(train.indices, dev.indices, rest.indices)).toBe(true);
    expect(train.indices.length + dev.indices.length + rest.indices.length).toBe(6000);
    for (let label = 0; label < 10; label += 1) {
      expect(train.labels.filter((other) => other === label).length).toBe(counts[label]);
      expect(dev.labels.filter((other) => other === label).length).toBe(10);
    }
    train.indices.forEach((image, i) => {
      expect(dataset.labels[image]).toBe(train.labels[i]);
    });
  });

  it('can make any class the largest, and keep to a range of images', () => {
    const random = longTailedSubset(dataset, key, { imbalance: 50, devPerClass: 5, order: 'random' });
    expect([...random.counts].sort((a, b) => b - a)).toEqual([...longTailCounts(595, 10, 50)]);
    expect([...random.counts]).not.toEqual([...longTailCounts(595, 10, 50)]);
    const mixed = { ...dataset, labels: dataset.labels.map((_, i) => i % 10) };
    const part = longTailedSubset(mixed, key, { imbalance: 2, devPerClass: 5, within: [0, 1000] });
    expect(Math.max(...part.train.indices, ...part.dev.indices, ...part.rest.indices)).toBeLessThan(1000);
  });

  it('say what is wrong', () => {
    expect(() => longTailedSubset(dataset, key, { imbalance: 0.5, devPerClass: 1 })).toThrow(
      'at least 1; 0.5 was given',
    );
    expect(() => longTailedSubset(dataset, key, { imbalance: Number.NaN, devPerClass: 1 })).toThrow(
      'at least 1',
    );
    expect(() => longTailedSubset(dataset, key, { imbalance: 10, largest: 600, devPerClass: 1 })).toThrow(
      "600 training and 1 balanced images of class 'class 0' of 'numbered' were asked for, but it has 600.",
    );
    expect(() => longTailedSubset(dataset, key, { imbalance: 200, largest: 100, devPerClass: 1 })).toThrow(
      "leaves class 'class 8' of 'numbered' without any",
    );
  });
});

describe('label noise', () => {
  const labels = Uint32Array.from({ length: 20_000 }, (_, i) => i % 10);
  const near = (share: number, expected: number) =>
    Math.abs(share - expected) < 5 * Math.sqrt((expected * (1 - expected)) / labels.length);

  it('uniform: changes the share asked for, into every other class equally often', () => {
    const {
      labels: noisy,
      wrong,
      wrongShare,
    } = addLabelNoise(labels, 10, { kind: 'uniform', rate: 0.4 }, key);
    expect(near(wrongShare, 0.4)).toBe(true);
    const shifts = new Array<number>(10).fill(0);
    noisy.forEach((label, i) => {
      shifts[(label - labels[i]! + 10) % 10]! += 1;
      expect(wrong[i]).toBe(label === labels[i] ? 0 : 1);
    });
    for (const count of shifts.slice(1)) expect(near(count / labels.length, 0.4 / 9)).toBe(true);
  });

  it('uniform-any: leaves a tenth of what it touches right', () => {
    const { wrongShare } = addLabelNoise(labels, 10, { kind: 'uniform-any', rate: 0.4 }, key);
    expect(near(wrongShare, 0.36)).toBe(true);
  });

  it('asymmetric: goes to one class, the next or the one named', () => {
    const next = addLabelNoise(labels, 10, { kind: 'asymmetric', rate: 0.3 }, key);
    const named = addLabelNoise(
      labels,
      10,
      { kind: 'asymmetric', rate: 1, to: [0, 7, 0, 8, 4, 5, 6, 1, 8, 9] },
      key,
    );
    expect(near(next.wrongShare, 0.3)).toBe(true);
    next.labels.forEach((label, i) => {
      expect([labels[i]!, (labels[i]! + 1) % 10]).toContain(label);
    });
    expect([...named.labels.slice(0, 10)]).toEqual([0, 7, 0, 8, 4, 5, 6, 1, 8, 9]);
    expect(named.wrongShare).toBeCloseTo(0.4, 10);
  });

  it('touches nothing at rate 0 and everything at rate 1; a longer list begins like a shorter one', () => {
    expect(addLabelNoise(labels, 10, { kind: 'uniform', rate: 0 }, key).wrongShare).toBe(0);
    expect(addLabelNoise(labels, 10, { kind: 'uniform', rate: 1 }, key).wrongShare).toBe(1);
    const noise = { kind: 'uniform', rate: 0.4 } as const;
    const long = addLabelNoise(labels, 10, noise, key).labels;
    expect([...addLabelNoise(labels.subarray(0, 500), 10, noise, key).labels]).toEqual([
      ...long.subarray(0, 500),
    ]);
  });

  it('says what is wrong', () => {
    expect(() => addLabelNoise(labels, 10, { kind: 'uniform', rate: 1.5 }, key)).toThrow(
      'from 0 to 1, but 1.5',
    );
    expect(() => addLabelNoise(labels, 1, { kind: 'uniform', rate: 0.5 }, key)).toThrow('at least 2 classes');
    expect(() => addLabelNoise(labels, 10, { kind: 'asymmetric', rate: 1, to: [1] }, key)).toThrow(
      'class 1 has none',
    );
  });
});

describe('data-cleaning splits', () => {
  const noise = { kind: 'uniform', rate: 0.5 } as const;

  it('have noisy training labels, clean others, and no common image', () => {
    const dataset = numbered(10, 200);
    const split = dataCleaningSplit(dataset, key, { train: 1000, validation: 300, test: 500, noise });
    expect(disjoint(split.train.indices, split.validation.indices, split.test.indices)).toBe(true);
    expect(split.train.labels).not.toEqual(split.train.trueLabels);
    expect(split.wrongShare).toBeGreaterThan(0.42);
    expect(split.wrongShare).toBeLessThan(0.58);
    for (const { indices, labels } of [split.validation, split.test]) {
      expect([...indices].every((image, i) => dataset.labels[image] === labels[i])).toBe(true);
    }
    expect(
      [...split.train.indices].every((image, i) => dataset.labels[image] === split.train.trueLabels[i]),
    ).toBe(true);
  });

  it('test on the official test part where there is one', () => {
    const dataset = { ...numbered(10, 7000), definition: mnistFull };
    const split = dataCleaningSplit(dataset, key, { train: 500, validation: 100, test: 200, noise });
    expect(Math.max(...split.train.indices, ...split.validation.indices)).toBeLessThan(60_000);
    expect(Math.min(...split.test.indices)).toBeGreaterThanOrEqual(60_000);
    const whole = { ...numbered(10, 1000), definition: fashionMnist };
    expect(
      dataCleaningSplit(whole, rootKey(1), { train: 5, validation: 5, test: 5, noise }).test.indices.length,
    ).toBe(5);
  });

  it('say what is wrong', () => {
    expect(() =>
      dataCleaningSplit(numbered(10, 20), key, { train: 150, validation: 50, test: 1, noise }),
    ).toThrow("201 images of 'numbered' were asked for, but only 200 may be drawn from.");
  });
});
