/** @file Inputs for kernels under judgement: fresh random ones, and some that find the usual faults. */
import type { Expected, KernelTask, OperandPlace } from './task.ts';

/** Operands of one run, with what comes of them. */
export interface Draw {
  readonly name: string;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly expected: Expected;
  /** What the result's buffer holds before: poison, or what the draw before it left. */
  readonly before: 'poison' | 'stale';
}

/** A 32-bit number from a seed and a place: the finaliser of MurmurHash3 (Appleby) over both. */
function hash(seed: number, place: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(place + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform in [0, 1), 24 bits: exact in float32. */
const unit = (seed: number, place: number): number => (hash(seed, place) >>> 8) / 2 ** 24;

type Value = (seed: number, place: number) => number;

const uniform: Value = (seed, place) => 2 * unit(seed, place) - 1;
/** Of either sign, over six orders of magnitude: sums cancel, and rounding shows where the order of a sum is wrong. */
const wide: Value = (seed, place) =>
  (hash(seed + 1, place) & 1 ? 1 : -1) * 2 ** (20 * unit(seed, place) - 10);
const integer: Value = (seed, place) => 1 + (hash(seed, place) & 1023);

/** About one element of a sum is not zero: a value that lands at a wrong place is wrong by at least one. */
const sparse =
  (depth: number): Value =>
  (seed, place) =>
    unit(seed + 1, place) * depth < 2 ? (hash(seed, place) & 1 ? 1 : -1) : 0;

function filled({ length, gap }: OperandPlace, seed: number, value: Value): Float32Array {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++)
    values[i] = gap !== undefined && i % gap.line >= gap.used ? Number.NaN : value(seed, i);
  return values;
}

/** A place of an operand that is no gap. */
function placeIn({ length, gap }: OperandPlace, seed: number): number {
  const place = hash(seed, length) % length;
  return gap === undefined ? place : place - (place % gap.line) + ((place % gap.line) % gap.used);
}

/** Products above which only two draws are made: the exact result of each costs a second and more. */
const many = 2 ** 27;

/**
 * The inputs of one judgement. Which element is wrong, cached or left out cannot be known beforehand: the seed is new each time.
 *
 * @param seed a 32-bit number
 */
export function drawsFor(task: KernelTask, seed: number): readonly Draw[] {
  const { a: placeA, b: placeB, depth } = task;
  const made = (name: string, a: Float32Array, b: Float32Array, before: Draw['before']): Draw => ({
    name,
    a,
    b,
    expected: task.reference(a, b),
    before,
  });
  const [seedA, seedB] = [hash(seed, 1), hash(seed, 2)];
  const draw = (name: string, ofA: Value, ofB: Value): Draw =>
    made(name, filled(placeA, seedA, ofA), filled(placeB, seedB, ofB), 'poison');
  const wideDraw = draw('wide range', wide, wide);
  const placed = draw('sparse integers', sparse(depth), integer);
  if (placeA.length === 0 || placeB.length === 0) return [wideDraw];
  if (task.batch * task.rows * task.columns * depth > many) return [wideDraw, { ...placed, before: 'stale' }];
  const random = draw('uniform', uniform, uniform);
  const [changedA, changedB] = [random.a.slice(), random.b.slice()];
  changedA[placeIn(placeA, hash(seed, 3))]! += 1.5;
  changedB[placeIn(placeB, hash(seed, 4))]! -= 1.5;
  const [brokenA, brokenB] = [filled(placeA, seedA, integer), filled(placeB, seedB, integer)];
  brokenA[placeIn(placeA, hash(seed, 5))] = Number.NaN;
  if (!task.padded) brokenB[placeIn(placeB, hash(seed, 6))] = Number.POSITIVE_INFINITY;
  return [
    random,
    // What was kept of the draw before is nearly right, and what it left is there to be found.
    made('two elements changed', changedA, changedB, 'stale'),
    wideDraw,
    placed,
    made('NaN and infinity', brokenA, brokenB, 'poison'),
  ];
}
