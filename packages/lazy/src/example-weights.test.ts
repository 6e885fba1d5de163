/**
 * Example weights in closed form: L(φ; ε) = Σ_i (w_i + ε_i) ½(x_i·φ − y_i)², V(φ) = ½‖φ − v‖², one descent step of length α. The derivative
 * by ε_i is minus a step length times ⟨∇ℓ_i, v⟩, at the point and with the length that each variant names.
 */
import { weightedRegression } from '@longhorizon/bilevel/problems';
import { describe, expect, it } from 'vitest';
import { lazy } from './lazy.ts';
import type { LazyOptions } from './options.ts';
import { gradientOf, largestDifference } from './testing/results.ts';

const alpha = 0.05;
const x = [
  [1, 0.5],
  [-0.3, 1.2],
  [0.8, -0.7],
];
const y = [1, -0.5, 0.3];
const w = [1, 2, 0.5];
const [start, target] = [
  [0.2, -0.4],
  [0.9, -0.3],
];

const problem = weightedRegression({
  x,
  y,
  weights: w,
  epsilon: [0, 0, 0],
  start: start!,
  v: target!,
  rate: alpha,
});

const inner = (a: readonly number[], b: readonly number[]) => a.reduce((sum, one, j) => sum + one * b[j]!, 0);
/** ∇ℓ_i */
const slope = (i: number, phi: readonly number[]) => x[i]!.map((one) => one * (inner(x[i]!, phi) - y[i]!));
/** ∇L */
const slopes = (phi: readonly number[]) =>
  phi.map((_, j) => w.reduce((sum, own, i) => sum + own * slope(i, phi)[j]!, 0));
const descended = (phi: readonly number[]) => phi.map((one, j) => one - alpha * slopes(phi)[j]!);

function student(k: number): number[][] {
  const points: number[][] = [start!];
  for (let step = 0; step < k; step++) points.push(descended(points.at(-1)!));
  return points;
}

describe('weights of examples, in float64', () => {
  for (const k of [1, 6])
    for (const beta of [1, 0.4])
      it(`k = ${k}, β = ${beta}`, async () => {
        const points = student(k);
        const value = start!.map((one, j) => one + beta * (points[k]![j]! - one));
        const v = value.map((one, j) => one - target![j]!);
        const g = slopes(start!);
        const moved = start!.map((one, j) => one - value[j]!);
        const secant = inner(moved, g) / inner(g, g);
        const Lambda = moved.map((one, j) => one / g[j]!);
        const rows: [LazyOptions, (i: number) => number][] = [
          [{ variant: 'L1' }, (i) => -alpha * inner(slope(i, start!), v)],
          [{ variant: 'L1', alphaEff: 'k·inner' }, (i) => -k * alpha * inner(slope(i, start!), v)],
          [{ variant: 'L2' }, (i) => -secant * inner(slope(i, start!), v)],
          [
            { variant: 'L3', epsilon: 0 },
            (i) =>
              -inner(
                slope(i, start!).map((one, j) => one * Lambda[j]!),
                v,
              ),
          ],
          [{ variant: 'L4' }, (i) => -alpha * beta * inner(slope(i, points[k - 1]!), v)],
        ];
        for (const [options, of] of rows) {
          const found = await gradientOf(problem, lazy({ ...options, beta }), k);
          expect(largestDifference(found, [0, 1, 2].map(of)), JSON.stringify(options)).toBeLessThan(1e-13);
        }
      });
});
