/** @file What the page says of published numbers beside ours, held to the committed files. */
import { orderSentences, ownText, pairSentences, type Reproduction } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { hyperMethods } from '../methods/registry.ts';
import { suites } from './index.ts';

const all = suites.flatMap(({ reproductions }) => reproductions?.() ?? []);
const named = (id: string): Reproduction => all.find((one) => one.id === id)!;

it('sine waves at full size: both numbers of every method of table 4', () => {
  const { arms } = named('sinusoid');
  expect(arms.map((arm) => [arm.title, arm.published, ownText(arm)])).toEqual([
    ['HyperDistill, γ = 0.9', '0.327 ± 0.052', '0.322 ± 0.061 (19 seeds)'],
    ['HyperDistill, γ = 0.99', undefined, '0.358 ± 0.070 (19 seeds)'],
    ['Neumann (3, 5)', '0.502 ± 0.146', '0.414 ± 0.042 (19 seeds)'],
    ['One-step', '0.670 ± 0.283', '0.424 ± 0.057 (19 seeds)'],
    ['First-order', '0.567 ± 0.193', '0.452 ± 0.081 (19 seeds)'],
    ['DrMAD', '1.086 ± 0.176', '0.787 ± 0.065 (19 seeds)'],
    ['Exact reverse', undefined, '0.808 ± 0.092 (19 seeds)'],
  ]);
});

it('sine waves: HyperDistill first, DrMAD and the exact gradient last, the three between not told apart', () => {
  expect(orderSentences(named('sinusoid'))).toEqual([
    'First: HyperDistill, γ = 0.9 and HyperDistill, γ = 0.99. Last: DrMAD and Exact reverse. ' +
      'The three between (Neumann (3, 5), One-step and First-order) are not told apart.',
    'Not told apart: HyperDistill, γ = 0.99 and Neumann (3, 5).',
    'HyperDistill, γ = 0.9, published first, is so here; DrMAD, published last, is so here.',
  ]);
});

it('HyperDistill beats one-step on sine waves and on cleaning over T = 100, and not over T = 10', () => {
  expect(['sinusoid', 'cleaning-long', 'cleaning-short'].map((id) => pairSentences(named(id))[0])).toEqual([
    'HyperDistill, γ = 0.9 less One-step: −0.102 ± 0.043 (19 seeds, paired): better.',
    'HyperDistill, γ = 0.99 less One-step: +8.5 ± 4.2 % (8 seeds, paired): better.',
    'HyperDistill, γ = 0.9 less One-step: −0.1 ± 0.4 % (5 seeds, paired): no difference shown.',
  ]);
});

it('what is said of single numbers', () => {
  expect(named('lazy-omniglot').arms.map((arm) => ownText(arm, '%'))).toContain('45.4 ± 3.4 % (5 seeds)');
  expect(named('online-times').note).toBe(
    'HyperDistill takes 1.20 times what one-step takes; published are 1.26 times.',
  );
  expect(named('himmelblau').note).toBe(
    'At K = 5 the same 2 attractors; at K = 100 13 of the 13 known ones are among those found.',
  );
  expect(orderSentences(named('large-scale-loss'))).toEqual([]);
});

it('every arm that a card names exists, and every arm has a number', () => {
  const wanted = hyperMethods
    .flatMap(({ card }) => card.published ?? [])
    .flatMap(({ ours }) => (ours !== undefined && 'arm' in ours ? [ours] : []));
  expect(wanted.length).toBe(5);
  for (const { reproduction, arm } of wanted)
    expect(named(reproduction).arms.map(({ name }) => name)).toContain(arm);
  expect(all.map(({ id }) => id)).toEqual([...new Set(all.map(({ id }) => id))]);
  for (const { arms } of all)
    for (const { name, values, text } of arms)
      expect((values?.length ?? 0) > 0 || text !== undefined, name).toBe(true);
});
