/** @file Who can be the best at a point, column by column. */
import { groupedBy } from '../grouped.ts';
import {
  type BestSet,
  type BestSetOptions,
  bestSet,
  minimumSeeds,
  type Standing,
} from '../statistics/best-set.ts';
import { pairedDifference, type Scale, studentEstimate } from '../statistics/paired.ts';
import type { LeaderboardRow, Metric, Quantity } from './row.ts';
import { isShare } from './row-text.ts';

/** The columns on which methods are compared. */
export type RankedColumn = 'time' | 'memory' | 'metric';

/** What a board says of a row: its standing, or that it failed, or that it is no better than where it began. */
export interface Place {
  readonly standing:
    | Standing
    | 'failed'
    | 'worse-than-start'
    | 'no-better-than-start'
    | 'no-better-than-chance';
  readonly pValue?: number;
  /** Why nothing more is said. */
  readonly reason?: string;
}

/** One column of a point: a place for every row that has a number, by row key. */
export interface Board {
  readonly places: ReadonlyMap<string, Place>;
  /** The chance that every method that is truly the best is in the set; 1 for bytes. */
  readonly level: number;
  /** Seeds (for times: cells) that the comparison rests on. */
  readonly units: number;
}

/** The boards of a point. */
export type Boards = Readonly<Record<RankedColumn, Board>>;

/** Two cells were not measured at the same moment: what remains after the correction is about this large. */
const smallestTimeEffect = Math.log(1.05);

/** Bytes are exact, but a difference below this decides nothing. */
const smallestByteShare = 1.05;

/** A time has cells, which repeat better than trainings: three in turns tell factors apart. */
export const minimumCells = 3;

/** Compares the rows of one point (same problem, T, p and device) in every column. */
export function boardsOf(rows: readonly LeaderboardRow[]): Boards {
  return { time: timeBoard(rows), memory: memoryBoard(rows), metric: metricBoard(rows) };
}

function timeBoard(rows: readonly LeaderboardRow[]): Board {
  const timed = rows.filter(({ time }) => time !== undefined);
  const reasons = new Map<string, string>();
  for (const { key, time } of timed) {
    if (time?.hollow === true) reasons.set(key, 'the machine was too unsteady while it was timed');
    else if ((time?.cellsAtOnce ?? 1) > 1) reasons.set(key, 'another cell ran while it was timed');
  }
  return board(timed, ({ time }) => time, {
    reasons,
    options: {
      direction: 'lower',
      scale: 'log-ratio',
      minimumUnits: minimumCells,
      minimumEffect: smallestTimeEffect,
    },
  });
}

function memoryBoard(rows: readonly LeaderboardRow[]): Board {
  const measured = rows.flatMap(({ key, memory }) => (memory === undefined ? [] : [{ key, memory }]));
  const least = Math.min(...measured.map(({ memory }) => memory.median));
  const isLeast = (bytes: number): boolean => bytes <= least * smallestByteShare;
  const told = measured.some(({ memory }) => Number.isFinite(memory.median) && !isLeast(memory.median));
  const placeOf = (bytes: number): Place => {
    if (!Number.isFinite(bytes)) return { standing: 'failed' };
    if (!isLeast(bytes)) return { standing: 'worse' };
    return { standing: told ? 'best' : measured.length < 2 ? 'unranked' : 'undecided' };
  };
  return {
    places: new Map(measured.map(({ key, memory }) => [key, placeOf(memory.median)])),
    level: 1,
    units: 1,
  };
}

function metricBoard(rows: readonly LeaderboardRow[]): Board {
  const trained = rows.filter(({ metric }) => metric !== undefined);
  const metrics = trained.flatMap(({ metric }) => metric ?? []);
  const [first] = metrics;
  if (first === undefined) return { places: new Map(), level: 0, units: 0 };
  const gated = new Map<string, Place>();
  for (const { key, metric } of trained) {
    const place = metric && gateOf(metric, trained.length);
    if (place !== undefined) gated.set(key, place);
  }
  return board(trained, ({ metric }) => metric, {
    gated,
    options: {
      direction: first.spec.direction,
      scale: metricScale(metrics),
      minimumUnits: minimumSeeds,
    },
  });
}

/** Losses are compared by ratio, shares and what may be negative by difference. */
function metricScale(metrics: readonly Metric[]): Scale {
  const finite = metrics.flatMap(({ units }) => units.filter((value) => Number.isFinite(value)));
  const share = metrics.some(({ spec }) => isShare(spec));
  return !share && finite.every((value) => (value as number) > 0) ? 'log-ratio' : 'difference';
}

/**
 * A method that the seeds do not show to be better than chance, or than where it began, wins nothing. Too few seeds are said elsewhere.
 *
 * @param methods how many are asked about
 */
function gateOf({ units, start, spec }: Metric, methods: number): Place | undefined {
  const sign = spec.direction === 'higher' ? 1 : -1;
  const estimateOf = (gains: readonly (number | undefined)[]) => {
    const finite = gains.filter((gain): gain is number => gain !== undefined && Number.isFinite(gain));
    return finite.length < minimumSeeds ? undefined : studentEstimate(finite);
  };
  const isShown = (gain: ReturnType<typeof estimateOf>): boolean | undefined =>
    gain && gain.estimate > 0 && gain.pValue / 2 < 0.05;
  const gains = (from: (seed: number) => number | undefined): readonly (number | undefined)[] =>
    units.map((end, seed) => {
      const beginning = from(seed);
      return end === undefined || beginning === undefined ? undefined : sign * (end - beginning);
    });
  const since = estimateOf(gains((seed) => start[seed]));
  // A claim of its own, so it holds at 95 % for all methods of the board together.
  if (since && since.estimate < 0 && since.pValue * methods < 0.05) return { standing: 'worse-than-start' };
  if (isShown(since) === false) return { standing: 'no-better-than-start' };
  const { chance } = spec;
  if (chance !== undefined && isShown(estimateOf(gains(() => chance))) === false)
    return { standing: 'no-better-than-chance' };
  return undefined;
}

/** How a column is compared. */
interface BoardRules {
  readonly options: BestSetOptions;
  /** Rows that are not compared, and why. */
  readonly reasons?: ReadonlyMap<string, string>;
  readonly gated?: ReadonlyMap<string, Place>;
}

/** Lines numbers up by seed, so that differences are taken between equal seeds, and leaves out who failed anywhere. */
function board(
  rows: readonly LeaderboardRow[],
  pick: (row: LeaderboardRow) => Quantity | undefined,
  { options, reasons = new Map(), gated = new Map() }: BoardRules,
): Board {
  const places = new Map<string, Place>();
  for (const row of rows) {
    const failed = pick(row)?.units.some((value) => value !== undefined && !Number.isFinite(value)) === true;
    const reason = reasons.get(row.key);
    if (failed) places.set(row.key, { standing: 'failed' });
    else if (reason !== undefined) places.set(row.key, { standing: 'unranked', reason });
    else if (gated.has(row.key)) places.set(row.key, gated.get(row.key) as Place);
  }
  const contestants = linedUp(
    rows.filter(({ key }) => !places.has(key)),
    pick,
  );
  const set: BestSet = bestSet(contestants, options);
  for (const { name, standing, pValue } of set.places) {
    places.set(name, {
      standing,
      ...(pValue === undefined ? {} : { pValue }),
      ...(standing === 'unranked' ? { reason: set.reason ?? 'it lacks seeds that the others have' } : {}),
    });
  }
  return { places, level: set.level, units: set.units };
}

/** One number a seed, in the same order of seeds for all rows. */
function linedUp(
  rows: readonly LeaderboardRow[],
  pick: (row: LeaderboardRow) => Quantity | undefined,
): readonly { readonly name: string; readonly values: readonly (number | undefined)[] }[] {
  const seeds = [...new Set(rows.flatMap((row) => row.seeds))].sort((a, b) => a - b);
  return rows.flatMap((row) => {
    const quantity = pick(row);
    if (quantity === undefined) return [];
    const bySeed = new Map(row.seeds.map((seed, index) => [seed, quantity.units[index]]));
    return [{ name: row.key, values: seeds.map((seed) => bySeed.get(seed)) }];
  });
}

/**
 * Tells whether the seeds show one row to be better than another: Student's test of the paired differences, after Bonferroni for as many comparisons as
 * there are other rows. With fewer than five common seeds nothing is shown.
 */
export function shownBetter(
  rows: readonly LeaderboardRow[],
  pick: (row: LeaderboardRow) => Quantity | undefined,
  { direction, scale }: { readonly direction: 'lower' | 'higher'; readonly scale?: Scale },
): (row: LeaderboardRow, than: LeaderboardRow) => boolean {
  const values = new Map(linedUp(rows, pick).map((one) => [one.name, one.values]));
  const metrics = rows.flatMap(({ metric }) => metric ?? []);
  const sign = direction === 'higher' ? 1 : -1;
  return (row, than) => {
    const found = pairedDifference(
      values.get(row.key) ?? [],
      values.get(than.key) ?? [],
      scale ?? metricScale(metrics),
    );
    if (found === undefined || found.count < minimumSeeds) return false;
    return sign * found.estimate > 0 && found.pValue * (rows.length - 1) < 0.05;
  };
}

/** How far apart training with two methods ends: the mean over seeds that both have and on which neither failed, with Student's test of zero. */
export function pairedMetrics(
  one: LeaderboardRow,
  other: LeaderboardRow,
): { readonly count: number; readonly estimate: number; readonly pValue: number } {
  const [a, b] = linedUp([one, other], ({ metric }) => metric);
  const metrics = [one, other].flatMap(({ metric }) => metric ?? []);
  const found = pairedDifference(a?.values ?? [], b?.values ?? [], metricScale(metrics));
  return found ?? { count: 0, estimate: 0, pValue: 1 };
}

/** The rows of every point, in the order of the rows. */
export function byPoint(rows: readonly LeaderboardRow[]): ReadonlyMap<string, readonly LeaderboardRow[]> {
  return groupedBy(rows, (row) => row.point);
}

/** What stands behind a number: `best` of a set that others were told apart from; nothing where the data say nothing. */
export function placeText(place: Place | undefined): string {
  if (place === undefined) return '';
  const texts: Readonly<Record<Place['standing'], string>> = {
    best: 'best',
    worse: '',
    undecided: '',
    unranked: '',
    failed: 'failed',
    'worse-than-start': 'worse than start',
    'no-better-than-start': '= start',
    'no-better-than-chance': '= chance',
  };
  return texts[place.standing];
}

/** The same as a sentence. */
export function placeSentence(place: Place | undefined, { level, units }: Board): string {
  if (place === undefined) return '';
  const sure = level < 1 ? ` (${Math.round(100 * level)} %, ${units} repetitions)` : '';
  const texts: Readonly<Record<Place['standing'], string>> = {
    best: `among the best: nothing was shown to be better${sure}`,
    worse: `shown to be worse than the best${sure}`,
    undecided: `no difference shown${sure}`,
    unranked: `not compared: ${place.reason ?? 'there is nothing to compare with'}`,
    failed: 'not compared: it failed on at least one seed',
    'worse-than-start': 'not compared: shown to be worse than its start',
    'no-better-than-start': 'not compared: not shown to be better than its start',
    'no-better-than-chance': 'not compared: not shown to be better than chance',
  };
  return texts[place.standing];
}
