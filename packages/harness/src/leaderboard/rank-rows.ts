import type { Replicates } from '../statistics/paired.ts';
import { type Place, type RankOptions, rankWithTies } from '../statistics/rank.ts';
import { groupedBy } from './group.ts';
import type { LeaderboardRow } from './row.ts';

/** The columns that are ranked. */
export type RankedColumn = 'time' | 'memory' | 'metric';

/** The places of the rows of one point, by row key. */
export type Places = Readonly<Record<RankedColumn, ReadonlyMap<string, Place>>>;

/** Differences in time below five percent are ties: two cells were not measured at the same moment. */
const smallestTimeEffect = Math.log(1.05);

/** Ranks the rows of one point (same problem, T, p and device) in every column. */
export function rankRows(rows: readonly LeaderboardRow[]): Places {
  const metric = rows.find((row) => row.metric !== undefined)?.metric;
  // Where all were timed in turns with the same work, their multiples of it are compared: what the machine did meanwhile cancels out.
  const timed = rows.filter((row) => row.time !== undefined);
  const inTurns = timed.every((row) => row.time?.beside !== undefined || row.time?.median === Infinity);
  return {
    time: rank(rows, ({ time }) => (inTurns ? (time?.beside ?? time) : time)?.replicates, {
      direction: 'lower',
      scale: 'log-ratio',
      minimumEffect: smallestTimeEffect,
      resamples: 500,
    }),
    memory: rank(rows, (row) => row.memory?.replicates, { direction: 'lower', exact: true }),
    metric: rank(rows, (row) => row.metric?.replicates, {
      direction: metric?.spec.direction ?? 'higher',
      inside: 'mean',
      pairedInside: metric?.paired ?? false,
    }),
  };
}

/** Replicates are lined up by seed, so that differences are taken between equal seeds. */
function rank(
  rows: readonly LeaderboardRow[],
  pick: (row: LeaderboardRow) => Replicates | undefined,
  options: RankOptions,
): ReadonlyMap<string, Place> {
  const seeds = [...new Set(rows.flatMap((row) => row.seeds))].sort((a, b) => a - b);
  const contestants = rows.flatMap((row) => {
    const replicates = pick(row);
    if (replicates === undefined) return [];
    const bySeed = new Map(row.seeds.map((seed, index) => [seed, replicates[index]]));
    return [{ name: row.key, replicates: seeds.map((seed) => bySeed.get(seed) ?? []) }];
  });
  return new Map(rankWithTies(contestants, options).map((place) => [place.name, place]));
}

/** A place as text: `2`, or `2–4` for a tie of three, with a question mark where too little is known. */
export function placeText(place: Place | undefined): string {
  if (place === undefined) return '';
  const range = place.tied === 1 ? String(place.rank) : `${place.rank}–${place.rank + place.tied - 1}`;
  return place.proven ? range : `${range}?`;
}

/** The rows of every point, in the order of the rows. */
export function byPoint(rows: readonly LeaderboardRow[]): ReadonlyMap<string, readonly LeaderboardRow[]> {
  return groupedBy(rows, (row) => row.point);
}
