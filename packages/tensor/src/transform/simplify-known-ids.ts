/**
 * @file Gathering and summing by ids that are written in the program. What a device would look up for every element is known here: runs
 * of equal ids are slices and repetitions, and any other ids are listed by segment once, so that a sum reads its own terms only. Work is
 * O(ids + segments), where a look through all ids for each segment is their product.
 */
import { elementCount } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { gather, segmentSum } from '../ops/indexing/gather-segment-sum.ts';
import { array, valuesOfArray } from '../ops/leaf/input.ts';
import { pad, slice } from '../ops/movement/pad-slice.ts';
import { reshape } from '../ops/movement/reshape.ts';
import { broadcastTo, sum } from '../ops/reduction/sum-broadcast.ts';
import { type Rule, ruleOn } from './simplify-rule.ts';

/** Segments `first` to `first + count − 1`, each `length` times in a row. */
interface EqualRuns {
  readonly first: number;
  readonly count: number;
  readonly length: number;
}

export const knownIdRules: readonly Rule[] = [
  ruleOn({
    says: 'gather by known runs 3, 3, 4, 4, … is a slice, its rows repeated',
    on: [gather.op],
    exact: true,
    rewrite: (current) => {
      const [x, indices] = current.inputs as [Tensor, Tensor];
      const [batch, rows, width] = x.shape as [number, number, number];
      const runs = equalRuns(indices, rows);
      if (runs === undefined) return undefined;
      const { first, count, length } = runs;
      const cut = slice(x, [0, first, 0], [batch, first + count, width]);
      const each = reshape(cut, [batch, count, 1, width]);
      return reshape(broadcastTo(each, [batch, count, length, width]), current.shape);
    },
  }),
  ruleOn({
    says: 'segmentSum by known runs 3, 3, 4, 4, … is a sum over an axis',
    on: [segmentSum.op],
    exact: false,
    rewrite: (current) => {
      const [values, ids] = current.inputs as [Tensor, Tensor];
      const [batch, segments, width] = current.shape as [number, number, number];
      const runs = equalRuns(ids, segments);
      if (runs === undefined) return undefined;
      const { first, count, length } = runs;
      const sums = sum(reshape(values, [batch, count, length, width]), 2);
      return pad(sums, [0, first, 0], [0, segments - first - count, 0]);
    },
  }),
  ruleOn({
    says: 'segmentSum by known ids is a sum of gathered members',
    on: [segmentSum.op],
    exact: false,
    rewrite: (current) => {
      const [values, ids] = current.inputs as [Tensor, Tensor];
      const [, segments] = current.shape as [number, number, number];
      const known = idsOf(ids);
      if (known === undefined || known.length === 0 || segments === 0) return undefined;
      const { members, length, owners } = tableOf(ids, known, segments);
      const [batch, , width] = values.shape as [number, number, number];
      const lists = elementCount(members.shape) / length;
      const listed = gather(values, members, 1, { batched: true });
      const sums = sum(reshape(listed, [batch, lists, length, width]), 2);
      return owners === undefined ? sums : segmentSum(sums, owners, segments);
    },
  }),
];

/** The ids of a program that has them in it, the same for every member of the batch; undefined for all others. */
function idsOf(ids: Tensor): Float64Array | undefined {
  return ids.shape[0] === 1 ? valuesOfArray(baseOf(ids)) : undefined;
}

function baseOf(ids: Tensor): Tensor {
  let base = ids;
  while (base.op === reshape.op) base = base.inputs[0]!;
  return base;
}

const allRuns = new WeakMap<Tensor, EqualRuns | 'none'>();

/** The runs that ids come in, where these are of `segments` neighbours and all of one length. */
function equalRuns(ids: Tensor, segments: number): EqualRuns | undefined {
  const known = idsOf(ids);
  if (known === undefined || known.length === 0) return undefined;
  const base = baseOf(ids);
  const runs = allRuns.get(base) ?? findRuns(known);
  allRuns.set(base, runs);
  return runs !== 'none' && runs.first + runs.count <= segments ? runs : undefined;
}

function findRuns(ids: Float64Array): EqualRuns | 'none' {
  const first = ids[0]!;
  const end = ids.findIndex((id) => id !== first);
  const length = end < 0 ? ids.length : end;
  const count = ids.length / length;
  const regular = Number.isInteger(count) && ids.every((id, i) => id === first + Math.floor(i / length));
  return regular ? { first, count, length } : 'none';
}

/** Which rows belong to each list. */
interface MemberTable {
  /** Row numbers in their order, u32 [lists · length]; after a list's last member a number that no row has, which reads 0. */
  readonly members: Tensor;
  readonly length: number;
  /** The segment that each list is a part of, in ascending order; undefined where list k is all of segment k. */
  readonly owners: Tensor | undefined;
}

/** Lists have as many places as this, where segments are so uneven that long ones are cut into several lists. */
const shortestCutList = 8;
/** How much longer than the mean the longest list may be before it is cut. */
const mostPadding = 2;

const tables = new WeakMap<Tensor, Map<number, MemberTable>>();

/**
 * One list a segment where they are about even. Else lists of a fixed length, whose sums are then summed by segment: each level divides
 * the longest segment by that length, so sums have the shape of a tree, whatever the ids.
 */
function tableOf(ids: Tensor, known: Float64Array, segments: number): MemberTable {
  // Equal tables are one leaf, whichever graph they are in.
  const base = baseOf(ids);
  const own = tables.get(base) ?? new Map<number, MemberTable>();
  tables.set(base, own);
  const found = own.get(segments) ?? makeTable(known, segments);
  own.set(segments, found);
  return found;
}

function makeTable(ids: Float64Array, segments: number): MemberTable {
  const members: number[][] = Array.from({ length: segments }, () => []);
  ids.forEach((id, row) => {
    if (id < segments) members[id]!.push(row);
  });
  const longest = members.reduce((most, list) => Math.max(most, list.length), 1);
  const even = Math.max(1, Math.ceil((mostPadding * ids.length) / segments));
  if (longest <= even) return { ...asTable(members, longest, ids.length), owners: undefined };
  const length = Math.max(shortestCutList, even);
  const lists: number[][] = [];
  const owners: number[] = [];
  members.forEach((list, segment) => {
    for (let start = 0; start < list.length; start += length) {
      lists.push(list.slice(start, start + length));
      owners.push(segment);
    }
  });
  return { ...asTable(lists, length, ids.length), owners: array(owners, [1, owners.length], 'u32') };
}

function asTable(lists: readonly (readonly number[])[], length: number, none: number) {
  const members = lists.flatMap((list) => [...list, ...Array<number>(length - list.length).fill(none)]);
  return { members: array(members, [1, members.length], 'u32'), length };
}
