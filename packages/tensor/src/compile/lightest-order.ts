/**
 * @file An order of fusion groups in which few bytes live at the fullest moment. The order in which a graph was written has a gradient's first half wait in memory
 * while its second is made; what frees more than it takes should run early, and what takes more than it frees late.
 */
import type { Tensor } from '../graph/tensor.ts';
import { regionsOf } from './placement.ts';
import type { Fusion, Schedule } from './schedule.ts';
import { type Region, regionBytes, type Storage } from './storage.ts';

/** Changes of an order at most; each lowers the fullest moment. */
const mostMoves = 64;
/** Groups whose values take less than this share of the fullest moment are not moved for it. */
const leastShare = 1 / 64;

/**
 * Groups in an order in which they may run. From the given one on, a group is moved behind the fullest moment with what waits for it, or before that moment
 * with what it waits for, as long as one such move makes that moment less full: the one that lowers it most.
 *
 * @param storage where values lie; those outside the arena cost nothing
 */
export function lightestOrder(schedule: Schedule, storage: ReadonlyMap<Tensor, Storage>): readonly Fusion[] {
  const { fusions } = schedule;
  const numbers = new Map(fusions.map((fusion, k) => [fusion, k]));
  const waitsFor = fusions.map((fusion) => new Set([...fusion.before].map((one) => numbers.get(one)!)));
  const touches = regionsOf(schedule, storage);
  let order: readonly number[] = [...fusions.keys()];
  for (let move = 0; move < mostMoves; move++) {
    const better = bestMove(order, waitsFor, touches);
    if (better === undefined) break;
    order = better;
  }
  return order.map((k) => fusions[k]!);
}

/** The order after the best move; undefined where none makes the fullest moment less full. */
function bestMove(
  order: readonly number[],
  waitsFor: readonly ReadonlySet<number>[],
  touches: readonly (readonly Region[])[],
): readonly number[] | undefined {
  const { bytes, at, large } = fullest(order, touches);
  const last = order.length - 1;
  const backwards = [...order].reverse();
  let best: readonly number[] | undefined;
  let fewest = bytes;
  for (const [place, k] of order.entries()) {
    if (!touches[k]!.some((region) => large.has(region))) continue;
    const candidates = [
      ...moved(order, place, at, (one, other) => waitsFor[other]!.has(one)),
      // What is before a moment is behind it, seen from the end.
      ...moved(backwards, last - place, last - at, (one, other) => waitsFor[one]!.has(other)).map((way) =>
        way.reverse(),
      ),
    ];
    for (const candidate of candidates) {
      const found = fullest(candidate, touches).bytes;
      if (found < fewest) [fewest, best] = [found, candidate];
    }
  }
  return best;
}

/**
 * The group at `place`, with more and more of those that it takes with it, behind the moment `at`: directly, and as late as the next of them allows.
 *
 * @param takes whether a group cannot be moved there without another
 */
function moved(
  order: readonly number[],
  place: number,
  at: number,
  takes: (one: number, other: number) => boolean,
): readonly number[][] {
  const found: number[][] = [];
  const block = [order[place]!];
  const passed: number[] = [];
  for (let end = place + 1; place <= at && end <= order.length; end++) {
    const next = order[end];
    const isTaken = next !== undefined && block.some((one) => takes(one, next));
    if (end > at && passed.length > 0 && (end === at + 1 || isTaken || next === undefined))
      found.push([...order.slice(0, place), ...passed, ...block, ...order.slice(end)]);
    if (next !== undefined) (isTaken ? block : passed).push(next);
  }
  return found;
}

/** The bytes of the fullest moment of an order, which it is, and the regions that live then and are worth a move. */
function fullest(
  order: readonly number[],
  touches: readonly (readonly Region[])[],
): { readonly bytes: number; readonly at: number; readonly large: ReadonlySet<Region> } {
  const first = new Map<Region, number>();
  const last = new Map<Region, number>();
  for (const [at, k] of order.entries())
    for (const region of touches[k]!) {
      if (!first.has(region)) first.set(region, at);
      last.set(region, at);
    }
  const change = new Array<number>(order.length + 1).fill(0);
  for (const [region, at] of first) {
    const bytes = regionBytes(region.elements);
    change[at]! += bytes;
    change[last.get(region)! + 1]! -= bytes;
  }
  let [bytes, at, live] = [0, 0, 0];
  for (let moment = 0; moment < order.length; moment++) {
    live += change[moment]!;
    if (live > bytes) [bytes, at] = [live, moment];
  }
  const isLarge = (region: Region): boolean =>
    first.get(region)! <= at && last.get(region)! >= at && regionBytes(region.elements) >= leastShare * bytes;
  return { bytes, at, large: new Set([...first.keys()].filter(isLarge)) };
}
