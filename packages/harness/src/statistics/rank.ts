import type { Estimate } from './bootstrap.ts';
import { centreOf, type PairingOptions, pairedDifference, type Replicates } from './paired.ts';

/** One method to be ranked. */
export interface Contestant {
  readonly name: string;
  readonly replicates: Replicates;
}

/** How to rank. */
export interface RankOptions extends PairingOptions {
  readonly direction: 'higher' | 'lower';
  /** For numbers without noise (bytes, counts): every difference is real. */
  readonly exact?: boolean;
  /** Differences smaller than this are ties, whatever the interval: on the scale of the differences. */
  readonly minimumEffect?: number;
  /** With single numbers per seed, fewer seeds than this prove nothing. 6: 2 · ½⁶ < 0.05. */
  readonly minimumSeeds?: number;
}

/** A method's place. Methods of one tie group share their rank. */
export interface Place {
  readonly name: string;
  readonly rank: number;
  /** How many methods share the rank, this one included. */
  readonly tied: number;
  readonly centre: number;
  /** Whether the data could have separated it from its group's first: false with too few seeds. */
  readonly proven: boolean;
  /** Difference to the group's first; absent for the first itself. */
  readonly difference?: Estimate;
}

/**
 * Ranks methods and shows ties as ties: going from the best median downwards, a method opens a new group only
 * if its paired difference to the first of the current group is proven, that is if the interval excludes zero
 * and the difference exceeds the minimum effect. A miss loses against every number; misses tie.
 */
export function rankWithTies(contestants: readonly Contestant[], options: RankOptions): readonly Place[] {
  const sign = options.direction === 'lower' ? 1 : -1;
  const ordered = contestants
    .map((contestant) => ({ contestant, centre: centreOf(contestant.replicates, options.inside) }))
    .sort(
      (a, b) => compareCentres(a.centre, b.centre, sign) || (a.contestant.name < b.contestant.name ? -1 : 1),
    );

  const places: Place[] = [];
  let first = ordered[0];
  let rank = 1;
  for (const [index, entry] of ordered.entries()) {
    const { name } = entry.contestant;
    if (first === undefined || index === 0) {
      places.push({ name, rank, tied: 1, centre: entry.centre, proven: true });
      continue;
    }
    const verdict = judge(
      first.contestant.replicates,
      entry.contestant.replicates,
      first.centre,
      entry.centre,
      options,
    );
    if (verdict.differs) {
      first = entry;
      rank = index + 1;
    }
    const difference = verdict.difference === undefined ? {} : { difference: verdict.difference };
    places.push({ name, rank, tied: 1, centre: entry.centre, proven: verdict.proven, ...difference });
  }
  return places.map((place) => ({
    ...place,
    tied: places.filter((other) => other.rank === place.rank).length,
  }));
}

/** Order of two medians; NaN (nothing measured) goes last in both directions. */
function compareCentres(a: number, b: number, sign: 1 | -1): number {
  const missing = (value: number): number => (Number.isNaN(value) || Math.abs(value) === Infinity ? 1 : 0);
  return missing(a) - missing(b) || (missing(a) ? 0 : sign * (a - b));
}

interface Verdict {
  readonly differs: boolean;
  readonly proven: boolean;
  readonly difference?: Estimate;
}

function judge(
  leader: Replicates,
  other: Replicates,
  best: number,
  centre: number,
  options: RankOptions,
): Verdict {
  const bestMissed = !Number.isFinite(best);
  const missed = !Number.isFinite(centre);
  if (bestMissed || missed) return { differs: bestMissed !== missed, proven: true };
  if (options.exact === true) return { differs: best !== centre, proven: true };

  const difference = pairedDifference(other, leader, options);
  const seeds = difference.count;
  const severalInside = leader.some((seed) => seed.length > 4) && other.some((seed) => seed.length > 4);
  const proven = severalInside || seeds >= (options.minimumSeeds ?? 6);
  const excludesZero = difference.low > 0 || difference.high < 0;
  const large = Math.abs(difference.estimate) > (options.minimumEffect ?? 0);
  return { differs: proven && excludesZero && large, proven, difference };
}
