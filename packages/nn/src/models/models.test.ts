import {
  array,
  constant,
  foldIn,
  grad,
  input,
  multiply,
  randomKey,
  reshape,
  slice,
  stack,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { sequence } from '../blocks/block.ts';
import { denseBlock, dropoutBlock } from '../blocks/layer-blocks.ts';
import { batchNormBlock, groupNormBlock } from '../blocks/norm-blocks.ts';
import { identityFilter } from '../initial/initialisers.ts';
import { dense } from '../layers/dense.ts';
import { extractPart } from '../layout/parts.ts';
import { crossEntropy } from '../losses/cross-entropy.ts';
import { meanSquaredError } from '../losses/squared-error.ts';
import { differenceAlong, distance, fed, floats, valuesOf } from '../testing/support.ts';
import { conv4 } from './convolutional.ts';
import { Model } from './model.ts';
import { logisticRegression, perceptron, sinusoidPerceptron40, sinusoidPerceptron100 } from './perceptron.ts';
import { residualNetwork, resnet8, resnet20 } from './residual.ts';
import { warpedConvolutional } from './warped.ts';

/** Parameters of a model without its head. */
const bodySize = (model: Model) => model.layout.without(model.partLayout('head')).size;

describe('parameter counts', () => {
  it.each([
    // 1·40+40 + 40·40+40 + 40+1
    ['sinusoid 1-40-40-1', sinusoidPerceptron40(), 1761],
    // 200 + 2·10100 + 101
    ['sinusoid 1-100-100-100-1', sinusoidPerceptron100(), 20501],
    // MAML's miniImageNet network: 896 + 3·9,248 in convolutions, 256 in batch norm, 800·5 + 5 in the head.
    [
      'conv4-32 on 84 × 84 × 3, 5 classes',
      conv4({ classes: 5, filters: 32, inputShape: [84, 84, 3] }),
      32901,
    ],
    ['logistic regression', logisticRegression(784, 10), 7850],
  ])('%s has its published number', (_, model, expected) => {
    expect(model.layout.size).toBe(expected);
  });

  it.each([
    // 640 + 3·36,928 in convolutions and 512 in batch norm: the encoder of prototypical networks.
    ['conv4-64, gray', conv4({ classes: 5 }), 111936],
    ['conv4-64, colour', conv4({ classes: 5, inputShape: [84, 84, 3] }), 113088],
    ['resnet20', resnet20(10), 269072],
    // 432 + (2·2304) + (4608 + 9216) + (18432 + 36864) in convolutions, 2·(3·16 + 2·32 + 2·64) in batch norm.
    ['resnet8', resnet8(10), 74640],
    // 320 + 2·9,248 adapted, 6·9,248 in warps, 192 in batch norm.
    ['warped conv3-32', warpedConvolutional({ classes: 10, filters: 32, layers: 3, warps: 2 }), 74496],
  ])('%s has its published number without the head', (_, model, expected) => {
    expect(bodySize(model)).toBe(expected);
  });

  it('ResNet-20 has 267,696 in convolutions, 1,376 in batch norm and 65 a class in the head', () => {
    const model = resnet20(7);
    const sizeOf = (pattern: RegExp) => model.layout.pick(({ name }) => pattern.test(name)).size;
    expect(sizeOf(/filter$/)).toBe(267696);
    expect(sizeOf(/norm/)).toBe(1376);
    expect(model.partLayout('head').size).toBe(65 * 7);
    // Running means and variances: one for each scale and shift.
    expect(model.statistics!.size).toBe(1376);
  });

  it('conv4 on averaged features has one body for images of all sizes', () => {
    const [small, large] = [12, 30].map((side) =>
      conv4({ classes: 5, filters: 8, layers: 3, inputShape: [side, side, 3], features: 'average' }),
    );
    // 3·9·8 + 2·8·9·8 filters, 3·8 biases, 2·3·8 in batch norm; the head has a weight for each filter and a bias.
    expect(bodySize(small!)).toBe(216 + 2 * 576 + 24 + 48);
    expect(small!.partLayout('head').size).toBe(5 * 9);
    expect(large!.layout.print()).toBe(small!.layout.print());
  });

  it('conv4 takes a number of filters for each layer', () => {
    const model = conv4({ classes: 5, filters: [4, 8, 16], inputShape: [12, 12, 3], features: 'average' });
    expect(bodySize(model)).toBe(9 * (3 * 4 + 4 * 8 + 8 * 16) + 3 * (4 + 8 + 16));
    expect(() => conv4({ classes: 5, filters: [4, 8], layers: 3 })).toThrow(
      '2 numbers of filters were given for 3 layers',
    );
  });

  it('warps are λ and the rest is w', () => {
    const model = warpedConvolutional({ classes: 10, filters: 32, layers: 3, warps: 2 });
    expect(model.partLayout('warp').size).toBe(6 * 9248);
    expect(model.layout.without(model.partLayout('warp')).size).toBe(320 + 2 * 9248 + 192 + 2890);
  });
});

/** Small models of every kind, with the shape of what they are tried on. */
const small: readonly (readonly [string, Model])[] = [
  ['perceptron', perceptron([3, 5, 4, 2])],
  [
    'conv4 with batch norm and max-pooling',
    conv4({ classes: 3, filters: 3, layers: 2, inputShape: [6, 7, 2] }),
  ],
  [
    'conv4 with strides, without norm',
    conv4({ classes: 3, filters: 3, layers: 2, inputShape: [5, 6, 1], norm: false, halving: 'stride' }),
  ],
  [
    'conv4 on averaged features',
    conv4({ classes: 3, filters: 3, layers: 2, inputShape: [6, 7, 2], features: 'average' }),
  ],
  [
    'warped',
    warpedConvolutional({
      classes: 3,
      filters: 3,
      layers: 2,
      warps: 2,
      inputShape: [8, 8, 1],
      warpActivation: true,
    }),
  ],
  ['residual', residualNetwork({ depth: 8, classes: 3, channels: 2, inputShape: [6, 6, 2] })],
];
const EXAMPLES = 4;
const [TASKS, CLASSES] = [3, 3];
const labelled = (tasks = 1) =>
  Array.from({ length: tasks * EXAMPLES }, (_, n) => (n * 2 + (n >> 2)) % CLASSES);

/** A scalar of the outputs that has a gradient everywhere. */
const lossOf = (model: Model, outputs: Tensor, labels: Tensor) =>
  model.outputs === 2
    ? meanSquaredError(outputs, array(floats(EXAMPLES * 2, 55), [EXAMPLES, 2]))
    : crossEntropy(outputs, labels);

describe.each(small)('a small %s', (_, model) => {
  const P = model.layout.paddedLength;
  const xs = (seed: number) => floats(EXAMPLES * model.inputShape.reduce((a, b) => a * b, 1), seed);
  const xShape = [EXAMPLES, ...model.inputShape];

  it('has the gradient that a difference has, in every direction tried', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const w = fed(feeds, [P], Float64Array.from(model.initialise(2)));
    const x = fed(feeds, xShape, xs(3));
    const labels = fed(feeds, [EXAMPLES], labelled(), 'u32');
    const loss = (v: Tensor) => lossOf(model, model.apply(v, x).outputs, labels);
    const gradient = valuesOf(grad(loss)(w), feeds);
    for (const seed of [1, 2, 3]) {
      const direction = floats(P, seed);
      const slope = gradient.reduce((total, value, i) => total + value * direction[i]!, 0);
      // Kinks: a rectifier or a maximum may change sides within a larger step.
      const [expected] = differenceAlong(loss(w), feeds, w, direction, 1e-6);
      expect(Math.abs(slope - expected!)).toBeLessThan(1e-7 * Math.max(1, Math.abs(expected!)));
    }
    let at = 0;
    for (const { offset, size } of model.layout.slices) {
      for (; at < offset; at++) expect(gradient[at]).toBe(0);
      at = offset + size;
    }
  });

  it('gives with a task axis what it gives for each task, whatever is shared', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const manyW = fed(
      feeds,
      [TASKS, P],
      Float64Array.from([1, 2, 3].flatMap((seed) => [...model.initialise(seed)])),
    );
    const oneW = fed(feeds, [P], Float64Array.from(model.initialise(4)));
    const manyX = fed(feeds, [TASKS, ...xShape], floats(TASKS * xs(0).length, 5));
    const oneX = fed(feeds, xShape, xs(6));
    const row = (tensor: Tensor, t: number) =>
      reshape(
        slice(
          tensor,
          tensor.shape.map((__, axis) => (axis === 0 ? t : 0)),
          tensor.shape.with(0, t + 1),
        ),
        tensor.shape.slice(1),
      );
    const each = (f: (t: number) => Tensor) =>
      stack(
        Array.from({ length: TASKS }, (__, t) => f(t)),
        0,
      );
    const outputs = (w: Tensor, x: Tensor) => model.apply(w, x).outputs;
    const pairs: readonly (readonly [Tensor, Tensor])[] = [
      [outputs(manyW, manyX), each((t) => outputs(row(manyW, t), row(manyX, t)))],
      [outputs(manyW, oneX), each((t) => outputs(row(manyW, t), oneX))],
      [outputs(oneW, manyX), each((t) => outputs(oneW, row(manyX, t)))],
    ];
    for (const [together, apart] of pairs) {
      expect(together.shape).toEqual([TASKS, EXAMPLES, model.outputs]);
      expect(distance(valuesOf(together, feeds), valuesOf(apart, feeds))).toBeLessThan(1e-13);
    }
    const squares = (y: Tensor) => sum(multiply(y, y));
    const together = grad((w: Tensor) => squares(outputs(w, manyX)))(manyW);
    const apart = each((t) => grad((w: Tensor) => squares(outputs(w, row(manyX, t))))(row(manyW, t)));
    expect(distance(valuesOf(together, feeds), valuesOf(apart, feeds))).toBeLessThan(1e-12);
  });

  it('reads its parameters from several vectors as from one', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const w = fed(feeds, [P], Float64Array.from(model.initialise(2)));
    const x = fed(feeds, xShape, xs(3));
    const head = model.partLayout('head');
    const body = model.layout.without(head);
    const parts = [
      [body, extractPart(model.layout, w, body)],
      [head, extractPart(model.layout, w, head)],
    ] as const;
    expect(valuesOf(model.apply(parts, x).outputs, feeds)).toEqual(
      valuesOf(model.apply(w, x).outputs, feeds),
    );
    // A body shared by tasks whose heads are their own.
    const heads = fed(feeds, [2, head.paddedLength], 9);
    const y = model.apply([parts[0], [head, heads]], x).outputs;
    expect(y.shape).toEqual([2, EXAMPLES, model.outputs]);
    const second = reshape(slice(heads, [1, 0], [2, head.paddedLength]), [head.paddedLength]);
    const alone = valuesOf(model.apply([parts[0], [head, second]], x).outputs, feeds);
    expect(distance(valuesOf(y, feeds).slice(alone.length), alone)).toBeLessThan(1e-13);
  });

  it('gives the features that its head is given', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const w = fed(feeds, [P], Float64Array.from(model.initialise(2)));
    const x = fed(feeds, xShape, xs(3));
    const [weight, bias] = model.partLayout('head').names.map((name) => model.layout.view(w, name));
    const outputs = dense(model.features(w, x).outputs, weight!, bias);
    expect(valuesOf(outputs, feeds)).toEqual(valuesOf(model.apply(w, x).outputs, feeds));
  });

  it('says what it is and what it takes', () => {
    expect(model.source.length).toBeGreaterThan(10);
    expect(() => model.apply(input([P]), input([2, 99]))).toThrow(
      /the examples have shape \[2, 99\], but the model takes \[N, /,
    );
    expect(() => model.apply(input([P + 4]), input(xShape))).toThrow(/the vector has shape/);
  });
});

describe('running statistics', () => {
  const model = new Model({
    name: 'normed',
    source: 'a batch norm alone',
    inputShape: [2],
    outputs: 2,
    body: batchNormBlock('norm', 2, { running: 'shared' }),
  });
  const xs = [1, 10, 2, 20, 3, 30, 6, 0];

  it('come in, are used in evaluation, and go out changed by training', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const w = fed(feeds, [8], Float64Array.from(model.initialise(0)));
    const x = fed(feeds, [4, 2], xs);
    expect([...model.startStatistics()]).toEqual([0, 0, 0, 0, 1, 1, 0, 0]);
    const statistics = fed(feeds, [8], [1, 2, 0, 0, 4, 16, 0, 0]);
    const trained = model.apply(w, x, { statistics });
    // Means 3 and 15, unbiased variances 14/3 and 500/3.
    const expected = [1.2, 3.3, 0, 0, 3.6 + 1.4 / 3, 14.4 + 50 / 3, 0, 0];
    valuesOf(trained.statistics!, feeds).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 10);
    });
    expect(valuesOf(trained.outputs, feeds)).toEqual(valuesOf(model.apply(w, x).outputs, feeds));
    const evaluated = model.apply(w, x, { statistics, mode: 'evaluate' });
    expect(evaluated.statistics).toBe(statistics);
    const outputs = valuesOf(evaluated.outputs, feeds);
    xs.forEach((value, i) => {
      const [mean, variance] = [[1, 2][i % 2]!, [4, 16][i % 2]!];
      expect(outputs[i]).toBeCloseTo((value - mean) / Math.sqrt(variance + 1e-5), 10);
    });
  });

  it('take in as much of a batch as the momentum says', () => {
    const quick = new Model({
      name: 'quick',
      source: 'a batch norm alone',
      inputShape: [2],
      outputs: 2,
      body: batchNormBlock('norm', 2, { running: 'shared', momentum: 0.4 }),
    });
    const statistics = array([1, 2, 0, 0, 4, 16, 0, 0]);
    const trained = quick.apply(array(quick.initialise(0)), array(xs, [4, 2]), { statistics });
    const expected = [0.6 + 0.4 * 3, 1.2 + 0.4 * 15, 0, 0, 2.4 + (0.4 * 14) / 3, 9.6 + (0.4 * 500) / 3, 0, 0];
    expect([...valuesOf(trained.statistics!)]).toEqual(expected.map((value) => expect.closeTo(value, 5)));
  });

  it('are each task its own', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const w = fed(feeds, [8], Float64Array.from(model.initialise(0)));
    const x = fed(feeds, [2, 4, 2], [...xs, ...xs.map((value) => 2 * value)]);
    const statistics = array(model.startStatistics());
    const { statistics: fresh } = model.apply(w, x, { statistics });
    expect(fresh!.shape).toEqual([2, 8]);
    const values = valuesOf(fresh!, feeds);
    expect(values.slice(0, 2)).toEqual([0.1 * 3, 0.1 * 15].map((v) => expect.closeTo(v, 12)));
    expect(values.slice(8, 10)).toEqual([0.1 * 6, 0.1 * 30].map((v) => expect.closeTo(v, 12)));
  });

  it('are asked for in evaluation, and refused where there are none', () => {
    const [w, x] = [input([8]), input([4, 2])];
    expect(() => model.apply(w, x, { mode: 'evaluate' })).toThrow(
      /is evaluated by its running statistics, and none were given/,
    );
    const plain = perceptron([2, 2]);
    expect(() => plain.apply(input([plain.layout.paddedLength]), x, { statistics: input([8]) })).toThrow(
      /the model keeps none/,
    );
  });

  it('of each inner step have rows of their own, and so may scales', () => {
    const perStep = new Model({
      name: 'normed by step',
      source: 'a batch norm alone',
      inputShape: [2],
      outputs: 2,
      body: batchNormBlock('norm', 2, { running: { steps: 3 }, affinePerStep: true }),
    });
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const w = fed(feeds, [16], [1, 1, 2, 2, 3, 3, 0, 0, 0, 0, 5, 5, 9, 9, 0, 0]);
    const x = fed(feeds, [4, 2], xs);
    const statistics = array(perStep.startStatistics());
    const trained = perStep.apply(w, x, { statistics, step: constant(1, 'u32') });
    const fresh = perStep.statistics!.unpack(valuesOf(trained.statistics!, feeds));
    expect([...fresh['norm.mean']!]).toEqual([0, 0, 0.3, 1.5, 0, 0].map((v) => expect.closeTo(v, 6)));
    const evaluated = perStep.apply(w, x, {
      statistics: trained.statistics!,
      mode: 'evaluate',
      step: constant(1, 'u32'),
    });
    const [first] = valuesOf(evaluated.outputs, feeds);
    expect(first).toBeCloseTo(((1 - 0.3) / Math.sqrt(0.9 + 1.4 / 3 + 1e-5)) * 2 + 5, 6);
    expect(() => perStep.apply(w, x, { statistics })).toThrow(
      /keeps statistics for each inner step; pass \{ step: t \}/,
    );
    expect(() => batchNormBlock('n', 2, { affinePerStep: true })).toThrow(/without the number of steps/);
  });
});

describe('dropout in a model', () => {
  it('draws a mask of its own at every place', () => {
    const scope = {
      parameter: (name: string): never => {
        throw new Error(`${name} is not there`);
      },
      mode: 'train' as const,
      running: undefined,
      fresh: new Map<string, Tensor>(),
      key: randomKey(1),
      step: undefined,
    };
    const ones = array(new Float32Array(64).fill(1), [8, 8]);
    const [first, second] = ['first', 'second'].map((name) => dropoutBlock(name, 0.5));
    const [one, other, both] = [first!, second!, sequence(first!, second!)].map((block) => [
      ...valuesOf(block.apply(scope, ones)),
    ]);
    expect(one).not.toEqual(other);
    expect(both).toEqual(one!.map((value, k) => value * other![k]!));
  });

  const model = new Model({
    name: 'dropping',
    source: 'a dense layer behind dropout',
    inputShape: [4],
    outputs: 4,
    body: sequence(dropoutBlock('drop', 0.5), denseBlock('layer', 4, 4)),
  });

  it('follows its key while training, task by task, and is off in evaluation', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const w = fed(feeds, [20], 1);
    const x = fed(feeds, [8, 4], 2);
    const by = (key: Tensor) => valuesOf(model.apply(w, x, { key }).outputs, feeds);
    expect(by(randomKey(1))).toEqual(by(randomKey(1)));
    expect(by(randomKey(1))).not.toEqual(by(randomKey(2)));
    const keys = stack([randomKey(1), randomKey(2)], 0);
    const both = valuesOf(model.apply(w, x, { key: keys }).outputs, feeds);
    expect(distance(both, [...by(randomKey(1)), ...by(randomKey(2))])).toBeLessThan(1e-14);
    expect(() => model.apply(w, x)).toThrow(/no key was given/);
    const still = valuesOf(model.apply(w, x, { mode: 'evaluate' }).outputs, feeds);
    expect(still).not.toEqual(by(foldIn(randomKey(1), 3)));
  });
});

describe('variants', () => {
  it('identity warps leave a network as it is without them', () => {
    const shape = [8, 8, 1] as const;
    const warped = warpedConvolutional({
      classes: 3,
      filters: 4,
      layers: 2,
      warps: 1,
      inputShape: shape,
      warpInitial: identityFilter,
    });
    const plain = warpedConvolutional({ classes: 3, filters: 4, layers: 2, warps: 0, inputShape: shape });
    const values = warped.layout.unpack(warped.initialise(3));
    for (const name of Object.keys(values)) if (name.endsWith('warp1.bias')) values[name]!.fill(0);
    const x = array(floats(5 * 64, 1), [5, ...shape]);
    expect(
      distance(
        valuesOf(warped.apply(array(warped.layout.pack(values)), x).outputs),
        valuesOf(plain.apply(array(plain.initialise(3)), x).outputs),
      ),
    ).toBeLessThan(1e-13);
  });

  it('group norm is a block as well', () => {
    const model = new Model({
      name: 'grouped',
      source: 'a group norm alone',
      inputShape: [2, 2, 4],
      outputs: 4,
      body: groupNormBlock('norm', 4, 2),
    });
    const y = valuesOf(model.apply(array(model.initialise(0)), array(floats(32, 1), [2, 2, 2, 4])).outputs);
    const group = [0, 1, 4, 5, 8, 9, 12, 13].map((k) => y[k]!);
    expect(group.reduce((a, b) => a + b)).toBeCloseTo(0, 10);
    expect(group.reduce((a, b) => a + b * b, 0) / 8).toBeCloseTo(1, 3);
  });

  it('refuse images that vanish and depths that do not exist', () => {
    expect(() => conv4({ classes: 2, inputShape: [8, 8, 1] })).toThrow(
      /images of 8 × 8 are nothing after 4 layers/,
    );
    expect(() => warpedConvolutional({ classes: 2, inputShape: [3, 3, 1] })).toThrow(
      /nothing after 2 layers/,
    );
    expect(() => residualNetwork({ depth: 18, classes: 2 })).toThrow(/a depth of 18 is not 6n \+ 2/);
    expect(() => perceptron([3])).toThrow(/make no layer/);
    expect(() => perceptron([3, 2]).partLayout('warp')).toThrow(
      /no parameters in 'warp'; its parts are head/,
    );
  });
});
