import { describe, expect, it } from 'vitest';
import { endLabels, pixelOf } from './end-labels.ts';

describe('names at the ends of lines', () => {
  it('stand where their lines end when there is room', () => {
    const labels = endLabels(
      [
        { name: 'a', x: 300, y: 50 },
        { name: 'b', x: 300, y: 100 },
      ],
      260,
    );
    expect(labels.map(({ name, labelY }) => [name, labelY])).toEqual([
      ['a', 50],
      ['b', 100],
    ]);
  });

  it('never touch, stay in the plot, and keep the order of the ends', () => {
    const ends = Array.from({ length: 12 }, (_, index) => ({
      name: `m${index}`,
      x: 300,
      y: 200 + (index % 3),
    }));
    const labels = endLabels(ends, 260);
    const places = labels.map(({ labelY }) => labelY);
    for (const [index, place] of places.entries()) {
      if (index > 0) expect(place - (places[index - 1] as number)).toBeCloseTo(14, 9);
      expect(place).toBeGreaterThan(0);
      expect(place).toBeLessThan(260);
    }
    expect(labels.map(({ y }) => y)).toEqual([...labels.map(({ y }) => y)].sort((a, b) => a - b));
  });

  it('begin at the top where there are more than fit', () => {
    const ends = Array.from({ length: 30 }, (_, index) => ({ name: `m${index}`, x: 0, y: 10 }));
    expect(endLabels(ends, 260)[0]?.labelY).toBe(7);
  });

  it('places on an axis are pixels', () => {
    expect(pixelOf(10, { scale: 'log', domain: [1, 100], size: 300 })).toBeCloseTo(150, 9);
    expect(pixelOf(25, { scale: 'linear', domain: [0, 100], size: 300 })).toBe(75);
  });
});
