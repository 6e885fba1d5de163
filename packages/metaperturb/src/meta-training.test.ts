/** The meta-step in float64: which gradients move what, and which statistics a pass changes. */
import {
  exactReverse,
  firstOrder,
  type Method,
  neumannIft,
  oneStep,
  prepare,
  truncatedReverse,
} from '@longhorizon/bilevel';
import { conv4, crossEntropy, type Layout, perceptron, sgd } from '@longhorizon/nn';
import {
  array,
  constant,
  foldIn,
  grad,
  input,
  mean,
  randomKey,
  splitKey,
  sum,
  type Tensor,
  vmap,
} from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { type MetaCarry, metaTraining } from './meta-training.ts';
import { perturbed } from './perturbed.ts';
import { authorsPhi, phiLayout } from './phi.ts';
import { metaPerturbProblem, type TaskExamples } from './problem.ts';
import { valuesOn } from './testing/golden.ts';

const wave = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, k) => Math.sin(1.7 * k + seed) + 0.3 * Math.cos(0.31 * k * seed));

const tasks = [
  { name: 'one', classes: 2 },
  { name: 'other', classes: 2 },
];
const host = conv4({ classes: 2, filters: 2, layers: 1, inputShape: [4, 4, 1], norm: { running: 'shared' } });

/** A meta-step on fixed numbers, with descent at a rate of 1 for φ: its gradient is the difference. */
async function metaStep(clip?: number) {
  const training = metaTraining({
    host,
    ...(clip === undefined ? {} : { clip }),
    tasks,
    optimiser: sgd({ rate: 0.1 }),
    phiOptimiser: sgd({ rate: 1 }),
  });
  const { model, carry: specs } = training;
  const carry: MetaCarry<Tensor> = {
    w: input(specs.w.shape),
    wState: {},
    statistics: input(specs.statistics.shape),
    phi: input(specs.phi.shape),
    phiState: {},
  };
  const batchOf = () => [input([2, 3, 4, 4, 1]), input([2, 3], { dtype: 'u32' })] as const;
  const batch = { train: batchOf(), validation: batchOf() };
  const labels = [0, 1, 1, 1, 0, 1];
  const statistics = model.startStatistics();
  const feeds = new Map<Tensor, ArrayLike<number>>([
    [carry.w, [...host.initialise(1), ...host.initialise(2)]],
    [carry.statistics, [...statistics, ...statistics]],
    [carry.phi, authorsPhi()],
    [batch.train[0], wave(96, 1)],
    [batch.train[1], labels],
    [batch.validation[0], wave(96, 2)],
    [batch.validation[1], [...labels].reverse()],
  ]);
  const key = randomKey(5);
  const step = training.step(carry, batch, key, constant(0, 'u32'));
  return { model, carry, batch, feeds, key, step };
}

const losses = vmap((outputs: Tensor, labels: Tensor) => crossEntropy(outputs, labels));

describe('a meta-step', () => {
  it("moves φ by the mean over tasks of the validation loss's gradient at the new weights, held fixed", async () => {
    const { model, carry, batch, feeds, key, step } = await metaStep();
    const parts = (w: Tensor, phi: Tensor) => [[host.layout, w] as const, [phiLayout, phi] as const];
    // The training pass by itself: weights after one step of descent, statistics after one batch.
    const trainKey = splitKey(foldIn(key, 0, 'train'), 2, 'task');
    const pass = (w: Tensor) =>
      model.apply(parts(w, carry.phi), batch.train[0], { statistics: carry.statistics, key: trainKey });
    const gradient = grad((w: Tensor) => sum(losses(pass(w).outputs, batch.train[1])))(carry.w) as Tensor;
    const [w, gradients, running, nextW, nextPhi, nextStatistics] = await valuesOn(
      'float64',
      [carry.w, gradient, pass(carry.w).statistics!, step.carry.w, step.carry.phi, step.carry.statistics],
      feeds,
    );
    for (let k = 0; k < w!.length; k++) expect(nextW![k]).toBeCloseTo(w![k]! - 0.1 * gradients![k]!, 12);

    // The validation loss as a function of φ alone, by central differences in every one of the 82 directions.
    const [fixed, statistics, phi] = [
      input(carry.w.shape),
      input(carry.statistics.shape),
      input(carry.phi.shape),
    ];
    const judged = perturbed(host, { clip: 100, statistics: 'batch' });
    const { outputs } = judged.apply(parts(fixed, phi), batch.validation[0], {
      mode: 'evaluate',
      statistics,
      key: splitKey(foldIn(key, 0, 'validation'), 2, 'task'),
    });
    const loss = mean(losses(outputs, batch.validation[1]));
    const at = async (values: ArrayLike<number>) => {
      const all = new Map([...feeds, [fixed, nextW!], [statistics, running!], [phi, values]] as const);
      return (await valuesOn('float64', [loss], all))[0]![0]!;
    };
    const start = authorsPhi();
    const found = Float64Array.from(start, (value, k) => value - nextPhi![k]!);
    for (const { offset, size } of phiLayout.slices)
      for (let k = offset; k < offset + size; k++) {
        const moved = (by: number) =>
          at(Float64Array.from(start, (value, j) => (j === k ? value + by : value)));
        const difference = ((await moved(1e-5)) - (await moved(-1e-5))) / 2e-5;
        expect(found[k], `φ_${k}`).toBeCloseTo(difference, 7);
      }
    expect(Math.hypot(...found)).toBeGreaterThan(1e-3);

    // Batch norm's statistics are those after the training pass; the perturbation's have moved once more.
    const layout = model.statistics as Layout;
    for (const { name, offset, size } of layout.slices) {
      const same = Array.from(
        { length: size },
        (_, k) => nextStatistics![offset + k] === running![offset + k],
      );
      expect(same.every(Boolean), name).toBe(!name.startsWith('perturbation'));
    }
  });

  it('cuts off at c in the validation pass as well', async () => {
    const clip = 0.1;
    const { carry, batch, feeds, key, step } = await metaStep(clip);
    const parts = (w: Tensor) => [[host.layout, w] as const, [phiLayout, carry.phi] as const];
    const trained = perturbed(host, { clip }).apply(parts(carry.w), batch.train[0], {
      statistics: carry.statistics,
      key: splitKey(foldIn(key, 0, 'train'), 2, 'task'),
    });
    const judgedBy = (limit: number) =>
      losses(
        perturbed(host, { clip: limit, statistics: 'batch' }).apply(
          parts(step.carry.w),
          batch.validation[0],
          {
            mode: 'evaluate',
            statistics: trained.statistics!,
            key: splitKey(foldIn(key, 0, 'validation'), 2, 'task'),
          },
        ).outputs,
        batch.validation[1],
      );
    const [found, expected, other] = await valuesOn(
      'float64',
      [step.validationLoss, judgedBy(clip), judgedBy(100)],
      feeds,
    );
    expect(found).toEqual(expected);
    expect(found).not.toEqual(other);
  });

  it('keeps Adam for φ, as released, where the tasks are given another optimiser', () => {
    const { carry } = metaTraining({ host, tasks, optimiser: sgd({ rate: 0.1 }) });
    expect(Object.keys(carry.wState)).toEqual([]);
    expect(Object.keys(carry.phiState)).toEqual(['first', 'second']);
  });

  it('refuses tasks of other numbers of classes than the head, in a sentence', () => {
    const mixed = [...tasks, { name: 'third', classes: 5 }];
    expect(() => metaTraining({ host, tasks: mixed })).toThrow(
      /a head for 2 classes, but 'third' has 5; draw the same number/,
    );
    expect(() => metaTraining({ host, tasks: [] })).toThrow(/no task to learn from/);
  });
});

const examples = (seed: number) => ({
  x: wave(6 * 3, seed),
  labels: Array.from({ length: 6 }, (_, k) => (k + seed) % 2),
});
const taskOf = (name: string, seed: number): TaskExamples => ({
  name,
  classes: 2,
  train: examples(seed),
  validation: examples(seed + 1),
});
const problem = metaPerturbProblem({
  host: perceptron([3, 4, 2]),
  tasks: [taskOf('one', 1), taskOf('other', 4)],
  batch: 4,
  phi: authorsPhi(),
});

/** The hypergradient after T steps, in float64. */
async function hypergradient(method: Method, horizon: number): Promise<readonly number[]> {
  const run = await prepare('float64', problem, method, { horizon });
  try {
    await run.compute();
    return [...(await run.read('hypergradient'))];
  } finally {
    run.destroy();
  }
}

describe('MetaPerturb as a bilevel problem, in float64', () => {
  it('has p = 82, and the exact hypergradient is that of differences', async () => {
    expect(problem.p).toBe(82);
    const exact = await hypergradient(exactReverse(), 3);
    const start = problem.initial.hyperparameters;
    const lossAt = async (k: number, by: number) => {
      const hyperparameters = Float64Array.from(start, (value, j) => (j === k ? value + by : value));
      const moved = { ...problem, initial: { ...problem.initial, hyperparameters } };
      const run = await prepare('float64', moved, exactReverse(), { horizon: 3 });
      const { outerLoss } = await run.compute();
      run.destroy();
      return outerLoss;
    };
    for (const { offset } of phiLayout.slices.slice(1, 4)) {
      const difference = ((await lossAt(offset, 1e-4)) - (await lossAt(offset, -1e-4))) / 2e-4;
      expect(exact[offset], `φ_${offset}`).toBeCloseTo(difference, 6);
    }
  });

  it('learns from one half of each task and is judged on the other', () => {
    for (const [half, more] of [
      ['train', 0],
      ['validation', 1],
    ] as const) {
      const [one, other] = [examples(1 + more), examples(4 + more)];
      expect(Array.from(problem.given[`${half}X`]!.values)).toEqual([...one.x, ...other.x]);
      expect(Array.from(problem.given[`${half}Labels`]!.values)).toEqual([...one.labels, ...other.labels]);
    }
  });

  it('draws the noise of a batch from its first two positions', async () => {
    // Examples that are all the same: nothing but the noise depends on which are drawn.
    const same = { x: new Float32Array(6 * 3).fill(0.5), labels: new Uint32Array(6) };
    const { given, innerLoss, initial } = metaPerturbProblem({
      host: perceptron([3, 4, 2]),
      tasks: [{ name: 'even', classes: 2, train: same, validation: same }],
      batch: 3,
      phi: authorsPhi(),
    });
    const [w, lambda] = [input([1, initial.weights!.length]), input([phiLayout.paddedLength])];
    const tensors = Object.fromEntries(
      Object.entries(given).map(([name, { shape, dtype }]) => [name, input(shape, { dtype })]),
    );
    const feeds = new Map<Tensor, ArrayLike<number>>([
      [w, initial.weights!],
      [lambda, authorsPhi()],
      ...Object.entries(given).map(([name, { values }]) => [tensors[name]!, values] as const),
    ]);
    const drawn = [
      [0, 1, 2],
      [0, 1, 5],
      [0, 2, 1],
      [3, 1, 2],
    ].map((positions) => innerLoss(w, lambda, tensors, array(positions, [1, 3], 'u32')));
    const [loss, sameStart, otherSecond, otherFirst] = await valuesOn('float64', drawn, feeds);
    expect(sameStart).toEqual(loss);
    expect(otherSecond).not.toEqual(loss);
    expect(otherFirst).not.toEqual(loss);
  });

  it('is differentiated by every method that is asked for, and each leaves out something else', async () => {
    const exact = await hypergradient(exactReverse(), 3);
    const first = await hypergradient(firstOrder, 3);
    for (const method of [oneStep, truncatedReverse({ window: 2 }), neumannIft({ terms: 3 })]) {
      const found = await hypergradient(method, 3);
      expect(found.every(Number.isFinite), method.name).toBe(true);
      expect(Math.hypot(...found.map((value, k) => value - first[k]!)), method.name).toBeGreaterThan(0);
    }
    // One step back of one is all there is.
    const [one, all] = [await hypergradient(oneStep, 1), await hypergradient(exactReverse(), 1)];
    expect(Math.hypot(...one.map((value, k) => value - all[k]!))).toBeLessThan(1e-12);
    expect(Math.hypot(...exact.map((value, k) => value - first[k]!))).toBeGreaterThan(1e-6);
  });
});
