import { describe, expect, it } from 'vitest';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { input } from '../ops/leaf/input.ts';
import { alias } from '../ops/movement/alias.ts';
import { transpose } from '../ops/movement/transpose.ts';
import { tanh } from '../ops/transcendental/tanh.ts';
import { barriersOf } from './barriers.ts';

describe('nodes behind barriers', () => {
  it('are none where there is no barrier', () => {
    const x = input([4]);
    expect(barriersOf([tanh(x)])).toEqual({ again: new Set(), recomputed: new Set() });
  });

  it('are all that depends on one, and what needs nothing new is a recomputation', () => {
    const x = input([4]);
    const barrier = alias(x);
    const once = tanh(x);
    const twice = tanh(barrier);
    const cotangent = input([4]);
    const gradient = multiply(twice, multiply(cotangent, once));
    const { again, recomputed } = barriersOf([gradient]);
    expect(again).toEqual(new Set([barrier, twice, gradient]));
    expect(recomputed).toEqual(new Set([barrier, twice]));
  });

  it('recompute with arrays that are given, and with views of them, but with nothing that is computed elsewhere', () => {
    const [x, given, elsewhere] = [input([3, 3]), input([3, 3]), tanh(input([3, 3]))];
    const barrier = alias(x);
    const scaled = multiply(barrier, transpose(given));
    const mixed = multiply(barrier, elsewhere);
    const { recomputed } = barriersOf([scaled, mixed]);
    expect(recomputed.has(scaled)).toBe(true);
    expect(recomputed.has(mixed)).toBe(false);
  });

  it('recompute with what led to a barrier', () => {
    const inner = tanh(input([4]));
    const barrier = alias(inner);
    const beside = multiply(barrier, inner);
    expect(barriersOf([beside]).recomputed.has(beside)).toBe(true);
  });
});
