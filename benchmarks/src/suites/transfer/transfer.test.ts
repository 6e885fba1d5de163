import { exactReverse, prepare } from '@longhorizon/bilevel';
import { loadDataset } from '@longhorizon/datasets';
import { hyperdistill } from '@longhorizon/hyperdistill';
import { authorsPhi, metaPerturbProblem } from '@longhorizon/metaperturb';
import { conv4, perceptron } from '@longhorizon/nn';
import { evaluate, filled, input, randomKey } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { drawTask, halfSwap } from '../../problem-parts/drawn-task.ts';
import { dropBlock } from './arms/drop-block.ts';
import { arms } from './arms/index.ts';
import { judgementOf } from './model/judgement.ts';

const host = conv4({ classes: 3, filters: 4, layers: 2, inputShape: [8, 8, 1] });

describe('the arms', () => {
  it.each(arms.filter(({ drawsAtTest }) => !drawsAtTest).map((arm) => [arm.name, arm] as const))(
    '%s is the host itself at the test',
    (_, arm) => {
      const [w, x] = [input([host.layout.paddedLength]), input([2, 8, 8, 1])];
      const model = arm.network(host, { kappa: 1, training: false });
      expect(model.apply(w, x, { mode: 'evaluate' }).outputs).toBe(
        host.apply(w, x, { mode: 'evaluate' }).outputs,
      );
    },
  );

  it('DropBlock drops squares, a tenth of all elements on average, and keeps the mean', () => {
    const { data } = evaluate([dropBlock(filled(1, [16, 9, 9, 8]), randomKey(3))], new Map())[0]!;
    const dropped = data.filter((one) => one === 0).length / data.length;
    // Squares overlap a little, so that somewhat less than a tenth is dropped.
    expect(dropped).toBeGreaterThan(0.07);
    expect(dropped).toBeLessThan(0.11);
    expect(data.reduce((a, b) => a + b, 0) / data.length).toBeCloseTo(1, 10);
  });
});

describe('judging', () => {
  it('takes the logarithm of the mean probability, and the gap between confidence and accuracy', () => {
    const probabilities = Float64Array.from([0.8, 0.2, 0.6, 0.4, 0.3, 0.7, 0.9, 0.1]);
    const { accuracy, nll, ece, bins } = judgementOf(probabilities, Uint32Array.from([0, 1, 1, 0]));
    expect(accuracy).toBe(0.75);
    expect(nll).toBeCloseTo(-(Math.log(0.8) + Math.log(0.4) + Math.log(0.7) + Math.log(0.9)) / 4, 7);
    // Every confidence lies in a bin of its own.
    expect(ece).toBeCloseTo((0.2 + 0.6 + 0.3 + 0.1) / 4, 7);
    expect(bins[8]).toEqual({ count: 1, confidence: 0.8, accuracy: 1 });
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(4);
  });
});

describe('source tasks', () => {
  it('are learned from on either half, and judged on the other', () => {
    const glyphs = loadDataset('glyphs', { seed: 1, classes: 4, perClass: 8 });
    const sizes = { classes: 2, train: 3, test: 3, pool: Uint32Array.from([1, 3]) };
    const task = drawTask(glyphs, [0, 1], sizes);
    const [one, other] = halfSwap({
      name: 'bytes',
      classes: 2,
      train: task.train,
      validation: task.test,
    });
    expect(other!.train).toBe(one!.validation);
    expect(other!.validation).toBe(one!.train);
    const size = 28 * 28;
    const pictures = [task.train, task.test].flatMap(({ x }) =>
      Array.from({ length: 6 }, (_, k) => x.subarray(k * size, (k + 1) * size).join()),
    );
    expect(new Set(pictures).size).toBe(12);
    const allowed = new Set(
      [...glyphs.labels.entries()].flatMap(([k, label]) =>
        label % 2 === 1
          ? [
              Array.from(glyphs.images.subarray(k * size, (k + 1) * size), (p) =>
                Math.fround(p / 127.5 - 1),
              ).join(),
            ]
          : [],
      ),
    );
    expect(pictures.every((picture) => allowed.has(picture))).toBe(true);
  });
});

it('HyperDistill runs on MetaPerturb as a bilevel problem, and points where the exact hypergradient does', async () => {
  const wave = (count: number, seed: number) =>
    Array.from({ length: count }, (_, k) => Math.sin(1.7 * k + seed));
  const half = (seed: number) => ({ x: wave(18, seed), labels: [0, 1, 0, 1, 0, 1] });
  const problem = metaPerturbProblem({
    host: perceptron([3, 4, 2]),
    tasks: [{ name: 'one', classes: 2, train: half(1), validation: half(2) }],
    batch: 4,
    phi: authorsPhi(),
  });
  const of = async (method: Parameters<typeof prepare>[2]) => {
    const run = await prepare('float64', problem, method, { horizon: 3 });
    await run.compute();
    const values = await run.read('hypergradient');
    run.destroy();
    return values;
  };
  const [found, exact] = [await of(hyperdistill({ gamma: 0.99 })), await of(exactReverse())];
  const dot = found.reduce((sum, value, k) => sum + value * exact[k]!, 0);
  expect(dot / (Math.hypot(...found) * Math.hypot(...exact))).toBeGreaterThan(0.9);
});
