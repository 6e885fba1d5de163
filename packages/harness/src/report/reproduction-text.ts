/** @file What experiments made again say, in words that their seeds carry. */
import { listOf } from '../errors.ts';
import { minimumSeeds } from '../statistics/best-set.ts';
import { type Order, orderOf } from '../statistics/order.ts';
import { type Estimate, pairedDifference, studentEstimate } from '../statistics/paired.ts';
import type { ReproducedArm, Reproduction } from './reproduction.ts';

/** A printed number with what stands behind its ±: `0.327 ± 0.052`, `56.37 ± 0.27 %`. */
export interface Printed {
  readonly value: number;
  readonly halfWidth?: number;
}

/** Reads a printed number; undefined where the text is none. */
export function printedNumber(text: string | undefined): Printed | undefined {
  const found = /^[≈+]?\s*(−?-?\d+(?:\.\d+)?)(?:\s*±\s*(\d+(?:\.\d+)?))?/.exec(text ?? '');
  if (found === null) return undefined;
  const value = Number((found[1] as string).replace('−', '-'));
  return found[2] === undefined ? { value } : { value, halfWidth: Number(found[2]) };
}

/** Mean over seeds with Student's 95 % interval, from five seeds on. */
export function ownEstimate({ values = [] }: ReproducedArm): Estimate | undefined {
  return values.length < minimumSeeds ? undefined : studentEstimate(values);
}

/** One decimal for percentages, three for anything else. */
function decimal(value: number, unit: string | undefined): string {
  return value.toFixed(unit === '%' ? 1 : 3).replace('-', '−');
}

/** `0.322 ± 0.061 (19 seeds)`; fewer than five seeds one by one; nothing where there are none. */
export function ownText(arm: ReproducedArm, unit?: string): string {
  const { values = [], text } = arm;
  if (text !== undefined) return text;
  const tail = unit === undefined ? '' : ` ${unit}`;
  const estimate = ownEstimate(arm);
  if (estimate !== undefined) {
    const half = (estimate.high - estimate.low) / 2;
    return `${decimal(estimate.estimate, unit)} ± ${decimal(half, unit)}${tail} (${estimate.count} seeds)`;
  }
  return values.length === 0 ? '' : `${values.map((value) => decimal(value, unit)).join(', ')}${tail}`;
}

/** Whether the two intervals meet; undefined where either is missing. */
export function intervalsMeet(arm: ReproducedArm): boolean | undefined {
  const [theirs, ours] = [printedNumber(arm.published), ownEstimate(arm)];
  if (theirs?.halfWidth === undefined || ours === undefined) return undefined;
  return theirs.value - theirs.halfWidth <= ours.high && ours.low <= theirs.value + theirs.halfWidth;
}

/**
 * What the order of the arms is, as far as it is decided: who is first and last, which of those between are not told apart, and which pairs
 * across that line are not either. Then whether the published first and last are ours, too. Empty where nothing is decided.
 */
export function orderSentences(reproduction: Reproduction): readonly string[] {
  const { arms } = reproduction;
  const order = orderOfArms(reproduction);
  if (order === undefined) return [];
  const titles = (names: readonly string[]): string =>
    listOf(names.map((name) => arms.find((arm) => arm.name === name)?.title ?? name));
  const { first, between, last, isToldApart } = order;
  const undecided = (names: readonly string[]): boolean =>
    names.every((name, index) => names.slice(index + 1).every((other) => !isToldApart(name, other)));
  const middle =
    between.length === 0
      ? ''
      : between.length === 1
        ? ` Between them: ${titles(between)}.`
        : ` The ${countWord(between.length)} between (${titles(between)}) are ${undecided(between) ? 'not told apart' : 'told apart in part'}.`;
  const across = [...first, ...between].flatMap((name, index, all) =>
    [...all.slice(index + 1), ...last]
      .filter((other) => rankOf(order, name) !== rankOf(order, other) && !isToldApart(name, other))
      .map((other) => `${titles([name])} and ${titles([other])}`),
  );
  return [
    `First: ${titles(first)}.${last.length === 0 ? '' : ` Last: ${titles(last)}.`}${middle}`,
    ...(across.length === 0 ? [] : [`Not told apart: ${across.join('; ')}.`]),
    ...publishedSentence(reproduction, order.first, order.last),
  ];
}

function countWord(count: number): string {
  return (
    ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][count] ?? String(count)
  );
}

function orderOfArms({ arms, direction }: Reproduction): Order | undefined {
  return orderOf(
    arms.map(({ name, values = [] }) => ({ name, values })),
    direction,
  );
}

/** What the named pairs came to: `HyperDistill − one-step: −0.102 ± 0.043, told apart`. Pairs with fewer than five common seeds are left out. */
export function pairSentences(reproduction: Reproduction): readonly string[] {
  const { arms, pairs = [], direction, unit } = reproduction;
  const order = orderOfArms(reproduction);
  return pairs.flatMap(([name, otherName]) => {
    const [arm, other] = [name, otherName].map((wanted) => arms.find((one) => one.name === wanted));
    if (arm === undefined || other === undefined) return [];
    const difference = pairedDifference(arm.values ?? [], other.values ?? [], 'difference');
    if (difference === undefined || difference.count < minimumSeeds) return [];
    const { estimate, low, high, count } = difference;
    const better = estimate < 0 === (direction === 'lower');
    const verdict =
      order?.isToldApart(name, otherName) === true ? (better ? 'better' : 'worse') : 'no difference shown';
    const tail = unit === undefined ? '' : ` ${unit}`;
    const sign = estimate > 0 ? '+' : '';
    return [
      `${arm.title} less ${other.title}: ${sign}${decimal(estimate, unit)} ± ${decimal((high - low) / 2, unit)}${tail} (${count} seeds, paired): ${verdict}.`,
    ];
  });
}

function rankOf({ first, last }: Order, name: string): number {
  return first.includes(name) ? 0 : last.includes(name) ? 2 : 1;
}

/** Whether the arm that was published as the best is among our first, and the worst among our last. */
function publishedSentence(
  { arms, direction }: Reproduction,
  first: readonly string[],
  last: readonly string[],
): readonly string[] {
  const sign = direction === 'higher' ? -1 : 1;
  const theirs = arms
    .flatMap((arm) => {
      const printed = printedNumber(arm.published);
      return printed === undefined ? [] : [{ arm, value: sign * printed.value }];
    })
    .sort((a, b) => a.value - b.value);
  const [best, worst] = [theirs[0]?.arm, theirs.at(-1)?.arm];
  if (best === undefined || worst === undefined || best === worst) return [];
  const said = (arm: ReproducedArm, ours: readonly string[], place: string): string =>
    `${arm.title}, published ${place}, is ${ours.includes(arm.name) ? 'so here' : 'not so here'}`;
  return [`${said(best, first, 'first')}; ${said(worst, last, 'last')}.`];
}
