import { describe, expect, it } from 'vitest';
import { type AdamOptions, adam } from './adam.ts';
import { momentum, type SgdOptions, sgd } from './sgd.ts';

/** As a caller in JavaScript would. */
const untyped = (options: object) => options as AdamOptions;

describe('options of optimisers', () => {
  it.each<[string, () => unknown, string]>([
    [
      "another library's name",
      () => adam(untyped({ lr: 0.1 })),
      "adam: there is no option 'lr'; it is called rate here.",
    ],
    [
      'another case',
      () => adam(untyped({ rate: 0.1, weightdecay: 0 })),
      "adam: there is no option 'weightdecay'; it is called weightDecay here.",
    ],
    [
      'an unknown name',
      () => sgd(untyped({ rate: 0.1, momentun: 0.9 })),
      "sgd: there is no option 'momentun'; its options are rate, weightDecay.",
    ],
    [
      'nothing',
      () => adam(untyped({})),
      "adam: the option 'rate' is missing; give a number from 0, a tensor or a schedule.",
    ],
    [
      'no momentum',
      () => momentum(untyped({ rate: 0.1 }) as never),
      "momentum: the option 'momentum' is missing; give a number from 0, a tensor or a schedule.",
    ],
    [
      'a number in its place',
      () => sgd(0.1 as unknown as SgdOptions),
      'sgd: its options are 0.1; give an object such as { rate: 0.1 }.',
    ],
  ])('%s is refused', (_, make, sentence) => expect(make).toThrow(new TypeError(sentence)));

  it.each<[string, () => unknown, RegExp]>([
    ['a negative rate', () => sgd({ rate: -1 }), /sgd: rate is -1; give a finite number from 0/],
    ['a rate that is NaN', () => adam({ rate: NaN }), /adam: rate is NaN/],
    [
      'a negative decay',
      () => momentum({ rate: 0.1, momentum: 0.9, weightDecay: -0.1 }),
      /weightDecay is -0.1/,
    ],
    [
      'an ε of 0',
      () => adam({ rate: 0.1, epsilon: 0 }),
      /adam: epsilon is 0; give a finite number of at least/,
    ],
    ['a rate in a list', () => adam({ rate: [0.1] as unknown as number }), /adam: rate is \[0\.1\]; give/],
    ['a rate as text', () => sgd({ rate: '0.1' as unknown as number }), /sgd: rate is "0\.1"; give/],
    ['an ε that float32 rounds to 0', () => adam({ rate: 0.1, epsilon: 1e-46 }), /epsilon is 1e-46/],
    ['an ε that some devices take as 0', () => adam({ rate: 0.1, epsilon: 1e-40 }), /epsilon is 1e-40/],
    ['a negative ε', () => adam({ rate: 0.1, epsilon: -1e-8 }), /epsilon is -1e-8/],
  ])('%s is refused', (_, make, sentence) => expect(make).toThrow(sentence));

  it('are checked by the types as well', () => {
    // @ts-expect-error: no such option
    expect(() => adam({ lr: 0.1 })).toThrow();
    // @ts-expect-error: the rate is missing
    expect(() => sgd({})).toThrow();
  });
});
