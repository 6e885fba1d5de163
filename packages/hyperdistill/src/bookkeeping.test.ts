import { type Method, oneStep, type Problem, prepare, type Run } from '@longhorizon/bilevel';
import * as analytic from '@longhorizon/bilevel/problems';
import { slicedProblem } from '@longhorizon/bilevel/testing';
import { sgd } from '@longhorizon/nn';
import {
  add,
  constant,
  evaluate,
  foldIn,
  iota,
  multiply,
  randomKey,
  sum,
  type Tensor,
  uniform,
} from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { hyperdistill, thetaName } from './hyperdistill.ts';
import { chooseRounding, mixBatches } from './mixed-batch.ts';
import { declareRunningPoint, type RunningPoint } from './running-point.ts';
import { numberedBatches } from './testing/numbered-batches.ts';
import { rates, tracking } from './testing/quadratics.ts';
import { keptShare, keptShareBackwards, sumOfWeights } from './weighting.ts';

const GAMMAS = [0, 0.5, 0.9, 0.999, 1];

/** What `use` says of a run after T steps with λ frozen, on the reference. */
async function after<T>(
  problem: Problem,
  method: Method,
  horizon: number,
  use: (run: Run) => Promise<T>,
): Promise<T> {
  const run = await prepare('float64', problem, method, { horizon });
  try {
    await run.compute();
    return await use(run);
  } finally {
    run.destroy();
  }
}

const read = (run: Run, name: string) =>
  run.engine.read(run.inner.workspace.variables.find((variable) => variable.name === name)!);

const numberOf = (tensor: Tensor) => evaluate([tensor], new Map())[0]!.data[0]!;

describe('the running mean of the weights', () => {
  for (const gamma of GAMMAS)
    it(`is the explicit mean of w_0 … w_{T−1} for γ = ${gamma}`, async () => {
      const T = 17;
      const found = await after(rates(), hyperdistill({ gamma }), T, (run) => read(run, 'w*'));
      const weights = Array.from({ length: T }, (_, i) => gamma ** (T - 1 - i));
      const total = weights.reduce((sum, one) => sum + one, 0);
      // w_i = 0.9^i w_0
      const factor = weights.reduce((sum, one, i) => sum + one * 0.9 ** i, 0) / total;
      [1, -2, 0.5].forEach((start, k) => {
        expect(Math.abs(found[k]! - factor * start)).toBeLessThan(1e-12);
      });
    });

  it('begins anew with each inner optimisation: nothing of one that left the finite numbers is in the next', async () => {
    const method = hyperdistill({ gamma: 0.9, size: 1 });
    const T = 5;
    const of = (run: Run) => Promise.all([read(run, 'w*'), run.read('hypergradient')]);
    const expected = await after(tracking([1, 0.5]), method, T, of);
    const run = await prepare('float64', tracking([1e200, 1e200]), method, { horizon: T });
    expect((await run.compute()).divergedAt).toBeDefined();
    expect([...(await read(run, 'w*'))].some(Number.isFinite)).toBe(false);
    run.writeGiven('G', [1, 0.5]);
    await run.compute();
    expect(await of(run)).toEqual(expected);
    run.destroy();
  });

  it('is accompanied by a mean of those states of the optimiser alone that the product reads', async () => {
    const starred = async (problem: Problem) => {
      const run = await prepare('float64', problem, hyperdistill({ gamma: 0.9 }), { horizon: 3 });
      const names = run.inner.workspace.variables.map(({ name }) => name);
      run.destroy();
      return names.filter((name) => name.endsWith('*'));
    };
    const options = { momentum: 0.5, w0: [1, -2], outer: { kind: 'quadratic', c: [0, 0] } } as const;
    // λ in the loss: αB is a gradient's derivative at w*. λ as a rate: it multiplies the velocity.
    expect(await starred(analytic.tracking({ ...options, G: [1, 2], lambda: [0, 0], rate: 0.1 }))).toEqual([
      'w*',
    ]);
    expect(await starred(analytic.rates({ ...options, h: [1, 2], m: [0, 0], lambda: [0.1, 0.1] }))).toEqual([
      'w*',
      'velocity*',
    ]);
  });

  it('has the same weights when older points join newer ones', () => {
    for (const gamma of GAMMAS) {
      let weights: number[] = [];
      for (let s = 1; s <= 12; s++) {
        const p = numberOf(keptShareBackwards(gamma, constant(s)));
        weights = [...weights.map((one) => p * one), 1 - p];
      }
      const total = weights.reduce((sum, _, k) => sum + gamma ** k, 0);
      weights.forEach((one, k) => {
        expect(Math.abs(one - gamma ** k / total)).toBeLessThan(1e-12);
      });
    }
  });

  it('has S_t as the sum of its weights', () => {
    for (const gamma of GAMMAS)
      for (const t of [1, 2, 7, 100]) {
        const explicit = Array.from({ length: t }, (_, i) => gamma ** i).reduce((sum, one) => sum + one, 0);
        expect(Math.abs(numberOf(sumOfWeights(gamma, constant(t))) / explicit - 1)).toBeLessThan(1e-12);
        // 1 − p_t is the newest point's weight over S_t.
        expect(Math.abs((1 - numberOf(keptShare(gamma, constant(t)))) * explicit - 1)).toBeLessThan(1e-12);
      }
  });
});

describe('the distilled batch', () => {
  it('has |D| different examples, of D_i the share γ^{T−i}/S_T', async () => {
    const [T, batch, gamma, draws] = [8, 50, 0.8, 40];
    const counts = new Float64Array(T);
    for (let seed = 0; seed < draws; seed++) {
      const method = hyperdistill({ gamma, seed, rounding: 'stochastic', size: 1 });
      const found = await after(numberedBatches({ batch, steps: T }), method, T, (run) => read(run, 'D*'));
      expect(new Set(found).size).toBe(batch);
      for (const position of found) counts[Math.floor(position / batch)]! += 1;
    }
    const S = (1 - gamma ** T) / (1 - gamma);
    counts.forEach((count, i) => {
      const share = gamma ** (T - 1 - i) / S;
      // Subsets are drawn without replacement, so the counts vary less than a binomial's.
      const deviation = Math.sqrt(draws * batch * share * (1 - share));
      expect(Math.abs(count - draws * batch * share)).toBeLessThan(4 * deviation);
    });
  });

  it('replaces round(|D|(1 − p_t)) examples at each step, each task its own', async () => {
    const [T, batch, gamma] = [9, 20, 0.9];
    const method = hyperdistill({ gamma, rounding: 'nearest', size: 1 });
    const found = await after(numberedBatches({ batch, steps: T, tasks: 3 }), method, T, (run) =>
      read(run, 'D*'),
    );
    const fresh = Math.round((batch * (1 - gamma)) / (1 - gamma ** T));
    const rows = [0, 1, 2].map((task) => [...found.slice(task * batch, (task + 1) * batch)]);
    for (const row of rows) expect(row.filter((position) => position >= (T - 1) * batch).length).toBe(fresh);
    expect(rows[0]).not.toEqual(rows[1]);
  });

  it('is drawn anew in each inner optimisation', async () => {
    const method = hyperdistill({ gamma: 0.9, size: 1 });
    const run = await prepare('float64', numberedBatches({ batch: 20, steps: 9 }), method, { horizon: 9 });
    await run.compute();
    const first = await read(run, 'D*');
    await run.compute();
    expect(await read(run, 'D*')).not.toEqual(first);
    run.destroy();
  });

  it('is drawn from other numbers on the way back', async () => {
    let point: RunningPoint | undefined;
    const method: Method = {
      ...oneStep,
      build: (inner) => {
        point = declareRunningPoint(inner, { rounding: 'nearest', seed: 0, episode: constant(0, 'u32') });
        return oneStep.build(inner);
      },
    };
    const mixed = await after(numberedBatches({ batch: 20, steps: 1 }), method, 1, async (run) => {
      const at = run.inner.pointOf(run.inner.carry);
      const batch = add(iota([20]), 1);
      const graphs = (['forwards', 'backwards'] as const).map(
        (stream) => point!.joined({ at, batch, kept: constant(0.5), stream }).batch!,
      );
      return run.engine.evaluate(graphs);
    });
    // D* is zeros so far: half of the places keep them.
    for (const one of mixed) expect(one.filter((position) => position === 0).length).toBe(10);
    expect(mixed[0]).not.toEqual(mixed[1]);
  });

  it('rounds at random by a stream of its own, which the places do not share', () => {
    const [size, share] = [10, 0.25];
    for (let seed = 0; seed < 12; seed++) {
      const key = randomKey(seed);
      const mixed = mixBatches(iota([size]), add(iota([size]), 100), constant(share), key, 'stochastic');
      const kept = evaluate([mixed], new Map())[0]!.data.filter((position) => position < 100).length;
      expect(kept).toBe(Math.floor(size * share + numberOf(uniform(foldIn(key, 0, 'rounding'), []))));
    }
  });

  it('never freezes: rounding is stochastic where the paper’s would keep everything', () => {
    expect(chooseRounding(0.99, 100, 100)).toBe('nearest');
    expect(chooseRounding(0.999, 100, 100)).toBe('nearest');
    expect(chooseRounding(0.999, 100, 10_000)).toBe('stochastic');
    // Half an example rounds to one, less to none.
    expect(chooseRounding(1, 100, 200)).toBe('nearest');
    expect(chooseRounding(1, 100, 201)).toBe('stochastic');
  });
});

describe('γ = 0', () => {
  it('distils nothing: w*_t = w_{t−1}, D*_t = D_t, and with S_t = θ = 1 it is one-step', async () => {
    const [T, batch] = [6, 10];
    const problem = numberedBatches({ batch, steps: T });
    const method = hyperdistill({ gamma: 0, size: 1 });
    const both = (run: Run) => Promise.all([read(run, 'D*'), run.read('hypergradient')]);
    const [positions, hypergradient] = await after(problem, method, T, both);
    expect([...positions]).toEqual(Array.from({ length: batch }, (_, i) => (T - 1) * batch + i));
    expect(hypergradient).toEqual(await after(problem, oneStep, T, (run) => run.read('hypergradient')));
    const w = await after(rates(), method, T, (run) => read(run, 'w*'));
    [1, -2, 0.5].forEach((start, k) => {
      expect(w[k]).toBeCloseTo(0.9 ** (T - 1) * start, 14);
    });
  });
});

describe('the counters', () => {
  it('are T/every products, and 3T more where θ is fitted', async () => {
    const [T, every, period] = [12, 3, 2];
    const run = await prepare('float64', rates(), hyperdistill({ gamma: 0.9, estimationPeriod: period }), {
      horizon: T,
      meta: { optimiser: (rate) => sgd({ rate }), rate: 0.001, every },
    });
    const products: number[] = [];
    for (let m = 0; m < 4; m++) products.push((await run.metaStep()).counts.vjps);
    expect(products).toEqual([T / every + 3 * T, T / every, T / every + 3 * T, T / every]);
    run.destroy();
  });
});

describe('θ', () => {
  it('is fitted anew each time, to the pairs of this time', async () => {
    const method = hyperdistill({ gamma: 0.9, estimationPeriod: 1 });
    const [theta] = await after(rates(), method, 6, (run) => read(run, thetaName));
    expect(theta).toBeGreaterThan(0);
    const run = await prepare('float64', rates(), method, { horizon: 6 });
    for (let time = 0; time < 3; time++) await run.compute();
    expect((await read(run, thetaName))[0]).toBe(theta);
    run.destroy();
  });

  it('is 0 where past steps point against the last one, never below', async () => {
    // A = 1 − 0.1 · 30 = −2: g_1 = v and g_2 = −v, so Σ xy = (1 − S_2) v² = −0.9 v², and λ is not in the outer loss.
    const all = (run: Run) =>
      Promise.all([read(run, thetaName), read(run, 'Σ xy'), run.read('hypergradient')]);
    const [theta, xy, hypergradient] = await after(tracking([30, 30]), hyperdistill({ gamma: 0.9 }), 2, all);
    expect(xy[0]).toBeLessThan(0);
    expect(theta[0]).toBe(0);
    for (const value of hypergradient) expect(Math.abs(value)).toBe(0);
  });
});

describe('θ of several tasks', () => {
  it('is fitted to the pairs of all of them, where λ is one vector', async () => {
    const { together, apart } = slicedProblem(6);
    const method = hyperdistill({ gamma: 0.9 });
    const sums = (run: Run) => Promise.all(['Σ xy', 'Σ x²'].map(async (name) => (await read(run, name))[0]!));
    const each = await Promise.all(apart.map((problem) => after(problem, method, 8, sums)));
    const [xy, xx] = [0, 1].map((which) => each.reduce((total, pair) => total + pair[which]!, 0));
    const [theta] = await after(together, method, 8, (run) => read(run, thetaName));
    expect(theta).toBeGreaterThan(0);
    expect(Math.abs(theta! / (xy! / xx!) - 1)).toBeLessThan(1e-12);
  });
});

describe('π = 1', () => {
  it('gives a direction of unit length', async () => {
    const g = await after(rates(), hyperdistill({ gamma: 0.9, size: 'unit' }), 10, (run) =>
      run.read('hypergradient'),
    );
    expect(Math.hypot(...g)).toBeCloseTo(1, 12);
  });

  it('gives none where the outer loss does not see the weights', async () => {
    const blind: Problem = { ...rates(), outerLoss: (w) => multiply(0, sum(w)) };
    const g = await after(blind, hyperdistill({ gamma: 0.9, size: 'unit' }), 10, (run) =>
      run.read('hypergradient'),
    );
    expect([...g].map(Math.abs)).toEqual([0, 0, 0]);
  });
});

describe('refusals', () => {
  it('say what is wrong', async () => {
    expect(() => hyperdistill({ gamma: 1.5 })).toThrow('γ = 1.5 was asked for; give a number from 0 to 1');
    expect(() => hyperdistill({ gamma: 0.9, estimationPeriod: 0 })).toThrow('cannot be refitted every 0');
    const noUpdate: Problem = {
      ...rates(),
      update: ({ w, state }) => ({ w, state }),
      outerLoss: (w, lambda) => numberedBatches({ batch: 1, steps: 1 }).outerLoss(lambda, w, {}, undefined),
    };
    await expect(prepare('float64', noUpdate, hyperdistill({ gamma: 0.9 }), { horizon: 3 })).rejects.toThrow(
      'λ does not enter the inner update',
    );
  });
});
