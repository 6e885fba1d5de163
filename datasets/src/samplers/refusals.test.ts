/** @file Numbers and classes that mean nothing are refused with a sentence, never rounded, dropped or drawn as they are. */
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../errors.ts';
import { quadraticTasks } from '../generated/quadratics.ts';
import { sinusoidPoints, sinusoidTasks } from '../generated/sinusoids.ts';
import { chooseDistinct, permutation, permute } from '../random/choice.ts';
import { rootKey } from '../random/key.ts';
import { numbered } from '../testing/numbered.ts';
import { batchEntry, batchStream } from './batches.ts';
import { classesWithAtLeast, classIndex, indexLabels } from './class-index.ts';
import { splitClasses } from './class-splits.ts';
import { dataCleaningSplit } from './data-cleaning.ts';
import { sampleEpisodes } from './episodes.ts';
import { addLabelNoise } from './label-noise.ts';
import { longTailCounts, longTailedSubset } from './long-tail.ts';
import { sampleManyShotTask } from './many-shot.ts';

const key = rootKey(5);
const dataset = numbered(8, 12);
const pool = Uint32Array.of(0, 2, 4, 6);
const noise = { kind: 'uniform', rate: 0.5 } as const;

/** Refused with this sentence. */
function refused(draw: () => unknown, sentence: string): void {
  expect(draw).toThrow(DatasetError);
  expect(draw).toThrow(sentence);
}

describe('episodes', () => {
  const draw = (options: Partial<Parameters<typeof sampleEpisodes>[3]>, from = pool) =>
    sampleEpisodes(dataset, from, key, { ways: 2, shots: 1, queries: 1, ...options });

  it('have classes of the set, each once', () => {
    refused(() => draw({ ways: 4 }, Uint32Array.of(3, 3, 5, 5)), "Class 3 of 'numbered' stands twice");
    refused(
      () => draw({}, Uint32Array.of(1, 999)),
      "Class 999 was to be drawn from, but 'numbered' has only the classes 0 to 7.",
    );
    refused(() => draw({}, new Uint32Array()), 'only 0 classes');
  });

  it.each([
    ['ways', 2.5],
    ['shots', Number.NaN],
    ['shots', 1.5],
    ['queries', Number.POSITIVE_INFINITY],
    ['queries', 0.5],
    ['tasks', 0],
    ['tasks', -1],
  ])('have whole numbers: not %s = %d', (name, value) => {
    refused(() => draw({ [name]: value }), `The number of ${name} is a whole number`);
  });

  it('begin at a whole number', () => {
    refused(() => draw({ firstTask: -1 }), 'The number of the first task');
    refused(() => draw({ firstTask: 0.5 }), 'The number of the first task');
  });
});

it('class splits have whole parts that are not negative', () => {
  refused(
    () => splitClasses(dataset, key, { train: -3, test: 2 }),
    'The number of classes of the training part',
  );
  refused(() => splitClasses(dataset, key, { train: 1.5, test: 2 }), 'but 1.5 was given');
  refused(() => splitClasses(dataset, key, { train: 1, validation: Number.NaN, test: 2 }), 'validation part');
});

it('batches have whole numbers', () => {
  const options = { examples: 10, batch: 5, steps: 2 };
  refused(() => batchStream(key, { ...options, batch: 2.5 }), 'The number of examples of a batch');
  refused(() => batchStream(key, { ...options, tasks: 0 }), 'The number of tasks of a stream');
  refused(() => batchStream(key, { ...options, steps: 1.5 }), 'The number of steps');
  refused(() => batchStream(key, { ...options, examples: 10.5 }), 'The number of examples');
  refused(() => batchEntry(key, options, -1, 0), 'The number of a step');
  refused(
    () => batchEntry(key, options, 0, 5),
    'The place in a batch is a whole number from 0 to 4, but 5 was given.',
  );
});

it('permutations have whole positions', () => {
  refused(() => permutation(key, 5, 1.5), 'The number of entries');
  refused(() => permutation(key, 5, 1, -1), 'The first entry');
  refused(() => permute(key, 5, 5), 'The position in a permutation');
  refused(() => chooseDistinct(key, 5, -1), 'The number of entries');
});

it('labels are classes', () => {
  refused(() => indexLabels(Uint32Array.of(0, 7, 1), 2), 'Image 1 has label 7, but the classes are 0 to 1.');
  refused(() => classIndex(dataset, [0.5, 3]), 'The first image');
  refused(() => classesWithAtLeast(dataset, 3, Uint32Array.of(8)), 'Class 8');
  refused(
    () => addLabelNoise(Uint32Array.of(0, 5), 5, noise, key),
    'A label is 5, but the classes are 0 to 4.',
  );
  const asymmetric = (to: number[]) => ({ kind: 'asymmetric', rate: 1, to }) as const;
  refused(() => addLabelNoise(Uint32Array.of(0), 2, asymmetric([0.5, 0]), key), 'class 0 has none');
  refused(() => addLabelNoise(Uint32Array.of(0), 2, asymmetric([-1, 0]), key), 'class 0 has none');
});

it('long tails, cleaning splits and many-shot tasks have whole sizes', () => {
  refused(() => longTailCounts(10.5, 3, 2), 'The size of the largest class');
  refused(() => longTailCounts(10, 3, Number.POSITIVE_INFINITY), 'The imbalance');
  refused(
    () => longTailedSubset(dataset, key, { imbalance: 2, devPerClass: -1 }),
    'balanced images of a class',
  );
  const sizes = { train: 5, validation: 5, test: 5, noise };
  refused(
    () => dataCleaningSplit(dataset, key, { ...sizes, train: 1.5 }),
    "The number of images of the part 'train'",
  );
  refused(() => dataCleaningSplit(dataset, key, { ...sizes, test: -5 }), "the part 'test'");
  refused(
    () => dataCleaningSplit(dataset, key, { ...sizes, within: [0, 97] }),
    'from 1 to 96, but 97 was given',
  );
  refused(() => sampleManyShotTask(dataset, key, { classes: 0 }), 'The number of classes of a task');
  refused(() => sampleManyShotTask(dataset, key, { perClass: 2.5 }), 'The number of images of a class');
  refused(() => sampleManyShotTask(dataset, key, { trainShare: Number.NaN }), 'The share to learn from');
  refused(() => sampleManyShotTask(dataset, key, { pool: Uint32Array.of(1, 1) }), 'stands twice');
});

it('function tasks have whole numbers', () => {
  refused(() => sinusoidTasks(key, 1.5), 'The number of tasks');
  refused(() => sinusoidPoints(sinusoidTasks(key, 2), key, -1), 'The number of points of a task');
  refused(() => quadraticTasks(key, { tasks: 0, dimension: 3 }), 'The number of tasks');
  refused(() => quadraticTasks(key, { tasks: 1, dimension: 2.5 }), 'The dimension');
});
