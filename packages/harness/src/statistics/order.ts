import { minimumSeeds } from './best-set.ts';
import { holm } from './multiplicity.ts';
import { pairedDifference } from './paired.ts';

/** One method with a number for every unit, units in the same order for all; undefined where there is none. */
export interface Ordered {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
}

/** What pairs that are told apart say of an order: all statements hold together in 95 of 100 cases. */
export interface Order {
  /** Nothing was shown to be better than these, and something to be worse. */
  readonly first: readonly string[];
  /** Neither first nor last. */
  readonly between: readonly string[];
  /** These were not shown to be better than anything, and something was shown to be better. */
  readonly last: readonly string[];
  /** Whether two methods are told apart. */
  readonly isToldApart: (name: string, other: string) => boolean;
  /** Units behind every comparison, at least. */
  readonly units: number;
}

/**
 * The order of methods as far as the data carry it: every pair is compared by the mean of its paired differences (Student), with Holm's
 * correction over all pairs. Methods with fewer than {@link minimumSeeds} numbers have no part in it.
 *
 * @returns undefined where no two methods are told apart
 */
export function orderOf(methods: readonly Ordered[], direction: 'higher' | 'lower'): Order | undefined {
  const compared = methods.filter(
    ({ values }) => values.filter((value) => value !== undefined).length >= minimumSeeds,
  );
  const sign = direction === 'higher' ? 1 : -1;
  const pairs = compared.flatMap((a, index) =>
    compared.slice(index + 1).flatMap((b) => {
      const difference = pairedDifference(a.values, b.values, 'difference');
      return difference === undefined || difference.count < minimumSeeds ? [] : [{ a, b, difference }];
    }),
  );
  const adjusted = holm(pairs.map(({ difference }) => difference.pValue));
  const beats = new Map<string, Set<string>>(compared.map(({ name }) => [name, new Set()]));
  for (const [index, { a, b, difference }] of pairs.entries()) {
    if ((adjusted[index] as number) >= 0.05) continue;
    const [better, worse] = sign * difference.estimate > 0 ? [a, b] : [b, a];
    beats.get(better.name)?.add(worse.name);
  }
  const winsOver = (name: string, other: string): boolean => beats.get(name)?.has(other) === true;
  const names = compared.map(({ name }) => name);
  const isBeaten = (name: string): boolean => names.some((other) => winsOver(other, name));
  const beatsAny = (name: string): boolean => (beats.get(name)?.size ?? 0) > 0;
  const first = names.filter((name) => beatsAny(name) && !isBeaten(name));
  if (first.length === 0) return undefined;
  const last = names.filter((name) => isBeaten(name) && !beatsAny(name));
  return {
    first,
    last,
    between: names.filter((name) => !first.includes(name) && !last.includes(name)),
    isToldApart: (name, other) => winsOver(name, other) || winsOver(other, name),
    units: Math.min(...pairs.map(({ difference }) => difference.count)),
  };
}
