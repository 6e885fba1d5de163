import { describe, expect, it } from 'vitest';
import { randomUniform, rootKey } from './key.ts';
import { cos, exp, log, pow, sin } from './portable-math.ts';

const numbers = (count: number, low: number, high: number) =>
  Array.from(randomUniform(rootKey(1), 0, count), (u) => low + (high - low) * u);

describe('portable elementary functions agree with the engine', () => {
  it('sin and cos, near zero and far away', () => {
    for (const x of [
      ...numbers(4000, -20, 20),
      ...numbers(1000, -1e5, 1e5),
      0,
      1e-9,
      Math.PI,
      -Math.PI / 2,
    ]) {
      expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThan(1e-14);
      expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(1e-14);
    }
  });

  it('exp and log', () => {
    for (const x of numbers(4000, -40, 40)) {
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-14);
      expect(Math.abs(log(Math.exp(x)) - Math.log(Math.exp(x)))).toBeLessThan(
        1e-14 * Math.max(1, Math.abs(x)),
      );
    }
    expect(log(1)).toBe(0);
    expect(exp(0)).toBe(1);
  });

  it('pow', () => {
    for (const x of numbers(1000, 0.01, 200)) {
      expect(Math.abs(pow(x, -0.37) / x ** -0.37 - 1)).toBeLessThan(1e-14);
    }
  });

  it('answer the edges as the engine does', () => {
    expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(log(-1)).toBeNaN();
    expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(800)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(-800)).toBe(0);
    expect(sin(Number.NaN)).toBeNaN();
    expect(sin(Number.POSITIVE_INFINITY)).toBeNaN();
  });
});
