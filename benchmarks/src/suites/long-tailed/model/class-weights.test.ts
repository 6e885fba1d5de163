import { describe, expect, it } from 'vitest';
import { classBalancedWeights } from './class-weights.ts';

describe('class-balanced weights', () => {
  it('are (1 − b)/(1 − b^n), rescaled to sum to the number of classes', () => {
    const [counts, b] = [[5000, 500, 50], 0.9999];
    const raw = counts.map((n) => (1 - b) / (1 - b ** n));
    const total = raw.reduce((sum, one) => sum + one);
    const weights = classBalancedWeights(counts, b);
    weights.forEach((weight, y) => {
      expect(weight).toBeCloseTo((3 * raw[y]!) / total, 9);
    });
    expect(weights.reduce((sum, one) => sum + one)).toBeCloseTo(3, 12);
  });

  it('go from equal at b = 0 to inverse frequency as b → 1', () => {
    expect([...classBalancedWeights([900, 9], 0)]).toEqual([1, 1]);
    const [head, tail] = classBalancedWeights([900, 9], 1 - 1e-9);
    expect(tail! / head!).toBeCloseTo(100, 3);
  });

  it('refuse a class without examples, and b outside of 0 to 1', () => {
    expect(() => classBalancedWeights([10, 0])).toThrow(/class 1 has 0 examples/);
    expect(() => classBalancedWeights([10, 2], 1)).toThrow(
      /b = 1 was asked for; give a number from 0 to below 1/,
    );
  });
});
