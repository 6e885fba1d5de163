/**
 * The numbers Z1 of the specification, to the digits it gives, and what must hold on quadratics: L(φ) = ½(φ − c)ᵀG(φ − c),
 * V(φ) = ½‖φ − v‖², θ = 0, α = 0.1.
 */
import { exactReverse, greedyMaml, hyper, type Method } from '@longhorizon/bilevel';
import { diagonal, quadraticMaml } from '@longhorizon/bilevel/problems';
import { add, array, multiply, sum } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { lazy, lookahead } from './lazy.ts';
import type { LazyOptions } from './options.ts';
import { cosine, gradientOf, largestDifference } from './testing/results.ts';

const alpha = 0.1;
const [c, v] = [
  [1, -1],
  [0.8, -0.5],
];
const maml = (G: readonly (readonly number[])[]) =>
  quadraticMaml({ tasks: [{ G, c: c!, v: v! }], start: [0, 0], rate: alpha });
const z1 = maml(diagonal([1, 0.2]));

const columns = {
  1: {
    exact: [-0.63, 0.4704],
    fomaml: [-0.7, 0.48],
    L1: [-0.63, 0.4704],
    L2: [-0.63, 0.4704],
  },
  5: {
    exact: [-0.2305804401, 0.3651124085],
    fomaml: [-0.39049, 0.4039207968],
    L1: [-0.351441, 0.3958423809],
    L2: [-0.2295158139, 0.370618627],
  },
  15: {
    exact: [-0.0012129319, 0.1761997681],
    fomaml: [-0.0058911321, 0.2385691026],
    L1: [-0.0053020189, 0.2337977206],
    L2: [-0.001096685, 0.1997376205],
  },
} as const;

describe('Z1, in float64', () => {
  for (const k of [1, 5, 15] as const)
    it(`every column at k = ${k}`, async () => {
      const { exact, fomaml: first, L1, L2 } = columns[k];
      const rows: readonly (readonly [Method, readonly number[]])[] = [
        [exactReverse(), exact],
        [hyper.fomaml, first],
        [lookahead(), first],
        [lazy(), L1],
        [lazy({ variant: 'L2' }), L2],
        [lazy({ alphaEff: 'secant' }), L2],
        [lazy({ variant: 'L3', epsilon: 0 }), exact],
      ];
      for (const [method, expected] of rows)
        expect(largestDifference(await gradientOf(z1, method, k), expected), method.title).toBeLessThan(
          6e-11,
        );
    });

  it('the cosines to exact MAML at k = 5', async () => {
    const exact = await gradientOf(z1, exactReverse(), 5);
    const found = async (method: Method) => cosine(await gradientOf(z1, method, 5), exact);
    expect(await found(hyper.fomaml)).toBeCloseTo(0.97902, 5);
    expect(await found(lazy())).toBeCloseTo(0.98678, 5);
    expect(await found(lazy({ variant: 'L2' }))).toBeCloseTo(0.99996, 5);
  });
});

/** (I − αG)^k applied to x. */
function power(G: readonly (readonly number[])[], x: readonly number[], k: number): number[] {
  let moved = [...x];
  for (let step = 0; step < k; step++)
    moved = moved.map((value, j) => value - alpha * G[j]!.reduce((sum, g, i) => sum + g * moved[i]!, 0));
  return moved;
}

/** φ^T and v at it, θ being 0. */
function teacher(G: readonly (readonly number[])[], k: number, beta: number) {
  const away = power(
    G,
    c!.map((one) => -one),
    k,
  );
  const value = away.map((one, j) => beta * (c![j]! + one));
  return { value, outer: value.map((one, j) => one - v![j]!) };
}

const curved = [
  [1, 0.4],
  [0.4, 0.6],
];
const close = 1e-13;

describe('theorems on quadratics, in float64', () => {
  it('(i) L3 with ε = 0 is exact for the interpolated target on a diagonal quadratic, for any β', async () => {
    for (const G of [
      [1, 0.2],
      [0.7, 1.9],
    ])
      for (const beta of [1, 0.6, 0.2])
        for (const k of [1, 5, 15]) {
          const { outer } = teacher(diagonal(G), k, beta);
          const expected = outer.map((one, j) => (1 - beta * (1 - (1 - alpha * G[j]!) ** k)) * one);
          const found = await gradientOf(maml(diagonal(G)), lazy({ variant: 'L3', epsilon: 0, beta }), k);
          expect(largestDifference(found, expected)).toBeLessThan(close);
        }
    // Where directions mix it is not.
    const found = await gradientOf(maml(curved), lazy({ variant: 'L3', epsilon: 0 }), 5);
    expect(largestDifference(found, await gradientOf(maml(curved), exactReverse(), 5))).toBeGreaterThan(1e-3);
  });

  it('ε keeps L3 from dividing by steps that are shorter than its root', async () => {
    const [G, k, epsilon] = [[1, 0.2], 5, 1e-3];
    const { value, outer } = teacher(diagonal(G), k, 1);
    const expected = outer.map((one, j) => {
      const step = alpha * G[j]! * c![j]!;
      const share = (value[j]! * step) / (step ** 2 + epsilon);
      return one * (1 - share * alpha * G[j]!);
    });
    const found = await gradientOf(maml(diagonal(G)), lazy({ variant: 'L3', epsilon }), k);
    expect(largestDifference(found, expected)).toBeLessThan(close);
  });

  it('what the outer loss takes from λ itself is added to what the start brings', async () => {
    const plain = maml(diagonal([1, 0.2]));
    const direct: typeof plain = {
      ...plain,
      outerLoss: (w, lambda, ...rest) =>
        add(plain.outerLoss(w, lambda, ...rest), sum(multiply(array([2, -3]), lambda))),
    };
    for (const method of [lazy({ clip: false }), lookahead({ clip: false })]) {
      const expected = (await gradientOf(plain, method, 5)).map((one, j) => one + [2, -3][j]!);
      expect(largestDifference(await gradientOf(direct, method, 5), expected), method.name).toBeLessThan(
        close,
      );
    }
  });

  it('(ii) L2 is exact where the curvature is the same in every direction', async () => {
    for (const k of [1, 5, 15]) {
      const problem = maml(diagonal([0.8, 0.8]));
      const exact = await gradientOf(problem, exactReverse(), k);
      expect(largestDifference(await gradientOf(problem, lazy({ variant: 'L2' }), k), exact)).toBeLessThan(
        close,
      );
    }
  });

  it('(iii) the exact Jacobian of the leap is (1 − β)I + β(I − αG)^k; L4 has I − αβG, or (1 − β)I where it is cut', async () => {
    for (const beta of [0.8, 0.3])
      for (const k of [1, 4]) {
        const { outer } = teacher(curved, k, beta);
        const along = power(curved, outer, k);
        const exact = outer.map((one, j) => (1 - beta) * one + beta * along[j]!);
        const once = power(curved, outer, 1);
        const passed = outer.map((one, j) => (1 - beta) * one + beta * once[j]!);
        const L4 = await gradientOf(maml(curved), lazy({ variant: 'L4', beta }), k);
        expect(largestDifference(L4, passed)).toBeLessThan(close);
        const cut = await gradientOf(maml(curved), lazy({ variant: 'L4', beta, lastStep: 'cut' }), k);
        expect(
          largestDifference(
            cut,
            outer.map((one) => (1 - beta) * one),
          ),
        ).toBeLessThan(close);
        // At k = 1, L4 is the exact Jacobian; later it is not.
        const isExact = largestDifference(L4, exact) < close;
        expect(isExact).toBe(k === 1);
        expect(largestDifference(differencesOfLeap(beta, k), exact)).toBeLessThan(1e-9);
      }
  });

  it('L1 with a longer step, L5 and L6, and the first-order ablation, are what their table says', async () => {
    const k = 5;
    for (const beta of [1, 0.5]) {
      const { value, outer } = teacher(curved, k, beta);
      const inward = curved.map((row) => row.reduce((sum, g, i) => sum + g * outer[i]!, 0));
      const rows: [LazyOptions, number[]][] = [
        [{}, outer.map((one, j) => one - alpha * inward[j]!)],
        [{ alphaEff: 'k·inner' }, outer.map((one, j) => one - k * alpha * inward[j]!)],
      ];
      for (const [options, expected] of rows)
        expect(
          largestDifference(await gradientOf(maml(curved), lazy({ beta, ...options }), k), expected),
        ).toBeLessThan(close);
      expect(largestDifference(await gradientOf(maml(curved), lookahead({ beta }), k), outer)).toBeLessThan(
        close,
      );
      const end = power(
        curved,
        value.map((one, j) => one - c![j]!),
        1,
      ).map((one, j) => c![j]! + one);
      const L5 = power(
        curved,
        end.map((one, j) => one - v![j]!),
        1,
      );
      expect(
        largestDifference(await gradientOf(maml(curved), lazy({ variant: 'L5', beta }), k), L5),
      ).toBeLessThan(close);
    }
    const mix = 0.7;
    const [far, near] = [teacher(curved, k, 1).value, teacher(curved, 1, 1).value];
    const point = far.map((one, j) => mix * one + (1 - mix) * near[j]! - v![j]!);
    const L6 = power(curved, point, 1).map((one) => (1 - mix) * one);
    expect(
      largestDifference(await gradientOf(maml(curved), lazy({ variant: 'L6', mix }), k), L6),
    ).toBeLessThan(close);
  });

  it('with k = 1 and β = 1 all but L5 are greedy MAML, L6 at a mix of 0', async () => {
    const greedy = await gradientOf(maml(curved), greedyMaml, 1);
    for (const variant of ['L1', 'L2', 'L3', 'L4', 'L6'] as const)
      expect(
        largestDifference(await gradientOf(maml(curved), lazy({ variant, epsilon: 0, mix: 0 }), 1), greedy),
        variant,
      ).toBeLessThan(close);
    expect(
      largestDifference(await gradientOf(maml(curved), lazy({ variant: 'L5' }), 1), greedy),
    ).toBeGreaterThan(1e-3);
  });

  it('L2 at a start that no step moves is L1: its leap has no length to be explained', async () => {
    const problem = quadraticMaml({
      tasks: [{ G: diagonal([1, 0.2]), c: c!, v: v! }],
      start: c!,
      rate: alpha,
    });
    const outer = c!.map((one, j) => one - v![j]!);
    const expected = [1, 0.2].map((g, j) => (1 - alpha * g) * outer[j]!);
    for (const variant of ['L1', 'L2'] as const)
      expect(
        largestDifference(await gradientOf(problem, lazy({ variant }), 5), expected),
        variant,
      ).toBeLessThan(close);
  });

  it('a long hypergradient is brought down to the norm asked for, and keeps its direction', async () => {
    const whole = await gradientOf(z1, lazy({ clip: false }), 5);
    const short = await gradientOf(z1, lazy({ clip: 0.1 }), 5);
    expect(Math.hypot(...short)).toBeCloseTo(0.1, 12);
    expect(cosine(short, whole)).toBeCloseTo(1, 12);
  });
});

/** dV(φ^T)/dθ of the whole leap, by differences: what an exact derivative of it would be. */
function differencesOfLeap(beta: number, k: number): number[] {
  const epsilon = 1e-5;
  const lossAt = (theta: readonly number[]) => {
    const away = power(
      curved,
      theta.map((one, j) => one - c![j]!),
      k,
    );
    return theta.reduce((sum, one, j) => {
      const value = one + beta * (c![j]! + away[j]! - one);
      return sum + 0.5 * (value - v![j]!) ** 2;
    }, 0);
  };
  return [0, 1].map((j) => {
    const shifted = (sign: number) => [0, 1].map((i) => (i === j ? sign * epsilon : 0));
    return (lossAt(shifted(1)) - lossAt(shifted(-1))) / (2 * epsilon);
  });
}
