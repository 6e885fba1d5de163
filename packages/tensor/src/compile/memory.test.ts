import { describe, expect, it } from 'vitest';
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
