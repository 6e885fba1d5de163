import { describe, expect, it } from 'vitest';
import type { Reproduction } from './reproduction.ts';
import { intervalsMeet, orderSentences, ownText, pairSentences, printedNumber } from './reproduction-text.ts';

const experiment: Reproduction = {
  id: 'made-up',
  title: 'Made up',
  quantity: 'error',
  direction: 'lower',
  ourSetting: 'Nothing was measured.',
  file: 'nowhere.json',
  arms: [
    { name: 'a', title: 'A', published: '0.1 ± 0.02', values: [0.11, 0.1, 0.12, 0.09, 0.1] },
    { name: 'b', title: 'B', published: '0.9', values: [0.5, 0.51, 0.49, 0.5, 0.52] },
    { name: 'c', title: 'C', values: [0.51, 0.5, 0.5, 0.49, 0.51] },
    { name: 'd', title: 'D', published: '2', values: [0.9, 0.8, 1] },
  ],
  pairs: [
    ['a', 'b'],
    ['b', 'c'],
    ['a', 'd'],
  ],
};

describe('an experiment that was made again', () => {
  it('says its order as far as it is decided, and whether it was published so', () => {
    expect(orderSentences(experiment)).toEqual([
      'First: A. Last: B and C.',
      'A, published first, is so here; D, published last, is not so here.',
    ]);
    const same = experiment.arms.map((arm) => ({ ...arm, values: [1, 2, 3, 4, 5] }));
    expect(orderSentences({ ...experiment, arms: same })).toEqual([]);
  });

  it('says pairs with five seeds or more, and no difference where none is shown', () => {
    expect(pairSentences(experiment)).toEqual([
      'A less B: −0.400 ± 0.025 (5 seeds, paired): better.',
      'B less C: +0.002 ± 0.014 (5 seeds, paired): no difference shown.',
    ]);
    expect(pairSentences({ ...experiment, direction: 'higher' })[0]).toContain(': worse.');
  });

  it('prints a mean from five seeds on, else the seeds', () => {
    const [a, , , d] = experiment.arms as [never, never, never, never];
    expect(ownText(a)).toBe('0.104 ± 0.014 (5 seeds)');
    expect(ownText(d, '%')).toBe('0.9, 0.8, 1.0 %');
    expect(intervalsMeet(a)).toBe(true);
    expect(intervalsMeet(d)).toBeUndefined();
  });

  it('reads numbers as they are printed', () => {
    expect(printedNumber('56.37 ± 0.27 %')).toEqual({ value: 56.37, halfWidth: 0.27 });
    expect(printedNumber('≈ 2.53')).toEqual({ value: 2.53 });
    expect(printedNumber('none')).toBeUndefined();
  });
});
