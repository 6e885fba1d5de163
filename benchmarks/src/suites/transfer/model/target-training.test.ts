/** @file The released protocol of target training, and what is said of a network that it made. */
import { conv4 } from '@longhorizon/nn';
import { array, constant, evaluate, randomKey, softmax } from '@longhorizon/tensor';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import type { Examples } from '../../../problem-parts/drawn-task.ts';
import { base } from '../arms/base.ts';
import { manifoldMixup } from '../arms/manifold-mixup.ts';
import { type Attack, attacked, judge, judgementOf } from './judgement.ts';
import { sourceLoop } from './source-training.ts';
import { kappaOf, rateOf, type TargetOptions, TargetTraining } from './target-training.ts';

const at = (of: (step: ReturnType<typeof constant>) => Parameters<typeof evaluate>[0][number], t: number) =>
  evaluate([of(constant(t, 'u32'))], new Map())[0]!.data[0]!;

describe('the protocol', () => {
  it('has a rate of 0.001, times 0.3 from 40, 70 and 90 % of the run on', () => {
    const rates = [0, 39, 40, 69, 70, 89, 90, 99].map((t) => at(rateOf(100), t));
    const right = [0, 0, 1, 1, 2, 2, 3, 3].map((drops) => 1e-3 * 0.3 ** drops);
    rates.forEach((rate, k) => {
      expect(rate / right[k]!).toBeCloseTo(1, 10);
    });
    // Of a run of one step, every share is a step.
    expect(at(rateOf(1), 0)).toBeCloseTo(1e-3, 12);
  });

  it('has a κ that rises from 0 to 1 over the first 40 % and stays', () => {
    const kappas = [0, 10, 20, 39, 40, 99].map((t) => at((step) => kappaOf(step, 100), t));
    [0, 0.25, 0.5, 0.975, 1, 1].forEach((right, k) => {
      expect(kappas[k]).toBeCloseTo(right, 6);
    });
    expect(at((step) => kappaOf(step, 1), 1)).toBe(1);
  });
});

describe('manifold mixup', () => {
  const outputs = array([3, -1, 0.5, 0, 2, -2, 1, 1, 1, -1, 0, 4], [4, 3]);
  const lossOf = (labels: readonly number[], seed: number) =>
    evaluate([manifoldMixup.loss!(outputs, array(labels, [4], 'u32'), randomKey(seed))], new Map())[0]!
      .data[0]!;
  const logits = [
    [3, -1, 0.5],
    [0, 2, -2],
    [1, 1, 1],
    [-1, 0, 4],
  ];
  /** Mean cross-entropy, by hand. */
  const plain = (labels: readonly number[]) =>
    logits.reduce((sum, row, k) => {
      const total = row.reduce((all, one) => all + Math.exp(one), 0);
      return sum + Math.log(total) - row[labels[k]!]!;
    }, 0) / 4;

  it('is the plain loss where all labels are the same, whatever is mixed', () => {
    for (const seed of [1, 2, 3]) expect(lossOf([1, 1, 1, 1], seed)).toBeCloseTo(plain([1, 1, 1, 1]), 6);
  });

  it('is a mixture of the loss with the labels of partners, in a share that the key decides', () => {
    const own = plain([0, 1, 2, 2]);
    const shares = [1, 2, 3, 4, 5, 6].map((seed) => {
      const found = lossOf([0, 1, 2, 2], seed);
      expect(found).toBe(lossOf([0, 1, 2, 2], seed));
      // Partners are a permutation: some order of the labels, with a share between 0 and 1.
      const orders = [0, 1, 2, 2].flatMap((a, i, all) =>
        all.flatMap((b, j) =>
          all.flatMap((c, k) =>
            new Set([i, j, k]).size < 3 ? [] : [[a, b, c, all[6 - i - j - k]!] as const],
          ),
        ),
      );
      const possible = orders
        .map((order) => plain(order))
        .filter((other) => (found - own) * (other - own) >= 0)
        .some((other) => Math.abs(found - own) <= Math.abs(other - own) + 1e-6);
      expect(possible).toBe(true);
      return found;
    });
    expect(new Set(shares).size).toBeGreaterThan(1);
  });
});

describe('a judgement', () => {
  it('counts a picture of the surest bin in the last one, and an empty bin as nothing', () => {
    const { bins, accuracy } = judgementOf(Float64Array.from([1, 0, 0.55, 0.45]), Uint32Array.from([0, 1]));
    expect(accuracy).toBe(0.5);
    expect(bins[9]).toEqual({ count: 1, confidence: 1, accuracy: 1 });
    expect(bins[5]).toEqual({ count: 1, confidence: 0.55, accuracy: 0 });
    expect(bins[0]).toEqual({ count: 0, confidence: 0, accuracy: 0 });
  });

  it('takes a probability of zero as the smallest there is, not as infinite surprise', () => {
    const { nll } = judgementOf(Float64Array.from([1, 0]), Uint32Array.from([1]));
    expect(nll).toBeCloseTo(-Math.log(1e-37), 6);
  });
});

const host = conv4({ classes: 3, filters: 4, layers: 1, inputShape: [4, 4, 1], norm: { running: 'shared' } });
const count = 12;
const examples: Examples = {
  x: Float32Array.from({ length: count * 16 }, (_, k) => Math.sin(k * k + 1)),
  labels: Uint32Array.from({ length: count }, (_, k) => k % 3),
};
const options: TargetOptions = {
  host,
  arm: base,
  task: { classes: 3, shape: [4, 4, 1], train: examples, test: examples },
  steps: 30,
  batch: 6,
  seeds: { initialisation: 1, order: 2, noise: 3 },
};

describe('a target network', () => {
  const device = useDevice();

  it('learns, is judged by its probabilities, and is attacked within a radius and the range of pixels', async () => {
    const training = await TargetTraining.make(device(), options);
    try {
      const first = await training.run(0, 3);
      await training.run(3, 24);
      expect(await training.run(27, 3)).toBeLessThan(first);
      const found = await judge(device(), training, examples, 4);
      // The same network in float64.
      const { outputs } = host.apply(
        array(await training.loop.carry.w.read(), [host.layout.paddedLength]),
        array(examples.x, [count, 4, 4, 1]),
        {
          mode: 'evaluate',
          statistics: array(await training.loop.carry.statistics.read(), [host.statistics!.paddedLength]),
        },
      );
      const [probabilities] = evaluate([softmax(outputs, 1)], new Map());
      const right = judgementOf(Float64Array.from(probabilities!.data), examples.labels);
      expect(found.accuracy).toBe(right.accuracy);
      expect(found.nll).toBeCloseTo(right.nll, 4);
      // Without noise at the test, draws are one.
      expect(await judge(device(), training, examples, 1)).toEqual(found);

      const attack: Attack = { radius: 0.1, stepSize: 0.04, steps: 4, draws: 1 };
      const moved = await attacked(device(), training, examples, attack);
      expect(moved.labels).toBe(examples.labels);
      const away = moved.x.map((value, k) => Math.abs(value - examples.x[k]!));
      expect(Math.max(...away)).toBeLessThanOrEqual(0.1 + 1e-6);
      // Four steps of 0.04 reach the radius of most.
      expect(away.filter((one) => one > 0.099).length).toBeGreaterThan(count);
      expect(Math.max(...moved.x.map(Math.abs))).toBeLessThanOrEqual(1);
      expect((await judge(device(), training, moved, 1)).nll).toBeGreaterThan(found.nll);
    } finally {
      training.destroy();
    }
  });

  it('of tasks with other numbers of pictures there is no meta-training', async () => {
    const task = { name: 'one', classes: 3, train: examples, validation: examples };
    const short = { x: examples.x.subarray(0, 6 * 16), labels: examples.labels.subarray(0, 6) };
    await expect(
      sourceLoop(device(), { host, tasks: [task, { ...task, validation: short }], batch: 2, seed: 1 }),
    ).rejects.toThrow(/the tasks have 12, 6 validation pictures; draw the same number for every task/);
  });
});
