import { concat, slice } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { defineProblem, type Problem } from '../../problem/problem.ts';
import { learnStart } from '../../problems/learned-start.ts';
import { diagonal, type MamlTask, quadraticMaml } from '../../problems/quadratic-maml.ts';
import { trackingOfSize } from '../../problems/tracking.ts';
import { prepare, refusal } from '../../session/run.ts';
import { largestDifference, relativeDifference } from '../../testing/numbers.ts';
import { optimisers, smallNetwork } from '../../testing/small-network.ts';
import type { Method } from '../method.ts';
import { conjugateGradientIft } from './conjugate-gradient.ts';
import { drmad } from './drmad.ts';
import { evoGrad } from './evograd.ts';
import { exactReverse } from './exact-reverse.ts';
import { firstOrder } from './first-order.ts';
import { fomaml } from './fomaml.ts';
import { forwardMode } from './forward.ts';
import { generalisedGreedy } from './generalised-greedy.ts';
import { greedyMaml } from './greedy-maml.ts';
import { imaml } from './imaml.ts';
import { leap } from './leap.ts';
import { multiStepFomaml } from './multi-step-fomaml.ts';
import { neumannIft } from './neumann.ts';
import { oneStep } from './one-step.ts';
import { reptile } from './reptile.ts';
import { truncatedReverse } from './truncated.ts';

async function resultOf(problem: Problem, method: Method, horizon: number) {
  const run = await prepare('float64', problem, method, { horizon });
  const { outerLoss } = await run.compute();
  const found = {
    outerLoss,
    hypergradient: await run.read('hypergradient'),
    weights: await run.read('weights'),
  };
  run.destroy();
  return found;
}

const gradientOf = async (problem: Problem, method: Method, horizon: number) =>
  (await resultOf(problem, method, horizon)).hypergradient;

/** Z1 of the specification of Lazy: G = diag(1, 0.2), c = (1, −1), v = (0.8, −0.5), θ = 0, α = 0.1. */
const [G, c, v, alpha] = [[1, 0.2], [1, -1], [0.8, -0.5], 0.1] as const;
const z1 = quadraticMaml({ tasks: [{ G: diagonal(G), c, v }], start: [0, 0], rate: alpha });
const golden = {
  1: { w: [0.1, -0.02], exact: [-0.63, 0.4704], fomaml: [-0.7, 0.48] },
  5: {
    w: [0.40951, -0.0960792032],
    exact: [-0.2305804401, 0.3651124085],
    fomaml: [-0.39049, 0.4039207968],
  },
  15: {
    w: [0.7941088679, -0.2614308974],
    exact: [-0.0012129319, 0.1761997681],
    fomaml: [-0.0058911321, 0.2385691026],
  },
};

/** Two tasks whose curvatures have other directions than the axes. */
const tasks: readonly MamlTask[] = [
  {
    G: [
      [1, 0.4],
      [0.4, 0.6],
    ],
    c: [1, -1],
    v: [0.8, -0.5],
  },
  {
    G: [
      [0.5, -0.2],
      [-0.2, 0.9],
    ],
    c: [-0.3, 0.7],
    v: [0.1, 0.2],
  },
];
const pair = quadraticMaml({ tasks, start: [0.2, -0.1], rate: 0.15 });

describe('MAML on quadratics, in float64', () => {
  for (const k of [1, 5, 15] as const)
    it(`meets Z1 at k = ${k}`, async () => {
      const { w, exact, fomaml: first } = golden[k];
      for (const method of [exactReverse(), forwardMode(), truncatedReverse({ window: k })]) {
        const found = await resultOf(z1, method, k);
        expect(largestDifference(found.weights, w)).toBeLessThan(1e-10);
        expect(largestDifference(found.hypergradient, exact)).toBeLessThan(1e-10);
      }
      expect(largestDifference(await gradientOf(z1, fomaml, k), first)).toBeLessThan(1e-10);
      expect(
        largestDifference(
          await gradientOf(z1, reptile, k),
          w.map((one) => -one),
        ),
      ).toBeLessThan(1e-10);
      expect(largestDifference(await gradientOf(z1, greedyMaml, k), golden[1].exact)).toBeLessThan(1e-10);
    });

  it('meets the closed form of tasks that share a start', async () => {
    for (const horizon of [1, 4, 30]) {
      const closed = pair.closedForm!(horizon);
      for (const method of [exactReverse(), forwardMode(), forwardMode({ columns: 1 }), drmad]) {
        const found = await resultOf(pair, method, horizon);
        expect(Math.abs(found.outerLoss - closed.outerLoss)).toBeLessThan(1e-12);
        expect(largestDifference(found.weights, closed.weights)).toBeLessThan(1e-12);
        expect(largestDifference(found.hypergradient, closed.hypergradient)).toBeLessThan(1e-12);
      }
    }
  });

  it('truncated to K steps is MAML of K steps from where the others led', async () => {
    for (const [k, window] of [
      [5, 2],
      [15, 4],
    ] as const) {
      const { w } = golden[k];
      const expected = w.map((one, j) => (1 - alpha * G[j]!) ** window * (one - v[j]!));
      const found = await gradientOf(z1, truncatedReverse({ window }), k);
      expect(largestDifference(found, expected)).toBeLessThan(1e-9);
    }
  });

  it('multi-step loss is the mean of the gradients on the way', async () => {
    const k = 5;
    const expected = [0, 1].map((j) => {
      const points = Array.from({ length: k }, (_, t) => c[j]! - (1 - alpha * G[j]!) ** (t + 1) * c[j]!);
      return points.reduce((total, point) => total + (point - v[j]!) / k, 0);
    });
    const found = await resultOf(z1, multiStepFomaml, k);
    expect(largestDifference(found.hypergradient, expected)).toBeLessThan(1e-12);
    expect(Math.abs(found.outerLoss - z1.closedForm!(k).outerLoss)).toBeLessThan(1e-12);
  });

  it('iMAML is (I + G/ρ)⁻¹ v where its inner optimisation has come to rest', async () => {
    const rho = 2;
    // At the minimum of L + (ρ/2)‖w − θ‖², with θ = 0: w = Gc/(G + ρ).
    const expected = [0, 1].map((j) => {
      const w = (G[j]! * c[j]!) / (G[j]! + rho);
      return (w - v[j]!) / (1 + G[j]! / rho);
    });
    const found = await gradientOf(z1, imaml({ rate: alpha, regularisation: rho, steps: 2 }), 200);
    expect(largestDifference(found, expected)).toBeLessThan(1e-12);
    // Two tasks make one system of four unknowns, and each task has its own Hessian in it.
    const q = tasks.map((task) => {
      const S = task.G.map((row, j) => row.map((g, k) => g + (j === k ? rho : 0)));
      const start = [0.2, -0.1];
      const pulled = task.G.map((row, j) => row[0]! * task.c[0]! + row[1]! * task.c[1]! + rho * start[j]!);
      const w = solve(S, pulled);
      return solve(
        S,
        w.map((one, j) => rho * (one - task.v[j]!)),
      );
    });
    const both = await gradientOf(pair, imaml({ rate: 0.15, regularisation: rho, steps: 4 }), 300);
    expect(
      largestDifference(
        both,
        [0, 1].map((j) => (q[0]![j]! + q[1]![j]!) / 2),
      ),
    ).toBeLessThan(1e-12);
  });

  it('Leap pulls along the path', async () => {
    const k = 3;
    const f = (w: readonly number[]) =>
      w.reduce((total, one, j) => total + 0.5 * G[j]! * (one - c[j]!) ** 2, 0);
    const expected = [0, 0];
    let w: readonly number[] = [0, 0];
    for (let t = 0; t < k; t++) {
      const slope = w.map((one, j) => G[j]! * (one - c[j]!));
      const next = w.map((one, j) => one - alpha * slope[j]!);
      const change = -Math.abs(f(next) - f(w));
      const length = Math.hypot(change, ...next.map((one, j) => one - w[j]!));
      for (const j of [0, 1]) expected[j]! -= (next[j]! - w[j]! + change * slope[j]!) / length;
      w = next;
    }
    expect(largestDifference(await gradientOf(z1, leap, k), expected)).toBeLessThan(1e-12);
  });
});

describe('a learned start on a network, in float64', () => {
  /** dL^val/dλ by central differences of whole inner optimisations. */
  async function differences(problem: Problem, horizon: number): Promise<number[]> {
    const run = await prepare('float64', problem, fomaml, { horizon });
    const lambda = Float64Array.from(problem.initial.hyperparameters);
    const epsilon = 1e-5;
    const found: number[] = [];
    for (let j = 0; j < lambda.length; j++) {
      const sides: number[] = [];
      for (const shift of [epsilon, -epsilon]) {
        run.write('lambda', lambda.with(j, lambda[j]! + shift));
        sides.push((await run.compute()).outerLoss);
      }
      found.push((sides[0]! - sides[1]!) / (2 * epsilon));
    }
    run.destroy();
    return found;
  }

  for (const tasks of [undefined, 3])
    for (const name of ['sgd', 'momentum', 'adam'])
      it(`λ = (start, penalties) agrees with differences of whole runs: ${name}, ${tasks ?? 'no'} task axis`, async () => {
        const problem = learnStart(smallNetwork(optimisers[name]!(), tasks));
        const expected = await differences(problem, 4);
        const reverse = await gradientOf(problem, exactReverse(), 4);
        expect(relativeDifference(reverse, expected)).toBeLessThan(1e-7);
        for (const method of [forwardMode(), forwardMode({ columns: 9 }), truncatedReverse({ window: 4 })])
          expect(relativeDifference(await gradientOf(problem, method, 4), reverse)).toBeLessThan(1e-12);
      });

  it('after one step greedy MAML, and DrMAD, are exact', async () => {
    const problem = learnStart(smallNetwork(optimisers.sgd!(), 2));
    const exact = await gradientOf(problem, exactReverse(), 1);
    for (const method of [greedyMaml, drmad])
      expect(relativeDifference(await gradientOf(problem, method, 1), exact)).toBeLessThan(1e-13);
    const longer = await gradientOf(problem, exactReverse(), 3);
    expect(relativeDifference(await gradientOf(problem, drmad, 3), longer)).toBeGreaterThan(1e-6);
  });
});

describe('a learned start is refused with a sentence', () => {
  it('by methods that look at steps alone', () => {
    for (const method of [
      oneStep,
      firstOrder,
      generalisedGreedy(),
      neumannIft({ terms: 2 }),
      conjugateGradientIft({ steps: 2 }),
      evoGrad(),
    ])
      expect(refusal(method, z1, 5)).toMatch(
        /the weights begin at a function of λ, and this method does not/,
      );
  });

  it('by methods for starts, where there is none or λ is more', () => {
    const fixed = trackingOfSize(3, 3);
    for (const method of [fomaml, multiStepFomaml, reptile, leap, imaml({ rate: 0.1 })])
      expect(refusal(method, fixed, 5)).toMatch(/begin at φ, which is no part of λ/);
    const more = learnStart(fixed);
    for (const method of [reptile, leap, imaml({ rate: 0.1 })])
      expect(refusal(method, more, 5)).toMatch(/λ acts on the inner steps beside the start/);
    expect(refusal(fomaml, more, 5)).toBeUndefined();
    expect(refusal(imaml({ rate: 0.1 }), learnStart(smallNetwork(optimisers.momentum!())), 5)).toMatch(
      /carry velocity, and the pull .* use plain gradient descent/,
    );
    expect(() => imaml({ rate: 0 })).toThrow(/both must be above 0/);
    expect(() => imaml({ rate: 0.1, steps: 0 })).toThrow(/N = 0 steps/);
  });

  it('when it is said twice, not at all, or in another shape', async () => {
    const twice = { ...z1, initial: { ...z1.initial, weights: [0, 0] } };
    expect(() => defineProblem(twice)).toThrow(/at initial.weights and at start\(λ\); give one of the two/);
    expect(() => learnStart(z1)).toThrow(/begin at a function of λ already/);
    const short: Problem = { ...z1, start: (lambda) => concat([lambda, slice(lambda, [0], [1])], 0) };
    expect(() => refusal(fomaml, short, 2)).toThrow(/start\(λ\) is f32\[3\], but the weights are f32\[2\]/);
    const run = await prepare('float64', z1, fomaml, { horizon: 2 });
    await expect(async () => run.read('initial')).rejects.toThrow(/its weights begin at a function of λ/);
    run.destroy();
  });
});

function solve(S: readonly (readonly number[])[], b: readonly number[]): number[] {
  const [[p, q], [r, s]] = S as [[number, number], [number, number]];
  const determinant = p * s - q * r;
  return [(s * b[0]! - q * b[1]!) / determinant, (p * b[1]! - r * b[0]!) / determinant];
}
