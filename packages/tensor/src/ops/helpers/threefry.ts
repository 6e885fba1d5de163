/**
 * @file Threefry-2x32 with 20 rounds, on the host and as WGSL: (key, counter) → two random words, with no
 *   state.
 *
 * Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), with the
 * rotations and the parity
 * word of Random123.
 *
 * How counters are used, so that host and device draw alike and nothing is drawn twice:
 * - a drawn word: block (stream, i) with stream < 2³¹;
 * - a child key: block (hash of its axis | 2³¹, index).
 */
import type { WgslType } from '../../graph/lowering.ts';

const PARITY = 0x1bd11bda;
const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** Both words of the block `counter` under `key`, unsigned. */
export function threefry2x32(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
): readonly [number, number] {
  const keys = [key0, key1, key0 ^ key1 ^ PARITY];
  let x = (counter0 + key0) | 0;
  let y = (counter1 + key1) | 0;
  for (let group = 0; group < 5; group++) {
    for (const rotation of rotations[group % 2]!) {
      x = (x + y) | 0;
      y = ((y << rotation) | (y >>> (32 - rotation))) ^ x;
    }
    x = (x + keys[(group + 1) % 3]!) | 0;
    y = (y + keys[(group + 2) % 3]! + group + 1) | 0;
  }
  return [x >>> 0, y >>> 0];
}

/** Lines of WGSL that leave the two words of block (c0, c1) under key (k0, k1) in the variables x and y. */
export function threefryLines(type: WgslType): string {
  const { text: T } = type;
  const lines = [`let k2 = k0 ^ k1 ^ ${T}(${PARITY}u);`, 'var x = c0 + k0;', 'var y = c1 + k1;'];
  for (let group = 0; group < 5; group++) {
    for (const rotation of rotations[group % 2]!)
      lines.push(`x += y; y = ((y << ${T}(${rotation}u)) | (y >> ${T}(${32 - rotation}u))) ^ x;`);
    lines.push(`x += k${(group + 1) % 3}; y += k${(group + 2) % 3} + ${T}(${group + 1}u);`);
  }
  return lines.join('\n  ');
}

/** 32-bit FNV-1a over the UTF-8 bytes of a name (Fowler, Noll and Vo): the number of an axis. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** First counter word of the child keys of an axis. */
export const childCounter = (axis: string): number => (hashName(axis) | 0x80000000) >>> 0;
