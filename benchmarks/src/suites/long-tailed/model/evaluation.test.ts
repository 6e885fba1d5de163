/** @file Where a classifier is judged and how its classes are averaged, by a classifier whose answers are written down. */
import { array, evaluate, gather, type Tensor } from '@longhorizon/tensor';
import { expect, it } from 'vitest';
import type { Classifier } from './classifier.ts';
import { judge } from './evaluation.ts';
import type { OnlineTraining } from './online-training.ts';
import type { TailData } from './tail-data.ts';

// Five pictures to learn from, three for development, and two of each of three classes for the test.
const labels = [0, 0, 0, 1, 2, 0, 1, 2, 0, 0, 1, 1, 2, 2];
const before = 5 + 3;

/** What is said of a classifier that answers so, with a logit of 2 for its answer and 0 for the others. */
function judged(answers: readonly number[], groups: readonly string[]) {
  const rows = array(
    answers.flatMap((one) => [0, 1, 2].map((label) => (label === one ? 2 : 0))),
    [answers.length, 3],
  );
  const classifier = {
    outputs: (_w: unknown, _given: unknown, positions: Tensor) => gather(rows, positions),
  } as unknown as Classifier;
  const given = { labels: array(labels, [labels.length], 'u32') };
  const training = {
    evaluate: async (build: (w: unknown, all: typeof given) => readonly Tensor[]) =>
      evaluate(build(undefined, given), new Map()).map((one) => one.data),
  } as unknown as OnlineTraining;
  const data = { sizes: { train: 5, dev: 3, test: 6 }, classes: 3, groups } as unknown as TailData;
  return judge(training, data, classifier);
}

it('the test pictures alone count, and groups are means over their classes', async () => {
  // Right on everything before the test; there right on both of class 0, on one of class 1, on none of class 2.
  const answers = [...labels.slice(0, before), 0, 0, 1, 0, 0, 1];
  const { accuracy, loss, byClass, byGroup } = await judged(answers, ['many', 'few', 'few']);
  expect(byClass).toEqual([1, 0.5, 0]);
  expect(accuracy).toBeCloseTo(0.5, 12);
  expect(byGroup).toEqual({ many: 1, few: 0.25 });
  const total = Math.log(Math.exp(2) + 2);
  expect(loss).toBeCloseTo((3 * (total - 2) + 3 * total) / 6, 6);
});

it('a group without classes is left out', async () => {
  const { byGroup } = await judged(labels, ['medium', 'medium', 'medium']);
  expect(byGroup).toEqual({ medium: 1 });
});
