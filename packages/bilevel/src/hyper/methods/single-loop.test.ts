import { adam, sgd } from '@longhorizon/nn';
import {
  add,
  matmul,
  modulo,
  multiply,
  reshape,
  square,
  subtract,
  sum,
  type Tensor,
  take,
} from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { hostArray } from '../../problem/host-array.ts';
import { defineProblem, descend, type Problem } from '../../problem/problem.ts';
import { trackingOfSize } from '../../problems/tracking.ts';
import { prepare } from '../../session/run.ts';
import { largestDifference, relativeDifference } from '../../testing/numbers.ts';
import type { Method } from '../method.ts';
import { bome } from './bome.ts';
import { exactReverse } from './exact-reverse.ts';
import { fg2u } from './fg2u.ts';
import { forwardMode } from './forward.ts';
import { nystromIft } from './nystrom.ts';
import { saba } from './saba.ts';
import { sama } from './sama.ts';
import { soba } from './soba.ts';
import { f2sa, pbgd } from './value-function.ts';

async function hypergradientOf(problem: Problem, method: Method, horizon: number): Promise<number[]> {
  const run = await prepare('float64', problem, method, { horizon });
  await run.compute();
  const found = await run.read('hypergradient');
  run.destroy();
  return [...found];
}

/** g = ½·2(z − x)², f = ½·3(z + 1)² at x = 1: z* = 1, and dh/dx = 3(1 + 1) = 6. */
function scalar(start: number, rate = 0.1): Problem {
  const innerLoss: Problem['innerLoss'] = (w, l) => sum(square(subtract(w, l)));
  return defineProblem({
    name: 'scalar',
    title: 'two parabolas',
    d: 1,
    p: 1,
    weightLength: 1,
    hyperparameterLength: 1,
    state: {},
    given: {},
    initial: { weights: [start], hyperparameters: [1] },
    innerLoss,
    outerLoss: (w) => multiply(1.5, sum(square(add(w, 1)))),
    update: descend(() => sgd({ rate }), innerLoss),
  });
}

/** g = ½wᵀHw + λᵀCw, f = ½‖w − 1‖² for given matrices, at the weights 1, 2, … and without a step to speak of. */
function matrixProblem(H: number[][], C: number[][], tasks?: number): Problem {
  const d = H.length;
  const given = { H: hostArray(H.flat(), [d, d]), C: hostArray(C.flat(), [C.length, d]) };
  const rows = (w: Tensor) => reshape(w, [tasks ?? 1, d]);
  const each = (perTask: Tensor) => (tasks === undefined ? reshape(perTask, []) : perTask);
  const innerLoss: Problem<typeof given>['innerLoss'] = (w, l, { H, C }) => {
    const curved = multiply(0.5, sum(multiply(rows(w), matmul(rows(w), H)), 1));
    return each(add(curved, sum(multiply(rows(w), matmul(reshape(l, [1, C.shape[0]!]), C)), 1)));
  };
  return defineProblem({
    name: 'matrices',
    title: 'a quadratic',
    d,
    p: C.length,
    ...(tasks === undefined ? {} : { tasks }),
    weightLength: d,
    hyperparameterLength: C.length,
    state: {},
    given,
    initial: {
      weights: Array.from({ length: d }, (_, k) => k + 1),
      hyperparameters: C.map(() => 0.5),
    },
    innerLoss,
    outerLoss: (w) => each(multiply(0.5, sum(square(subtract(rows(w), 1)), 1))),
    update: descend(() => sgd({ rate: 1e-14 }), innerLoss),
  }) as Problem;
}

describe('a second inner optimisation', () => {
  it('begins anew: nothing that a method carried along is left', async () => {
    for (const method of [
      soba({ rate: 0.1 }),
      saba({ rate: 0.1 }),
      bome({ rate: 0.1, jointRate: 0.05, closing: 0.5, steps: 3 }),
      f2sa({ rate: 0.4, multiplier: 10, growth: 1 }),
      pbgd({ rate: 0.4 }),
    ]) {
      const run = await prepare('float64', scalar(3), method, { horizon: 7 });
      await run.compute();
      const first = await run.read('hypergradient');
      expect(first[0], method.name).not.toBe(0);
      await run.compute();
      expect(await run.read('hypergradient'), method.name).toEqual(first);
      run.destroy();
    }
  });
});

describe('SOBA', () => {
  it('with weights at rest ends with v = −3 and the exact hypergradient', async () => {
    const [g] = await hypergradientOf(scalar(1), soba({ rate: 0.1 }), 400);
    expect(Math.abs(g! - 6)).toBeLessThan(1e-10);
  });

  it('takes everything at the point before the step: v is 0 at the first, its product with it', async () => {
    expect((await hypergradientOf(scalar(1), soba({ rate: 0.1 }), 1))[0]).toBe(0);
    // v_1 = −0.1 · 6, and ∇²_{λw}L = −2.
    expect((await hypergradientOf(scalar(1), soba({ rate: 0.1 }), 2))[0]).toBeCloseTo(1.2, 12);
  });
});

describe('SABA', () => {
  it('with one batch is SOBA, step by step', async () => {
    const [rate, horizon] = [0.1, 7];
    const problem = trackingOfSize(6, 6, rate);
    const found = await hypergradientOf(problem, saba({ rate }), horizon);
    expect(largestDifference(found, await hypergradientOf(problem, soba({ rate }), horizon))).toBeLessThan(
      1e-12,
    );
    expect(Math.abs((await hypergradientOf(scalar(1), saba({ rate }), 400))[0]! - 6)).toBeLessThan(1e-10);
  });

  // L_i = ½ h_i (w − b_i λ − c_i)²: w* = Σ h (bλ + c)/Σ h, and the outer loss is ½(w − 2)² after it.
  const [h, b, c] = [
    [0.5, 1, 1.5, 2],
    [1, -1, 2, 0.5],
    [3, -2, 1, 0],
  ];
  const innerLoss: Problem['innerLoss'] = (w, l, given, batch) => {
    const of = (name: string) => take(given[name]!, reshape(batch!, []));
    const away = subtract(w, add(multiply(of('b'), l), of('c')));
    return multiply(0.5, multiply(of('h'), sum(square(away))));
  };
  const batched = defineProblem({
    name: 'batched',
    title: 'four parabolas',
    d: 1,
    p: 1,
    weightLength: 1,
    hyperparameterLength: 1,
    state: {},
    given: { h: hostArray(h!), b: hostArray(b!), c: hostArray(c!) },
    initial: { weights: [0], hyperparameters: [0.7] },
    trainBatch: (_, step) => reshape(modulo(step, 4), [1]),
    innerLoss,
    outerLoss: (w) => multiply(0.5, sum(square(subtract(w, 2)))),
    update: descend(() => sgd({ rate: 0.1 }), innerLoss),
  }) as Problem;

  it('on batches comes to the exact hypergradient, where SOBA is left with noise', async () => {
    const total = (of: (k: number) => number) => [0, 1, 2, 3].reduce((all, k) => all + h![k]! * of(k), 0);
    const slope = total((k) => b![k]!) / total(() => 1);
    const exact = (total((k) => 0.7 * b![k]! + c![k]!) / total(() => 1) - 2) * slope;
    const error = async (method: Method) =>
      Math.abs((await hypergradientOf(batched, method, 3000))[0]! - exact) / Math.abs(exact);
    expect(await error(saba({ rate: 0.05, batches: 4 }))).toBeLessThan(1e-10);
    expect(await error(soba({ rate: 0.05 }))).toBeGreaterThan(0.05);
  });

  it('draws other batches in the next inner optimisation', async () => {
    const meta = { optimiser: (rate: Tensor) => sgd({ rate }), rate: 0, every: 6 };
    const method = saba({ rate: 0.05, batches: 4 });
    const run = await prepare('float64', batched, method, { horizon: 6, meta });
    await run.metaStep();
    const first = await run.read('hypergradient');
    await run.metaStep();
    expect(await run.read('hypergradient')).not.toEqual(first);
    run.destroy();
  });

  it('refuses what it cannot take, in sentences', async () => {
    expect(() => saba({ rate: 0 })).toThrow('ρ = 0 was asked for; it must be above 0');
    expect(() => saba({ rate: 1, batches: 0 })).toThrow(
      'm = 0 batches were asked for; give a whole number from 1',
    );
    const prepared = prepare('float64', scalar(1), saba({ rate: 1, batches: 4 }), { horizon: 3 });
    await expect(prepared).rejects.toThrow('but the horizon is T = 3; give m ≤ 3');
  });
});

describe('penalties on the value of the inner problem', () => {
  it.each([
    [1, 2.4],
    [10, 5.2173913043],
    [1000, 5.9910134798],
  ])('at rest, μ = %d gives 6μa/(μa + b)', async (multiplier, expected) => {
    for (const method of [f2sa({ rate: 0.4, multiplier }), pbgd({ rate: 0.4, multiplier, steps: 2 })])
      expect(Math.abs((await hypergradientOf(scalar(1), method, 200))[0]! - expected)).toBeLessThan(1e-10);
  });

  it('BOME takes the steps of its algorithm', async () => {
    const [rate, jointRate, closing, steps, horizon] = [0.1, 0.05, 0.5, 3, 7];
    let [y, g] = [3, 0];
    for (let t = 0; t < horizon; t++) {
      let near = y;
      for (let k = 0; k < steps; k++) near -= rate * 2 * (near - 1);
      const [byWeights, byLambda] = [2 * (y - 1), -2 * (y - 1) + 2 * (near - 1)];
      const outer = 3 * (y + 1);
      const steepness = byWeights ** 2 + byLambda ** 2;
      const mu = Math.max(closing * steepness - outer * byWeights, 0) / steepness;
      g = mu * byLambda;
      y -= jointRate * (outer + mu * byWeights);
    }
    expect(g).not.toBe(0);
    const [found] = await hypergradientOf(scalar(3), bome({ rate, jointRate, closing, steps }), horizon);
    expect(Math.abs(found! - g)).toBeLessThan(1e-12);
  });

  it('BOME at a minimum of the inner problem moves by the outer loss alone', async () => {
    expect(await hypergradientOf(scalar(1), bome({ rate: 0.1 }), 1)).toEqual([0]);
  });
});

describe('SAMA', () => {
  it('is one step with the inverse Hessian taken for I: twice the truth where the curvature is 2', async () => {
    const [g] = await hypergradientOf(scalar(1, 1), sama(), 0 + 1);
    expect(Math.abs(g! - 12)).toBeLessThan(1e-9);
  });

  it("takes D from the optimiser's step", async () => {
    const problem = scalar(2);
    const rates = { rate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-3 };
    const optimiser = adam(rates);
    const withAdam: Problem = {
      ...problem,
      state: optimiser.state([1]),
      update: descend(() => optimiser, problem.innerLoss),
    };
    // D by differences of the step of Adam at the end of two steps, from the same moments.
    const run = await prepare('float64', withAdam, exactReverse(), { horizon: 2 });
    await run.compute();
    const [w] = await run.read('weights');
    run.destroy();
    const [first, second] = [2, adamStep(rates, 2, [], 2 * (2 - 1))];
    const history = [2 * (first - 1), 2 * (second - 1)];
    const gradient = 2 * (w! - 1);
    const h = 1e-6;
    const moved = (shift: number) => adamStep(rates, w!, history, gradient + shift);
    const D = -(moved(h) - moved(-h)) / (2 * h);
    const u = D * 3 * (w! + 1);
    // ∇_λ L^tr = −2(w − λ), so the difference is −2u whatever its length.
    const [g] = await hypergradientOf(withAdam, sama(), 2);
    expect(Math.abs(g! - 2 * u) / Math.abs(2 * u)).toBeLessThan(1e-6);
  });
});

describe('Nyström', () => {
  const H = [
    [2, 0.5, 0.25],
    [0.5, 1, 0],
    [0.25, 0, 3],
  ];
  const C = [
    [1, 2, -1],
    [0.5, 0, 1],
  ];
  /** −C (H + ρI)⁻¹ (w − 1). */
  const exact = (matrix: number[][], rho: number) => {
    const q = solve(
      matrix.map((row, i) => row.map((value, j) => value + (i === j ? rho : 0))),
      [0, 1, 2],
    );
    return C.map((row) => -row.reduce((total, value, k) => total + value * q[k]!, 0));
  };

  it('of full rank is (H + ρI)⁻¹, for one task and side by side', async () => {
    for (const damping of [0.1, 1e-6])
      for (const tasks of [undefined, 2]) {
        const found = await hypergradientOf(matrixProblem(H, C, tasks), nystromIft({ rank: 3, damping }), 1);
        expect(largestDifference(found, exact(H, damping))).toBeLessThan(1e-9);
      }
  });

  it('is exact where the rows span a Hessian of lower rank, and with rows too many', async () => {
    const a = [1, -2, 0.5];
    const outer = a.map((x) => a.map((y) => x * y));
    for (const options of [{ rank: 1, coordinates: [1] }, { rank: 2, coordinates: [2, 0] }, { rank: 3 }]) {
      const found = await hypergradientOf(
        matrixProblem(outer, C),
        nystromIft({ ...options, damping: 0.2 }),
        1,
      );
      expect(largestDifference(found, exact(outer, 0.2))).toBeLessThan(1e-9);
    }
  });

  it('of rank k is the approximation of its definition', async () => {
    const [c, rho] = [H.map((row) => row[1]!), 0.3];
    const M = H[1]![1]!;
    const norm = c.reduce((total, value) => total + value * value, 0);
    const u = [0, 1, 2];
    const y = c.reduce((total, value, k) => total + value * u[k]!, 0) / (rho * M + norm);
    const expected = C.map((row) => -row.reduce((total, v, k) => total + (v * (u[k]! - c[k]! * y)) / rho, 0));
    const method = nystromIft({ rank: 1, coordinates: [1], damping: rho });
    expect(largestDifference(await hypergradientOf(matrixProblem(H, C), method, 1), expected)).toBeLessThan(
      1e-9,
    );
  });

  it('refuses what it cannot take, in sentences', async () => {
    expect(() => nystromIft({ rank: 2, coordinates: [1, 1] })).toThrow('give 2 different whole numbers');
    const prepared = prepare('float64', matrixProblem(H, C), nystromIft({ rank: 4 }), { horizon: 1 });
    await expect(prepared).rejects.toThrow('k = 4 rows were asked for of the Hessian');
  });
});

describe('(FG)²U', () => {
  const problem = trackingOfSize(6, 5);

  it('averaged over all 2^p sign vectors is exact, with a relative variance of p − 1', async () => {
    const exact = await hypergradientOf(problem, exactReverse(), 9);
    const all = Array.from({ length: 32 }, (_, n) =>
      Array.from({ length: 5 }, (_, j) => ((n >> j) & 1 ? 1 : -1)),
    );
    expect(
      relativeDifference(await hypergradientOf(problem, fg2u({ directions: all }), 9), exact),
    ).toBeLessThan(1e-12);
    let squares = 0;
    for (const one of all) {
      const found = await hypergradientOf(problem, fg2u({ directions: [one] }), 9);
      squares += squared(found.map((value, j) => value - exact[j]!)) / squared(exact) / all.length;
    }
    expect(Math.abs(squares - 4)).toBeLessThan(1e-10);
  });

  it('is forward mode where p = 1, and draws afresh for every inner optimisation', async () => {
    const one = trackingOfSize(6, 1);
    const exact = await hypergradientOf(one, forwardMode(), 5);
    expect(largestDifference(await hypergradientOf(one, fg2u({ directions: 3 }), 5), exact)).toBeLessThan(
      1e-12,
    );
    const run = await prepare('float64', problem, fg2u(), { horizon: 2 });
    const drawn = new Set<string>();
    for (let episode = 0; episode < 8; episode++) {
      await run.compute();
      drawn.add(String(await run.read('hypergradient')));
    }
    run.destroy();
    expect(drawn.size).toBeGreaterThan(1);
  });
});

const squared = (vector: readonly number[]) => vector.reduce((total, value) => total + value * value, 0);

/** w after a step of Adam with a gradient, after those of `history`. */
function adamStep(
  { rate, beta1, beta2, epsilon }: Record<'rate' | 'beta1' | 'beta2' | 'epsilon', number>,
  w: number,
  history: readonly number[],
  gradient: number,
): number {
  let [m, v, t] = [0, 0, 0];
  for (const one of [...history, gradient]) {
    m = beta1 * m + (1 - beta1) * one;
    v = beta2 * v + (1 - beta2) * one ** 2;
    t++;
  }
  return w - (rate * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
}

/** x of M x = b, by elimination without pivoting. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let i = 0; i < rows.length; i++)
    for (let r = 0; r < rows.length; r++)
      if (r !== i) {
        const factor = rows[r]![i]! / rows[i]![i]!;
        rows[r] = rows[r]!.map((value, c) => value - factor * rows[i]![c]!);
      }
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}
