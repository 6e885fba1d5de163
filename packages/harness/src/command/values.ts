import { UsageError } from '../errors.ts';

/** Splits `a,b,c`; spaces do not matter. @throws UsageError when nothing is left */
export function parseNames(option: string, text: string): readonly string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0)
    throw new UsageError(`${option} needs at least one name, for instance ${option} a,b.`);
  return names;
}

/** Reads `1,10,1e3`: whole numbers from 0. @throws UsageError naming what is none */
export function parseNumbers(option: string, text: string): readonly number[] {
  const numbers = parseNames(option, text).map((word) => {
    const number = isDecimal(word) ? Number(word) : Number.NaN;
    if (number > Number.MAX_SAFE_INTEGER) throw new UsageError(beyondExact(option, text, word));
    if (!Number.isSafeInteger(number) || number < 0) {
      throw new UsageError(
        `${option} ${text}: ${word} is no whole number from 0. Write for instance 1,10,1e3.`,
      );
    }
    return number;
  });
  return [...new Set(numbers)];
}

/** Reads a whole number from 1. @throws UsageError naming what is none */
export function parseCount(option: string, text: string): number {
  const count = isDecimal(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new UsageError(`${option} ${text}: write a whole number from 1, for instance ${option} 2.`);
}

/**
 * Reads seeds: `5` is a count (0 to 4), `0,3,7` names them, `4..9` is a range, `7..7` the single seed 7.
 *
 * @throws UsageError saying how seeds are written
 */
export function parseSeeds(option: string, text: string): readonly number[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(text.trim());
  const [from, to] = [Number(range?.[1]), Number(range?.[2])];
  if (to > Number.MAX_SAFE_INTEGER) throw new UsageError(beyondExact(option, text, range?.[2] ?? ''));
  if (range !== null && from <= to) refuseTooMany(option, text, to - from + 1);
  if (range !== null && from <= to) return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  if (/^\d+$/.test(text.trim())) {
    const count = Number(text);
    refuseTooMany(option, text, count);
    if (count > 0) return Array.from({ length: count }, (_, seed) => seed);
  } else if (range === null && text.includes(',')) {
    const seeds = parseNumbers(option, text);
    refuseTooMany(option, text, seeds.length);
    return seeds;
  }
  throw new UsageError(
    `${option} ${text}: write a count (5), a list (0,3,7) or a range (4..9; 7..7 is seed 7 alone).`,
  );
}

/** More repetitions than any comparison needs; a list holds every one of its cells. */
const mostSeeds = 10_000;

function refuseTooMany(option: string, text: string, count: number): void {
  if (count <= mostSeeds) return;
  throw new UsageError(
    `${option} ${text}: that is ${count.toLocaleString('en')} seeds, and at most ${mostSeeds.toLocaleString('en')} run at a time. ` +
      `Give a part of them as a range, for instance ${option} 0..${mostSeeds - 1}.`,
  );
}

/** Digits, with a point and an exponent if need be: not the `0x10`, `1_000` or nothing that a program would take. */
function isDecimal(word: string): boolean {
  return /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word.trim());
}

function beyondExact(option: string, text: string, word: string): string {
  return `${option} ${text}: ${word} is above 2^53 − 1, beyond which whole numbers are no longer exact.`;
}

/** Checks words against those that are known. @throws UsageError listing them */
export function parseChoice<Word extends string>(
  option: string,
  text: string,
  known: readonly Word[],
): readonly Word[] {
  return parseNames(option, text).map((word) => {
    const found = known.find((candidate) => candidate === word);
    if (found === undefined) throw new UsageError(`${option} ${word}: known are ${known.join(', ')}.`);
    return found;
  });
}
