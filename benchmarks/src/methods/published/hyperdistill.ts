/** @file Numbers of Lee et al. (ICLR 2022), for the cards of the methods in their tables. */
import type { OwnArm, PublishedNumber } from '@longhorizon/harness';

export const hyperdistillSource = {
  citation: 'Lee et al., "Online hyperparameter meta-learning with hypergradient distillation", ICLR 2022',
  url: 'https://openreview.net/forum?id=01AMRlen9wJ',
};

/** The paper's numbers on images, one column a setting: ANIL Tiny, WarpGrad CIFAR-100, WarpGrad Tiny, MWN CIFAR-100. */
interface Published {
  readonly accuracy: readonly (string | undefined)[];
  /** `MB / seconds` of one inner optimisation. */
  readonly cost: readonly (string | undefined)[];
  /** Test error of the sinusoids. */
  readonly sinusoid?: string;
  /** The method's arm in our run of the sinusoids. */
  readonly arm?: string;
  readonly cosine?: string;
}

const settings = ['ANIL, TinyImageNet', 'WarpGrad, CIFAR-100', 'WarpGrad, TinyImageNet', 'MWN, CIFAR-100'];

export function hyperdistillPaper({
  accuracy,
  cost,
  sinusoid,
  arm,
  cosine,
}: Published): readonly PublishedNumber[] {
  const number = (
    what: string,
    value: string | undefined,
    note?: string,
    ours?: OwnArm,
  ): PublishedNumber[] =>
    value === undefined
      ? []
      : [
          {
            what,
            value,
            source: hyperdistillSource,
            ...(note === undefined ? {} : { note }),
            ...(ours === undefined ? {} : { ours }),
          },
        ];
  const costNote = 'table 3: RTX 2080 Ti, whole process';
  return [
    ...number(
      'test error, sinusoids',
      sinusoid,
      'table 4, p = 20,400, T = 30: the same in ours, with 19 seeds for their 5',
      arm === undefined ? undefined : { reproduction: 'sinusoid', arm },
    ),
    ...number(
      'cosine to the exact hypergradient, WarpGrad on CIFAR-100',
      cosine,
      'figure 3a, late in training',
    ),
    ...settings.flatMap((setting, column) => [
      ...number(`test accuracy, ${setting}`, accuracy[column], 'table 2: T = 100, 5 runs'),
      ...number(`memory and time, ${setting}`, cost[column], costNote),
    ]),
  ];
}
