/** @file What a method's training gains, as a share of what the exact one gains: one scale and one direction for all problems. */
import type { Suite } from '../cell/suite.ts';
import { byPoint } from './board.ts';
import { quantityOf } from './quantity.ts';
import type { LeaderboardRow, Quantity } from './row.ts';

/** The gain of each of some rows over that of a reference method of the suite at the same point. */
export function gainsOver(
  suite: Suite,
  rows: readonly LeaderboardRow[],
): (row: LeaderboardRow) => Quantity | undefined {
  const references = new Set(
    suite.methods.filter(({ role }) => role === 'reference').map(({ name }) => name),
  );
  const points = byPoint(rows);
  return (row) =>
    gainShare(
      row,
      points.get(row.point)?.find(({ method, metric }) => references.has(method) && metric !== undefined),
    );
}

/**
 * (start − end) of a row over (start − end) of the reference, seed by seed. Only seeds that both have, and on which the reference gains.
 *
 * @returns undefined where no seed is left
 */
export function gainShare(row: LeaderboardRow, reference: LeaderboardRow | undefined): Quantity | undefined {
  if (reference === undefined) return undefined;
  const ofReference = new Map(reference.seeds.map((seed, index) => [seed, gainAt(reference, index)]));
  return quantityOf(
    row.seeds.map((seed, index) => {
      const [own, exact] = [gainAt(row, index), ofReference.get(seed)];
      return own === undefined || exact === undefined || exact <= 0 ? undefined : own / exact;
    }),
  );
}

/** By how much the metric got better on a seed; undefined where it began or ended nowhere. */
function gainAt({ metric }: LeaderboardRow, index: number): number | undefined {
  const [start, end] = [metric?.start[index], metric?.units[index]];
  if (metric === undefined || start === undefined || end === undefined) return undefined;
  const gain = metric.spec.direction === 'higher' ? end - start : start - end;
  return Number.isFinite(gain) ? gain : undefined;
}
