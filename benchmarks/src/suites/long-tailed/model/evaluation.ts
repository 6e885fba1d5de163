/** @file How good a classifier is on the balanced test set: over all classes, by class, and by group of classes. */
import { correctPerExample, crossEntropyPerExample } from '@longhorizon/nn';
import { add, gather, iota, mean, reshape, segmentSum } from '@longhorizon/tensor';
import type { Classifier } from './classifier.ts';
import type { OnlineTraining } from './online-training.ts';
import type { Group, TailData } from './tail-data.ts';

export interface Judgement {
  /** The test set is balanced, so this is the mean over classes, too. */
  readonly accuracy: number;
  readonly loss: number;
  /** [classes] */
  readonly byClass: readonly number[];
  /** Mean over the classes of a group; groups without classes are left out. */
  readonly byGroup: Readonly<Partial<Record<Group, number>>>;
}

const groupNames = ['many', 'medium', 'few'] as const;

export async function judge(
  training: OnlineTraining,
  data: TailData,
  classifier: Classifier,
): Promise<Judgement> {
  const { sizes, classes, groups } = data;
  const [correct, loss] = await training.evaluate((w, given) => {
    const positions = add(iota([sizes.test]), sizes.train + sizes.dev);
    const outputs = classifier.outputs(w, given, positions);
    const labels = gather(given.labels, positions);
    const right = reshape(correctPerExample(outputs, labels), [sizes.test, 1]);
    return [
      reshape(segmentSum(right, labels, classes), [classes]),
      mean(crossEntropyPerExample(outputs, labels)),
    ];
  });
  const byClass = Array.from(correct!, (count) => (count * classes) / sizes.test);
  const average = (members: readonly number[]) =>
    members.reduce((total, one) => total + one, 0) / members.length;
  const membersOf = (group: Group) => byClass.filter((_, label) => groups[label] === group);
  return {
    accuracy: average(byClass),
    loss: loss![0]!,
    byClass,
    byGroup: Object.fromEntries(
      groupNames.filter((group) => groups.includes(group)).map((group) => [group, average(membersOf(group))]),
    ),
  };
}
