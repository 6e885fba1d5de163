/**
 * @file Places arrays in one arena so that those which live at the same time do not overlap: largest first, each at the lowest
 * offset that is free during its whole life.
 */
import type { ByteClass } from '../device/ledger.ts';

/** Offsets of bindings are multiples of this everywhere (the WebGPU default limit). */
export const offsetAlignment = 256;

export interface Life<T> {
  readonly item: T;
  readonly bytes: number;
  readonly class: ByteClass;
  /** First and last step of the plan at which the bytes are in use. */
  readonly first: number;
  readonly last: number;
}

export interface ArenaLayout<T> {
  readonly offsets: ReadonlyMap<T, number>;
  readonly bytes: number;
  /** What the bytes are at the fullest moment; alignment and gaps count as padding. The sum is `bytes`. */
  readonly classes: Readonly<Partial<Record<ByteClass, number>>>;
  /** Bytes in use at each step. */
  readonly overTime: readonly number[];
}

const aligned = (bytes: number) => Math.ceil(bytes / offsetAlignment) * offsetAlignment;

export function layOutArena<T>(lives: readonly Life<T>[], steps: number): ArenaLayout<T> {
  const order = lives.map((life, index) => ({ life, index }));
  order.sort((a, b) => b.life.bytes - a.life.bytes || a.life.first - b.life.first || a.index - b.index);
  const placed: { life: Life<T>; offset: number; end: number }[] = [];
  const offsets = new Map<T, number>();
  let bytes = 0;
  for (const { life } of order) {
    const size = aligned(life.bytes);
    const busy = placed.filter(({ life: other }) => other.first <= life.last && life.first <= other.last);
    busy.sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const other of busy) {
      if (offset + size <= other.offset) break;
      offset = Math.max(offset, other.end);
    }
    placed.push({ life, offset, end: offset + size });
    offsets.set(life.item, offset);
    bytes = Math.max(bytes, offset + size);
  }
  const overTime = new Array<number>(steps).fill(0);
  for (const life of lives)
    for (let step = life.first; step <= life.last; step++) overTime[step]! += life.bytes;
  let fullest = 0;
  for (let step = 1; step < steps; step++) if (overTime[step]! > overTime[fullest]!) fullest = step;
  const classes: Partial<Record<ByteClass, number>> = {};
  let used = 0;
  for (const life of lives) {
    if (life.first > fullest || life.last < fullest) continue;
    classes[life.class] = (classes[life.class] ?? 0) + life.bytes;
    used += life.bytes;
  }
  if (bytes > used) classes.padding = (classes.padding ?? 0) + bytes - used;
  return { offsets, bytes, classes, overTime };
}
