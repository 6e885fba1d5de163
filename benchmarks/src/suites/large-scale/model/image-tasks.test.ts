import { refusalOfInitialisation, type TaskSet, tasksOf } from '@longhorizon/bilevel';
import { keyAt } from '@longhorizon/datasets';
import { perceptron } from '@longhorizon/nn';
import { continualTrajectoryShifting } from '@longhorizon/trajectory-shifting';
import { expect, it } from 'vitest';
import { type ImageTasksOptions, imageTasks, metaTestTasks } from './image-tasks.ts';
import { bodySize } from './networks.ts';
import { loadSources, procedural } from './sources.ts';
import { splitTask } from './split.ts';

const network = { kind: 'convolutional', filters: [4, 6] } as const;
const options: ImageTasksOptions = {
  sources: procedural,
  network,
  seed: 3,
  perClass: 8,
  reduction: 2,
  batch: 4,
};
const set = imageTasks(options);

/** All bytes that a task set holds. */
const contentOf = ({ initial, groups }: TaskSet) =>
  [
    initial,
    ...groups.flatMap((group) => [group.heads(0), ...Object.values(group.given).map(({ values }) => values)]),
  ].map((values) => [...Array.from(values)]);

it('has a task from each source, with its own size and classes, in groups of equal shapes', () => {
  expect(tasksOf(set)).toBe(6);
  expect(set.groups.map(({ name, tasks }) => [name, tasks])).toEqual([
    ['glyphs-a and 1 more', 2],
    ['polygons', 1],
    ['textures', 1],
    ['gratings', 1],
    ['blobs', 1],
  ]);
  // 9·3·4 + 9·4·6 filters, 3·(4 + 6) biases and batch norm; a head of 6 + 1 weights for each class.
  expect(set.p).toBe(bodySize(network));
  expect(set.p).toBe(108 + 216 + 30);
  expect(set.groups.map(({ d }) => (d - set.p) / 7)).toEqual([20, 8, 12, 16, 6]);
});

it('starts every task of a size with the same body, whatever the size is', () => {
  for (const { weightLength, heads, tasks } of set.groups) {
    expect(heads(0).length).toBe(tasks * (weightLength - set.bodyLength));
    expect(Array.from(heads(1))).not.toEqual(Array.from(heads(0)));
  }
});

it('is the same for the same seed, and another for another', () => {
  expect(contentOf(imageTasks(options))).toEqual(contentOf(set));
  expect(contentOf(imageTasks({ ...options, seed: 4 }))).not.toEqual(contentOf(set));
});

it('is judged on a set that no task saw, by the same heads every time', () => {
  const test = metaTestTasks(options, { steps: 5, repeats: 2 });
  expect(test.groups.map(({ name, tasks }) => [name, tasks])).toEqual([['strokes-1 and 1 more', 2]]);
  expect(test.bodyLength).toBe(set.bodyLength);
  const { heads } = test.groups[0]!;
  expect(Array.from(heads(7))).toEqual(Array.from(heads(0)));
  const { train, test: unseen } = loadSources(procedural, { seed: 3, perClass: 8 });
  expect(train.map(({ dataset }) => dataset.name)).not.toContain(unseen.dataset.name);
  const [a, b] = train.map(({ pool }) => [...pool]) as [number[], number[]];
  expect(a.filter((label) => b.includes(label))).toEqual([]);
});

it('keeps training, development and test pictures of a task apart, with all classes in each', () => {
  const [source] = loadSources(procedural, { seed: 3, perClass: 8 }).train;
  const { counts, labels, images, classes } = splitTask(source!, keyAt(3, { task: 0 }), { perClass: 8 });
  // Of 8 pictures of a class 6 are not for the test, of which a quarter, rounded, is for development.
  expect(counts).toEqual({ train: 20 * 4, development: 20 * 2, test: 20 * 2 });
  const ends = [0, counts.train, counts.train + counts.development, labels.length];
  for (const part of [0, 1, 2])
    expect(new Set(labels.subarray(ends[part], ends[part + 1])).size).toBe(classes);
  const size = images.length / labels.length;
  const pictures = Array.from(labels, (_, k) => images.subarray(k * size, (k + 1) * size).join());
  expect(new Set(pictures).size).toBe(pictures.length);
});

it('says in a sentence what cannot be', () => {
  expect(() => imageTasks({ ...options, sources: { ...procedural, train: [] } })).toThrow(
    'zero tasks were asked for; name one or more',
  );
  expect(() =>
    imageTasks({
      ...options,
      sources: { train: procedural.train, test: { name: 'again', dataset: 'blobs' } },
    }),
  ).toThrow("'blobs' stands on both sides of the split");
  const [glyphs] = loadSources(procedural, { seed: 3, perClass: 8 }).train;
  expect(() => splitTask(glyphs!, keyAt(3, { task: 0 }), { perClass: 8, developmentShare: 0.05 })).toThrow(
    /task 'glyphs-a': class 'glyph \d+' has 6 pictures that are not for the test, and a share of 0.05 of them for development leaves/,
  );
  expect(() =>
    imageTasks({
      ...options,
      network: ([height, width], classes) => perceptron([height * width * 3, 5, classes]),
    }),
  ).toThrow(
    /The body of .* has 2945 weights for pictures of 588, but 3845 for pictures of 768, so tasks of both sizes/,
  );
  expect(
    refusalOfInitialisation(set, continualTrajectoryShifting({ rate: 0.1 }), {
      horizon: 10,
      aggregatePeriod: 4,
    }),
  ).toMatch(/K = 10 inner steps is no multiple of the aggregate period 4/);
});
