import { mean, sampleStandardDeviation } from 'simple-statistics';
import { studentProbability, studentQuantile } from './distributions.ts';

/** One method on a board: a number for every unit, in the same order of units for all methods; undefined where a unit has none. */
export interface Contestant {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
}

/** How methods are held against each other. */
export interface BestSetOptions {
  readonly direction: 'higher' | 'lower';
  /** `log-ratio` compares logarithms, for positive numbers; `difference` the numbers themselves. */
  readonly scale: 'difference' | 'log-ratio';
  /** The chance that any of the best is left out. */
  readonly alpha?: number;
  /** With fewer common units nothing is ranked. */
  readonly minimumUnits?: number;
  /** A method closer to the best than this is never left out: on the scale of the comparison. */
  readonly minimumEffect?: number;
}

/** What the data say of a method: among the best, proven worse than them, or nothing. */
export type Standing = 'best' | 'worse' | 'undecided' | 'unranked';

/** A method's standing on a board. */
export interface Placed {
  readonly name: string;
  readonly standing: Standing;
  /** The smallest α at which the method is left out of the best set; 1 for the last one left, absent for an unranked method. */
  readonly pValue?: number;
}

/** A board: who can be the best, and who cannot. */
export interface BestSet {
  readonly places: readonly Placed[];
  /** Units that all ranked methods share. */
  readonly units: number;
  /** 1 − α: with this chance every method that is truly the best is in the set. */
  readonly level: number;
  /** Why nothing is ranked; absent where something could have been. */
  readonly reason?: string;
}

/** Five seeds: the fewest at which an effect of two standard deviations among twelve methods is found more often than one time in three. */
export const minimumSeeds = 5;

/**
 * The best set of a board: all methods that the data cannot tell from the best one. It is the model confidence set of Hansen, Lunde and
 * Nason (Econometrica 79, 2011) with their statistic t_i·, the difference of method i to the mean of the others still in the set, taken unit
 * by unit, so that what units share (data, start, order) cancels. Student's t takes the place of their bootstrap, which needs long series.
 * At each step the method with the largest t is tested at α over the number of methods left (Bonferroni, one-sided) and leaves the set if the
 * test rejects; else all that are left are the best set. As the tests go from all methods to fewer, the chance that any of the truly best
 * ones is left out stays below α, whatever their variances.
 *
 * Units are independent repetitions of everything: seeds; for times whole cells. Samples of one cell and tasks of one trained model are
 * none. A method that lacks units is ranked only if enough common ones are left with it.
 *
 * `standing` is `best` and `worse` only where the data told methods apart; where all could be the best all are `undecided`.
 */
export function bestSet(contestants: readonly Contestant[], options: BestSetOptions): BestSet {
  const { alpha = 0.05, minimumUnits = minimumSeeds } = options;
  const level = 1 - alpha;
  const { ranked, units } = commonUnits(contestants, minimumUnits);
  const unranked = (reason: string): BestSet => ({
    places: contestants.map(({ name }) => ({ name, standing: 'unranked' })),
    units: units.length,
    level,
    reason,
  });
  if (units.length < minimumUnits)
    return unranked(`${units.length} common units are fewer than the ${minimumUnits} that it takes`);
  if (ranked.length < 2) return unranked('there is nothing to compare with');
  const pValues = eliminations(ranked, units, options);
  const isWorse = (name: string): boolean => (pValues.get(name) ?? 1) < alpha;
  const told = ranked.some(({ name }) => isWorse(name));
  return {
    places: contestants.map(({ name }) => {
      const pValue = pValues.get(name);
      if (pValue === undefined) return { name, standing: 'unranked' };
      return { name, standing: isWorse(name) ? 'worse' : told ? 'best' : 'undecided', pValue };
    }),
    units: units.length,
    level,
  };
}

/** Methods with the units that all of them have: those with the fewest are let go until enough units are common, or none is left. */
function commonUnits(
  contestants: readonly Contestant[],
  minimumUnits: number,
): { readonly ranked: readonly Contestant[]; readonly units: readonly number[] } {
  const count = ({ values }: Contestant): number => values.filter((value) => value !== undefined).length;
  let ranked: readonly Contestant[] = contestants.filter((contestant) => count(contestant) >= minimumUnits);
  if (ranked.length === 0) ranked = contestants;
  for (;;) {
    const length = Math.max(0, ...ranked.map(({ values }) => values.length));
    const units = Array.from({ length }, (_, unit) => unit).filter((unit) =>
      ranked.every(({ values }) => values[unit] !== undefined),
    );
    if (units.length >= minimumUnits || ranked.length <= 2) return { ranked, units };
    const fewest = Math.min(...ranked.map(count));
    const kept = ranked.filter((contestant) => count(contestant) > fewest);
    if (kept.length < 2) return { ranked, units };
    ranked = kept;
  }
}

/** The p-values of the steps in which methods leave, each at least as large as those before it. */
function eliminations(
  contestants: readonly Contestant[],
  units: readonly number[],
  { direction, scale, minimumEffect = 0 }: BestSetOptions,
): ReadonlyMap<string, number> {
  const sign = direction === 'lower' ? 1 : -1;
  const losses = contestants.map(({ name, values }) => ({
    name,
    values: units.map((unit) => sign * onScale(values[unit] as number, scale)),
  }));
  const pValues = new Map<string, number>();
  let left = losses;
  let running = 0;
  while (left.length > 1) {
    const sums = units.map((_, unit) => left.reduce((sum, { values }) => sum + (values[unit] as number), 0));
    const others = left.length - 1;
    const judged = left.map(({ name, values }) => ({
      name,
      centre: mean(values),
      t: studentT(values.map((value, unit) => value - ((sums[unit] as number) - value) / others)),
    }));
    const least = Math.min(...judged.map(({ centre }) => centre));
    // Of equal evidence the larger loss goes; names decide last, so that the order of the methods does not.
    const [worst] = judged
      .filter(({ centre }) => centre - least > minimumEffect)
      .sort((a, b) => b.t - a.t || b.centre - a.centre || (a.name < b.name ? -1 : 1));
    if (worst === undefined) break;
    const pValue = 1 - studentProbability(worst.t, units.length - 1);
    running = Math.max(running, Math.min(1, left.length * pValue));
    pValues.set(worst.name, running);
    left = left.filter(({ name }) => name !== worst.name);
  }
  for (const { name } of left) pValues.set(name, 1);
  return pValues;
}

/** Student's t of a mean against zero. */
function studentT(values: readonly number[]): number {
  const count = values.length;
  const [centre, deviation] = [mean([...values]), sampleStandardDeviation([...values])];
  if (deviation > 1e-12 * Math.abs(centre)) return (centre * Math.sqrt(count)) / deviation;
  // Equal differences (rounded metrics) have no deviation to hold their mean against; what counts is then how unlikely their common sign is.
  return centre > 0 ? studentQuantile(1 - 0.5 ** count, count - 1) : 0;
}

function onScale(value: number, scale: BestSetOptions['scale']): number {
  return scale === 'log-ratio' ? Math.log(value) : value;
}
