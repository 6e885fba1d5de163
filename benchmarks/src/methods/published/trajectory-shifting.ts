/** @file Numbers of Shin et al. (ICML 2021), for the cards of the methods in their figures. */
import type { PublishedNumber } from '@longhorizon/harness';

export const shiftingSource = {
  citation:
    'Shin, Lee, Gong, Hwang, "Large-scale meta-learning with continual trajectory shifting", ICML 2021',
  url: 'https://arxiv.org/abs/2102.07215',
};

/** Read off the poster's figures: ResNet-20, eight source tasks, K = 1000, 200,000 inner steps. */
interface Published {
  /** Mean training loss over the tasks after 20,000 and 200,000 inner steps. */
  readonly loss: readonly [early: string, end: string];
  /** Test accuracy on two unseen sets after 10,000 and 200,000 inner steps, in per cent. */
  readonly accuracy: readonly [
    first: readonly [early: string, end: string],
    second: readonly [early: string, end: string],
  ];
}

export function poster({ loss, accuracy }: Published): readonly PublishedNumber[] {
  const number = (what: string, value: string, note: string): PublishedNumber => ({
    what,
    value,
    source: shiftingSource,
    note,
  });
  const lossNote = 'poster, figure read to ± 0.005: eight sets of pictures, K = 1000';
  const accuracyNote =
    'poster, figure read to ± 0.1 point; the poster names the two sets STL10 and VGG Pets, in one order in one figure and in the other in the next';
  return [
    number('meta-training loss after 20,000 inner steps', loss[0], lossNote),
    number('meta-training loss after 200,000 inner steps', loss[1], lossNote),
    ...(['first', 'second'] as const).flatMap((which, k) => [
      number(
        `accuracy on the ${which} unseen set after 10,000 inner steps`,
        `${accuracy[k]![0]} %`,
        accuracyNote,
      ),
      number(
        `accuracy on the ${which} unseen set after 200,000 inner steps`,
        `${accuracy[k]![1]} %`,
        accuracyNote,
      ),
    ]),
  ];
}
