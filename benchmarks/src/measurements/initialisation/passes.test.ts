/**
 * @file What the passes of initialisation methods put into a record, on quadratics whose numbers are known: task t draws θ towards c_t, so that
 * after k steps from φ it is at c_t + (1 − α)^k (φ − c_t).
 */
import { independent, init } from '@longhorizon/bilevel';
import { quadraticTaskSet } from '@longhorizon/bilevel/problems';
import { CellFailure } from '@longhorizon/harness';
import { sgd } from '@longhorizon/nn';
import { afterAll, describe, expect, it } from 'vitest';
import { initMethods, methodNamed } from '../../methods/registry.ts';
import { closeDevices, sharedDevice } from '../device.ts';
import { type InitialisationCase, initialisationCase } from './case.ts';
import { initialisationMemory } from './memory.ts';
import { initialisationSuite, initRow, type Tuned } from './rows.ts';
import { withArms } from './time.ts';
import { initialisationTraining } from './training.ts';

afterAll(closeDevices);

const [alpha, K, beta, phi] = [0.1, 4, 0.5, 1];
const centres = [2, -1];
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
const after = (steps: number, from: number, centre: number) =>
  centre + (1 - alpha) ** steps * (from - centre);
const lossAt = (theta: number, centre: number) => 0.5 * (theta - centre) ** 2;
/** φ after each trajectory of Reptile. */
function reptile(trajectories: number): number[] {
  const points = [phi];
  for (let k = 0; k < trajectories; k++) {
    const from = points.at(-1)!;
    points.push(from + beta * (mean(centres.map((centre) => after(K, from, centre))) - from));
  }
  return points;
}

const taskSet = quadraticTaskSet({
  tasks: centres.map((centre) => ({ H: [1], c: [centre] })),
  initial: [phi],
  optimiser: sgd({ rate: alpha }),
});

async function caseWith(more: Partial<InitialisationCase> = {}): Promise<InitialisationCase> {
  return {
    config: {
      suite: 'own',
      problem: 'quadratics',
      method: 'reptile',
      horizon: K,
      dimension: 1,
      seed: 0,
      profile: 'quick',
      pass: '',
      parameters: {},
    },
    device: await sharedDevice(undefined),
    taskSet,
    method: init.reptile({ rate: beta }),
    tuned: undefined,
    recipe: () => ({
      innerSteps: 3 * K,
      every: K,
      judgedAt: [0, K, 3 * K],
      metaTest: { taskSet, steps: 2 },
    }),
    signal: new AbortController().signal,
    ...more,
  };
}

describe('the pass `training`', () => {
  it('has the mean loss of each stretch, and φ judged where it was asked for', async () => {
    const { training, counters } = await initialisationTraining(await caseWith());
    const points = reptile(3);
    const { curve, final, finalSamples } = training!;
    expect(curve.map(({ step }) => step)).toEqual([0, K, 2 * K, 3 * K]);
    expect(curve.map(({ metrics }) => 'testLoss' in metrics)).toEqual([true, true, false, true]);
    expect(curve[0]!.metrics).not.toHaveProperty('trainLoss');
    // Soft resets: the first trajectory begins at φ, as the tasks do.
    const first = Array.from({ length: K }, (_, k) => centres.map((c) => lossAt(after(k, phi, c), c))).flat();
    expect(curve[1]!.metrics.trainLoss).toBeCloseTo(mean(first), 5);
    // The loss that the last of two steps of the meta-test sees.
    const judged = (point: number) => centres.map((c) => lossAt(after(1, point, c), c));
    expect(curve[0]!.metrics.testLoss).toBeCloseTo(mean(judged(points[0]!)), 5);
    expect(curve[1]!.metrics.testLoss).toBeCloseTo(mean(judged(points[1]!)), 5);
    expect(final.testLoss).toBe(curve[3]!.metrics.testLoss);
    expect(final.trainLoss).toBe(curve[3]!.metrics.trainLoss);
    expect(finalSamples!.testLoss).toHaveLength(2);
    expect(training!.reportSplit).toContain('after 2 inner steps from φ');
    expect(counters).toMatchObject({ gradients: 3 * K * centres.length });
  });

  it('ends with the last judgement, whenever that was', async () => {
    const recipe = () => ({ innerSteps: 2 * K, every: K, judgedAt: [K], metaTest: { taskSet, steps: 2 } });
    const { curve, final } = (await initialisationTraining(await caseWith({ recipe }))).training!;
    expect(curve.map(({ metrics }) => 'testLoss' in metrics)).toEqual([false, true, false]);
    expect(final.testLoss).toBe(curve[1]!.metrics.testLoss);
    expect(final.trainLoss).toBe(curve[2]!.metrics.trainLoss);
  });

  it('says how β was chosen', async () => {
    const tuned: Tuned = {
      problem: 'quadratics',
      method: 'reptile',
      horizon: 8,
      rates: [0.5, 1],
      losses: [0.1, null],
      beta,
    };
    const { details } = await initialisationTraining(await caseWith({ tuned }));
    expect(details).toEqual({
      metaStepSize: beta,
      chosenFrom: [0.5, 1],
      chosenAt: { horizon: 8, seed: 0 },
      trainingLossOfEach: [0.1, null],
    });
  });

  it('that diverges says after which step, and one that is stopped how far it came', async () => {
    const failureOf = async (more: Partial<InitialisationCase>): Promise<unknown> =>
      initialisationTraining(await caseWith(more)).catch((error: unknown) => error);
    const steep = quadraticTaskSet({
      tasks: [{ H: [1e30], c: [0] }],
      initial: [phi],
      optimiser: sgd({ rate: alpha }),
    });
    // θ is −10²⁹ after one step, and its loss beyond float32.
    const diverged = await failureOf({ taskSet: steep });
    expect(diverged).toBeInstanceOf(CellFailure);
    expect(diverged).toMatchObject({
      status: 'diverged',
      failedAtStep: 1,
      message: expect.stringMatching(/after inner step 1 .* smaller meta step size/),
    });
    expect(await failureOf({ signal: AbortSignal.abort() })).toMatchObject({
      status: 'timeout',
      message: 'stopped after 0 inner steps.',
    });
  });
});

describe('the pass `time`', () => {
  it('takes turns with the same steps without a method: φ moves in one arm and stays in the other', async () => {
    for (const method of [init.reptile({ rate: beta }), independent])
      await withArms(await caseWith({ method }), async (own, plain) => {
        const before = await own.read('initial');
        expect(await plain.read('initial')).toEqual(Float64Array.of(phi));
        const [moved, stayed] = [await own.run(K), await plain.run(K)];
        expect([moved.steps, stayed.steps]).toEqual([K, K]);
        expect(await plain.read('initial')).toEqual(Float64Array.of(phi));
        const moves = (await own.read('initial'))[0] !== before[0];
        expect(moves).toBe(method !== independent);
      });
  });
});

it('the pass `memory` has the bytes that were predicted', async () => {
  const { memory, counters } = await initialisationMemory(await caseWith());
  expect(memory!.peakBytes).toBe(memory!.predictedPeakBytes);
  expect(memory!.peakBytesByClass).toEqual(memory!.predictedBytesByClass);
  expect(memory!.predictedFormula).toMatch(/^2 tasks × /);
  // φ of 4 bytes, and as many of each task.
  expect(memory!.peakBytesByClass!.weights).toBeGreaterThanOrEqual(3 * 4);
  expect(counters).toMatchObject({ steps: K });
});

describe('a cell', () => {
  const betas: number[] = [];
  const row = initRow(methodNamed(initMethods, 'reptile'));
  const suite = initialisationSuite({
    name: 'own',
    title: 'Own',
    description: 'Two quadratics, and a problem without its files.',
    measureVersion: 1,
    tunedBy: 'the tuning',
    tunedFor: (problem, method, horizon) =>
      horizon > 100 ? undefined : { problem, method, horizon, rates: [1], losses: [1], beta: 0.25 },
    problems: ['quadratics', 'absent'].map((name) => ({
      name,
      dimension: { minimum: 1, maximum: 1 },
      ...(name === 'absent' ? { needs: ['glyphs'] } : {}),
      make: () => taskSet,
      recipe: () => {
        throw new Error('not asked for');
      },
    })),
    methods: [
      {
        ...row,
        make: (size, config) => {
          betas.push(size);
          return row.make(size, config);
        },
      },
      initRow(methodNamed(initMethods, 'scratch')),
    ],
    isolation: 'in-process',
    profiles: { quick: { horizons: [K], dimensions: [1], seeds: [0] } },
  });
  const made = async (change: Partial<InitialisationCase['config']>) => {
    const { config } = await caseWith();
    const context = { cellId: '', seeds: {}, adapter: undefined, signal: new AbortController().signal };
    return initialisationCase(suite, { ...config, ...change }, context);
  };

  it('has the β that was chosen, and none without a choice', async () => {
    expect((await made({})).tuned?.beta).toBe(0.25);
    expect(betas).toEqual([0.25]);
    await expect(made({ horizon: 101 })).rejects.toMatchObject({
      status: 'unsupported',
      message: 'no meta step size was chosen for reptile on quadratics; run the tuning for it.',
    });
    // A method without β needs no choice.
    expect((await made({ method: 'scratch', horizon: 101 })).tuned).toBeUndefined();
  });

  it('is held to the size of its problem', async () => {
    await expect(made({ dimension: 2 })).rejects.toMatchObject({ status: 'error' });
    await expect(made({ problem: 'none' })).rejects.toThrow('internal: own has no none with reptile.');
  });

  it('of a problem without its files is in no profile', () => {
    expect(suite.suite.problems.map(({ name }) => name)).toEqual(['quadratics', 'absent']);
    expect(suite.suite.profiles.quick?.problems).toEqual(['quadratics']);
  });
});
