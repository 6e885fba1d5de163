/**
 * @file What the passes put into a record, on problems whose numbers are known: one weight, L^tr = ½(w − λ)², descent from w_0 at η, so that
 * w_T = λ + (1 − η)^T (w_0 − λ), and L^val = ½(w_T − c)².
 */
import { exactReverse, type Method, oneStep, type Problem } from '@longhorizon/bilevel';
import { tracking, trackingOfSize } from '@longhorizon/bilevel/problems';
import { CellFailure } from '@longhorizon/harness';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Case } from './case.ts';
import { closeDevices, sharedDevice } from './device.ts';
import { digest, gradientPass } from './gradient.ts';
import { exactOf } from './oracle.ts';
import { compileMsOf, withFirstRun } from './prepare.ts';
import type { Recipe } from './rows.ts';
import { trainingPass } from './training.ts';

afterAll(closeDevices);

const [eta, T, start, target] = [0.1, 3, 1, 0.5];
const remains = (1 - eta) ** T;
const endAt = (lambda: number, from = start) => lambda + remains * (from - lambda);
const valueAt = (lambda: number, c = 0, from = start) => 0.5 * (endAt(lambda, from) - c) ** 2;

const problem = tracking({
  G: [1],
  w0: [start],
  lambda: [target],
  rate: eta,
  outer: { kind: 'quadratic', c: [0] },
});

let number = 0;
/** A cell of its own, so that nothing of another's is taken for its. */
async function caseWith(more: Partial<Case> = {}, config: Partial<Case['config']> = {}): Promise<Case> {
  return {
    config: {
      suite: 'own',
      problem: `tracking ${number++}`,
      method: 'exact-reverse',
      horizon: T,
      dimension: 1,
      seed: 0,
      profile: 'quick',
      pass: '',
      parameters: {},
      ...config,
    },
    seeds: {},
    device: await sharedDevice(undefined),
    problem,
    method: exactReverse(),
    oracle: undefined,
    recipe: undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

describe('the exact hypergradient', () => {
  const { closedForm: _, ...unsolved } = problem;

  it('comes from a formula where there is one, and from float64 on the host or the device where there is none', async () => {
    const right = endAt(target) * (1 - remains);
    const found = async (more: Partial<Case>) => exactOf(await caseWith(more));
    const closed = await found({});
    expect(closed.reference).toBe('closed form');
    expect(closed.hypergradient[0]).toBeCloseTo(right, 14);
    const host = await found({ problem: unsolved as Problem });
    expect(host.reference).toBe('exact reverse mode in float64');
    expect(host.hypergradient[0]).toBeCloseTo(right, 14);
    expect(host.weights[0]).toBeCloseTo(endAt(target), 14);
    const device = await found({ problem: unsolved as Problem, oracle: 'device' });
    expect(device.reference).toBe('exact reverse mode on the device');
    expect(device.hypergradient[0]).toBeCloseTo(right, 6);
    expect(device.hypergradient[0]).not.toBe(host.hypergradient[0]);
  });

  it('is worked out once for all methods and passes of a point, and anew for another point', async () => {
    const cell = await caseWith();
    const once = exactOf(cell);
    const config = { ...cell.config, method: 'one-step', pass: 'gradient' };
    expect(exactOf({ ...cell, config })).toBe(once);
    const longer = exactOf({ ...cell, config: { ...cell.config, horizon: 1 } });
    expect(longer).not.toBe(once);
    expect((await longer).weights[0]).toBeCloseTo(target + 0.9 * (start - target), 14);
  });

  it('is what a method is compared with: one-step has the right sign and the last step’s share alone', async () => {
    const { gradient, details, counters } = await gradientPass(await caseWith({ method: oneStep }));
    expect(gradient).toMatchObject({ reference: 'closed form', signAgreement: 1 });
    expect(gradient?.cosine).toBeCloseTo(1, 6);
    // η of 1 − (1 − η)^T.
    expect(gradient?.normRatio).toBeCloseTo(eta / (1 - remains), 5);
    expect(gradient?.relativeError).toBeCloseTo(1 - eta / (1 - remains), 5);
    expect(details?.outerLoss).toBeCloseTo(valueAt(target), 6);
    expect(details?.weightsError).toBeLessThan(1e-6);
    expect(counters).toMatchObject({ vjps: 1 });
  });

  it('has a digest of its numbers as float32', () => {
    expect(digest(Float64Array.of(1, -2, 0.1))).toBe(
      'd226a85ddc9cdc31791f144b026c857fbcb13f7807f252dbcdb62aeaf299d1aa',
    );
  });
});

describe('the compile time', () => {
  it('is what the first run took longer than a second one, once for all cells that share what was compiled', async () => {
    // A clock that is put forward: by a million seconds when the method is built, by as many minutes when it runs.
    const [building, running] = [1e9, 6e7];
    let [ahead, builds, runs] = [0, 0, 0];
    const real = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => real() + ahead);
    const method: Method = {
      ...oneStep,
      build: (inner) => {
        builds++;
        ahead += building;
        return {
          ...oneStep.build(inner),
          begin: () => {
            runs++;
            ahead += running;
            return [];
          },
        };
      },
    };
    try {
      // A size that nothing else here has, so that there is something to compile.
      const wide = trackingOfSize(5, 5);
      const cell = await caseWith({ problem: wide, method }, { dimension: 5 });
      expect(compileMsOf(cell)).toBeNull();
      await withFirstRun(cell, async () => {});
      expect(runs).toBe(2);
      expect(Math.abs(compileMsOf(cell)! - builds * building)).toBeLessThan(running / 2);
      const again = compileMsOf(cell);
      // Another T and another pass are compiled already.
      const other = { ...cell, config: { ...cell.config, horizon: T + 1, pass: 'memory' } };
      await withFirstRun(other, async () => {});
      expect(runs).toBe(3);
      expect(compileMsOf(other)).toBe(again);
    } finally {
      clock.mockRestore();
    }
  });
});

describe('the pass `training`', () => {
  const recipe: Recipe = { innerOptimisations: 5, rate: 0.1, evaluateEvery: 2 };

  /** λ after each update by Adam, by hand. */
  function adam(count: number, rate = (_: number) => 0.1): number[] {
    const lambdas = [target];
    let [lambda, first, second] = [target, 0, 0];
    for (let k = 1; k <= count; k++) {
      const g = endAt(lambda) * (1 - remains);
      first = 0.9 * first + 0.1 * g;
      second = 0.999 * second + 0.001 * g * g;
      lambda -= (rate(k - 1) * (first / (1 - 0.9 ** k))) / (Math.sqrt(second / (1 - 0.999 ** k)) + 1e-8);
      lambdas.push(lambda);
    }
    return lambdas;
  }

  it('judges λ before the first inner optimisation, now and then, and at the end', async () => {
    const { training, counters } = await trainingPass(await caseWith({ recipe }));
    const lambdas = adam(5);
    const { curve, final, finalSamples } = training!;
    expect(curve.map(({ step }) => step)).toEqual([0, 2, 4, 5]);
    for (const { step, metrics } of curve) expect(metrics.outerLoss).toBeCloseTo(valueAt(lambdas[step]!), 5);
    expect(final).toEqual(curve.at(-1)!.metrics);
    expect(finalSamples).toEqual({ outerLoss: [final.outerLoss] });
    expect(training).not.toHaveProperty('reportSplit');
    // The last step of a sweep needs αB alone.
    expect(counters).toMatchObject({ vjps: 5 * (2 * T - 1) });
  });

  it('lets λ come to rest where the recipe says so: its rate falls in a straight line', async () => {
    const { training } = await trainingPass(await caseWith({ recipe: { ...recipe, decays: true } }));
    const lambdas = adam(5, (number) => 0.1 * (1 - number / 5));
    for (const { step, metrics } of training!.curve)
      expect(metrics.outerLoss).toBeCloseTo(valueAt(lambdas[step]!), 5);
    expect(Math.abs(valueAt(lambdas[5]!) - valueAt(adam(5)[5]!))).toBeGreaterThan(1e-3);
  });

  it('judges on batches that no inner optimisation sees, where there are some', async () => {
    const test = { batches: 2, tasks: (batch: number) => ({ c: [2 * batch] }) };
    const { training } = await trainingPass(
      await caseWith({ recipe: { ...recipe, innerOptimisations: 1, rate: 0.01, test } }),
    );
    const [lambda] = [adam(1, () => 0.01)[1]!];
    const right = [valueAt(lambda, 0), valueAt(lambda, 2)];
    training!.finalSamples!.outerLoss!.forEach((value, batch) => {
      expect(value).toBeCloseTo(right[batch]!, 5);
    });
    expect(training!.final.outerLoss).toBeCloseTo((right[0]! + right[1]!) / 2, 5);
    expect(training).toMatchObject({ selectionSplit: 'train', reportSplit: 'test' });
  });

  it('judges from φ as it has moved', async () => {
    const { training } = await trainingPass(
      await caseWith({
        recipe: { innerOptimisations: 2, rate: 0, evaluateEvery: 1, initialisation: 'reptile' },
      }),
    );
    // λ stays, and φ goes to w_T after each inner optimisation.
    const starts = [start, endAt(target), endAt(target, endAt(target))];
    training!.curve.forEach(({ metrics }, step) => {
      expect(metrics.outerLoss).toBeCloseTo(valueAt(target, 0, starts[step]), 6);
    });
  });

  it('learns from the tasks of each inner optimisation', async () => {
    const seen: number[] = [];
    const tasks = (which: number) => {
      seen.push(which);
      return { c: [10] };
    };
    const { training } = await trainingPass(
      await caseWith({ recipe: { ...recipe, innerOptimisations: 3, tasks } }),
    );
    expect(seen).toEqual([0, 1, 2]);
    // λ is pulled towards 10, though it is judged at 0.
    const losses = training!.curve.map(({ metrics }) => metrics.outerLoss!);
    expect(losses.at(-1)).toBeGreaterThan(losses[0]!);
  });

  it('has no cell on a problem that is not learned from, and stops when it is told to', async () => {
    const failureOf = async (more: Partial<Case>): Promise<unknown> =>
      trainingPass(await caseWith(more)).catch((error: unknown) => error);
    expect(await failureOf({})).toMatchObject({
      status: 'unsupported',
      message: expect.stringContaining('nothing is learned on the problem'),
    });
    const stopped = await failureOf({ recipe, signal: AbortSignal.abort() });
    expect(stopped).toBeInstanceOf(CellFailure);
    expect(stopped).toMatchObject({ status: 'timeout', message: 'stopped after 0 inner optimisations.' });
  });
});
