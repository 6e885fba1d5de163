import { describe, expect, it } from 'vitest';
import type { ByteClass } from '../device/ledger.ts';
import { type Life, layOutArena, offsetAlignment } from './memory.ts';

const life = (item: string, bytes: number, first: number, last: number): Life<string> => ({
  item,
  bytes,
  class: 'scratch',
  first,
  last,
});

describe('the arena', () => {
  it('gives the same memory to values that never live together', () => {
    const { offsets, bytes } = layOutArena([life('a', 1024, 0, 1), life('b', 1024, 2, 3)], 4);
    expect(offsets.get('a')).toBe(offsets.get('b'));
    expect(bytes).toBe(1024);
  });

  it('puts values into gaps that fit exactly', () => {
    const lives = [life('before', 1024, 0, 0), life('above', 1000, 0, 1), life('after', 900, 1, 1)];
    const { offsets, bytes } = layOutArena(lives, 2);
    expect(lives.map(({ item }) => offsets.get(item))).toEqual([0, 1024, 0]);
    expect(bytes).toBe(2048);
  });

  it('says what its bytes are at the fullest moment, the first and last steps of lives included', () => {
    const of = (item: string, name: ByteClass, bytes: number, first: number, last: number) => ({
      ...life(item, bytes, first, last),
      class: name,
    });
    const { bytes, classes, overTime } = layOutArena(
      [
        of('ends', 'residuals', 1024, 0, 1),
        of('begins', 'tangents', 300, 1, 2),
        of('later', 'weights', 900, 2, 3),
      ],
      4,
    );
    expect(overTime).toEqual([1024, 1324, 1200, 900]);
    // 300 bytes take 512.
    expect(bytes).toBe(1536);
    expect(classes).toEqual({ residuals: 1024, tangents: 300, padding: 212 });
  });

  it('never overlaps values that live together, whatever their sizes', () => {
    // A fixed pseudo-random set: sizes and lives from a linear congruence.
    let seed = 12345;
    const next = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    const lives = Array.from({ length: 200 }, (_, k) => {
      const first = next(50);
      return life(`v${k}`, 16 * (1 + next(400)), first, Math.min(49, first + next(12)));
    });
    const { offsets, bytes, classes } = layOutArena(lives, 50);
    for (const a of lives)
      for (const b of lives) {
        if (a === b || a.last < b.first || b.last < a.first) continue;
        const startA = offsets.get(a.item)!;
        const startB = offsets.get(b.item)!;
        expect(startA + a.bytes <= startB || startB + b.bytes <= startA).toBe(true);
      }
    for (const offset of offsets.values()) expect(offset % offsetAlignment).toBe(0);
    expect(Object.values(classes).reduce((sum, one) => sum + one, 0)).toBe(bytes);
  });
});
