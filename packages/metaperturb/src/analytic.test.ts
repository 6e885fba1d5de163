/** What follows from the formulas alone: the analytic tests of the specification. */
import { conv4, perceptron, resnet8, sitesOf } from '@longhorizon/nn';
import {
  broadcastTo,
  constant,
  depthwiseConv2d,
  input,
  mean as meanOf,
  randomKey,
  relu,
  reshape,
  slice,
  stack,
  type Tensor,
  vjp,
} from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { type PerturbationOptions, perturbation } from './perturbation.ts';
import { type PerturbedOptions, perturbed, runningAfter } from './perturbed.ts';
import { authorsPhi, numbersOf, phiLayout, phiName, untrainedPhi } from './phi.ts';
import { rectifiedMeans } from './rectified-means.ts';
import { valuesOn } from './testing/golden.ts';

type Shape = readonly [number, number, number, number];

/** Repeatable numbers of mean 0 and about deviation 1. */
function numbers(count: number, seed: number): Float64Array {
  let state = seed * 7919 + 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  for (let k = 0; k < 8; k++) next();
  return Float64Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()),
  );
}

interface Given {
  readonly shape: Shape;
  readonly x?: ArrayLike<number>;
  readonly epsilon?: ArrayLike<number>;
  readonly phi?: ArrayLike<number>;
  readonly options?: Partial<PerturbationOptions>;
  /** Whether the derivative of Σ y by the input is wanted, too. */
  readonly derivative?: boolean;
}

const sizeOf = (shape: Shape) => shape.reduce((a, b) => a * b, 1);

/** Everything about one perturbation, in float64. */
async function computed({ shape, phi = authorsPhi(), options = {}, ...given }: Given) {
  const count = sizeOf(shape);
  const [x, epsilon, vector] = [input(shape), input(shape), input([phiLayout.paddedLength])];
  const made = perturbation(x, (part) => phiLayout.view(vector, phiName(part)), epsilon, {
    channelNorm: 64,
    spatialNorm: 32,
    ...options,
  });
  const feeds = new Map<Tensor, ArrayLike<number>>([
    [x, given.x ?? numbers(count, 1)],
    [epsilon, given.epsilon ?? numbers(count, 2)],
    [vector, phi],
  ]);
  const next = runningAfter(
    { mean: broadcastTo(constant(0), [shape[3], 4]), variance: broadcastTo(constant(1), [shape[3], 4]) },
    made.statistics,
    shape[0],
  );
  const [gradient] =
    given.derivative === true ? vjp([made.y], [x], [broadcastTo(constant(1), shape)]) : [made.y];
  const outputs = {
    y: made.y,
    mu: made.mu,
    z: made.z,
    r: made.r,
    s: made.s,
    v: made.statistics.variance,
    runningVariance: next.variance,
    byInput: gradient!,
  };
  const values = await valuesOn('float64', Object.values(outputs), feeds);
  const found = Object.keys(outputs).map((name, k) => [name, values[k]!] as const);
  return { x: feeds.get(x)!, ...Object.fromEntries(found) } as Readonly<Record<string, ArrayLike<number>>>;
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: ArrayLike<number>) => {
  const centre = mean(values);
  return Math.sqrt(mean(Array.from(values, (one) => (one - centre) ** 2)));
};
const zerosOf = (shape: Shape) => new Float64Array(sizeOf(shape));
const zeroPhi = new Float32Array(phiLayout.paddedLength);
const expectAll = (found: ArrayLike<number>, wanted: (k: number) => number, digits = 12) => {
  for (let k = 0; k < found.length; k++) expect(found[k], `element ${k}`).toBeCloseTo(wanted(k), digits);
};
const standard: Shape = [3, 4, 4, 2];

describe('the perturbation, in float64', () => {
  it('has 82 parameters and keeps the shape for 1, 3, 8, 16 and 64 channels with one φ', async () => {
    expect(phiLayout.size).toBe(82);
    for (const channels of [1, 3, 8, 16, 64]) {
      const { y } = await computed({ shape: [2, 3, 3, channels] });
      expect(y).toHaveLength(18 * channels);
      expect(Array.from(y!).every(Number.isFinite)).toBe(true);
    }
  });

  it('with φ = 0 scales by ½ and multiplies by ½·softplus(ε)', async () => {
    const epsilon = numbers(sizeOf(standard), 3);
    const { s, mu, r } = await computed({ shape: standard, phi: zeroPhi, epsilon });
    expectAll(s!, () => 0.5);
    expectAll(mu!, () => 0);
    expectAll(r!, (k) => 0.5 * Math.log1p(Math.exp(epsilon[k]!)));
  });

  it('softplus of standard normal noise has mean 0.8060592 and deviation 0.5210705', async () => {
    const shape: Shape = [16, 8, 16, 8];
    const { z } = await computed({ shape, phi: zeroPhi });
    // Within four standard errors of 16,384 draws.
    expect(Math.abs(mean(z!) - 0.8060592)).toBeLessThan(0.017);
    expect(Math.abs(deviation(z!) - 0.5210705)).toBeLessThan(0.017);
  });

  it('is the identity for κ = 0, a number or a tensor; (1 − κ)x for noise far below 0; 0 at 0', async () => {
    for (const kappa of [0, constant(0)]) {
      const { x, y } = await computed({ shape: standard, options: { kappa } });
      expect(Array.from(y!)).toEqual(Array.from(x!));
    }
    const epsilon = zerosOf(standard).fill(-800);
    const low = await computed({ shape: standard, epsilon, options: { kappa: 0.3 } });
    expectAll(low.y!, (k) => 0.7 * low.x![k]!);
    const zero = await computed({ shape: standard, x: zerosOf(standard) });
    expect(Array.from(zero.y!).every((one) => one === 0)).toBe(true);
  });

  it('commutes with a permutation of channels, and of examples', async () => {
    const shape: Shape = [3, 3, 3, 4];
    const [x, epsilon] = [numbers(sizeOf(shape), 5), numbers(sizeOf(shape), 6)];
    const { y } = await computed({ shape, x, epsilon });
    const [channels, examples] = [
      [2, 0, 3, 1],
      [1, 2, 0],
    ];
    const permuted = (values: ArrayLike<number>) =>
      Float64Array.from({ length: values.length }, (_, k) => {
        const [example, pixel, channel] = [Math.floor(k / 36), Math.floor((k % 36) / 4), k % 4];
        return values[examples![example]! * 36 + pixel * 4 + channels![channel]!]!;
      });
    const moved = await computed({ shape, x: permuted(x), epsilon: permuted(epsilon) });
    const right = permuted(y!);
    expectAll(moved.y!, (k) => right[k]!, 13);
  });

  it('doubling the channels by copies changes C/cn alone', async () => {
    const [shape, twice]: readonly Shape[] = [
      [3, 3, 3, 2],
      [3, 3, 3, 4],
    ];
    const [x, epsilon] = [numbers(54, 5), numbers(54, 6)];
    const doubled = (values: Float64Array) =>
      Float64Array.from({ length: 108 }, (_, k) => values[Math.floor(k / 4) * 2 + (k % 2)]!);
    const once = await computed({ shape: shape!, x, epsilon });
    const copies = { shape: twice!, x: doubled(x), epsilon: doubled(epsilon) };
    const same = await computed({ ...copies, options: { channelNorm: 128 } });
    expectAll(same.y!, (k) => once.y![Math.floor(k / 4) * 2 + (k % 2)]!, 13);
    const other = await computed(copies);
    expect(Math.abs(other.s![0]! - once.s![0]!)).toBeGreaterThan(1e-4);
    expectAll(other.mu!, (k) => once.mu![Math.floor(k / 4) * 2 + (k % 2)]!, 13);
  });

  it.each([
    [16, 32, 0.5526241, 0.44545],
    [32, 16, 0.5398192, 0.43513],
    [64, 8, 0.5468022, 0.44075],
  ])(
    'features of 0 in %i channels of height %i are scaled by %d',
    async (channels, height, scale, multiplier) => {
      const shape: Shape = [2, height, 1, channels];
      const { s, r } = await computed({ shape, x: zerosOf(shape) });
      expectAll(s!, () => scale, 7);
      expect(scale * 0.8060592).toBeCloseTo(multiplier, 5);
      expect(Math.abs(mean(r!) - multiplier)).toBeLessThan(0.04);
    },
  );

  it.each([
    [1, 1.4229788],
    [0.5, 0.7114894],
    [2, 2.8459576],
    [-1, 0],
    [0, 0],
  ])('features of %d everywhere have μ = %d two pixels from the border', async (value, mu) => {
    const shape: Shape = [2, 5, 5, 3];
    const found = await computed({ shape, x: zerosOf(shape).fill(value) });
    for (let channel = 0; channel < 3; channel++) expect(found.mu![36 + channel]).toBeCloseTo(mu, 6);
  });

  it('in one channel the two filters of a layer add', async () => {
    const shape: Shape = [2, 4, 4, 1];
    const phi = authorsPhi();
    const added = phi.slice();
    for (const layer of ['equivariant1', 'equivariant2'] as const) {
      const [own, all] = [
        phiLayout.slice(phiName(`${layer}.own`)).offset,
        phiLayout.slice(phiName(`${layer}.all`)).offset,
      ];
      for (let k = 0; k < 9; k++) {
        added[own + k] = phi[own + k]! + phi[all + k]!;
        added[all + k] = 0;
      }
    }
    const [one, other] = [await computed({ shape }), await computed({ shape, phi: added })];
    expectAll(other.y!, (k) => one.y![k]!, 6);
  });

  it('means of what the filters let through have the derivative of their definition, on pictures that are not square, too', async () => {
    const [u, kernel] = [input([2, 3, 5, 2]), input([4, 3, 3])];
    const filtered = [0, 1, 2, 3].map((q) =>
      depthwiseConv2d(u, reshape(slice(kernel, [q, 0, 0], [q + 1, 3, 3]), [3, 3, 1]), { padding: 1 }),
    );
    const plain = stack(
      filtered.map((one) => meanOf(relu(one), [1, 2])),
      2,
    );
    const own = rectifiedMeans(u, kernel);
    const cotangent = input(own.shape);
    const derivatives = [own, plain].flatMap((one) => vjp([one], [u, kernel], [cotangent]));
    const feeds = new Map<Tensor, ArrayLike<number>>([
      [u, numbers(60, 1)],
      [kernel, numbers(36, 2)],
      [cotangent, numbers(16, 3)],
    ]);
    const [value, right, ofU, ofKernel, rightOfU, rightOfKernel] = await valuesOn(
      'float64',
      [own, plain, ...derivatives.map((one) => one!)],
      feeds,
    );
    expectAll(value!, (k) => right![k]!);
    expectAll(ofU!, (k) => rightOfU![k]!);
    expectAll(ofKernel!, (k) => rightOfKernel![k]!);
  });

  it('equal examples have no variance', async () => {
    const [one, shape]: [Float64Array, Shape] = [numbers(32, 4), [3, 4, 4, 2]];
    const { v } = await computed({ shape, x: Float64Array.from({ length: 96 }, (_, k) => one[k % 32]!) });
    expectAll(v!, () => 0, 14);
  });

  it('what is cut off has no derivative', async () => {
    // In evaluation no other element depends on the one that is cut off, but for its neighbours' μ: one pixel.
    const shape: Shape = [2, 1, 1, 1];
    const statistics = { mean: constantRows(1), variance: constantRows(1) };
    const { y, byInput } = await computed({
      shape,
      x: [5, 0.1],
      epsilon: [1, 1],
      options: { clip: 0.9, statistics },
      derivative: true,
    });
    expect(y![0]).toBe(0.9);
    expect(byInput![0]).toBe(0);
    expect(byInput![1]).not.toBe(0);
  });

  it('the running variance after one step from 1 is 0.9 + 0.1·v·B/(B − 1)', async () => {
    const { v, runningVariance } = await computed({ shape: [5, 3, 3, 2] });
    expectAll(runningVariance!, (k) => 0.9 + 0.1 * v![k]! * (5 / 4));
  });

  it("normal features are scaled by about 0.61 and multiplied by about 0.516 with the authors' φ", async () => {
    const { s, r } = await computed({ shape: [8, 32, 32, 16] });
    expect(Math.abs(mean(s!) - 0.611)).toBeLessThan(0.004);
    expect(mean(r!)).toBeCloseTo(0.516, 2);
    expect(deviation(r!)).toBeCloseTo(0.328, 2);
  });
});

const constantRows = (channels: number) => broadcastTo(constant(1), [channels, 4]);

describe('where it sits', () => {
  it('before the activation that ends a residual block, else before every activation', () => {
    expect(sitesOf(resnet8(10)).map(({ shape }) => shape)).toEqual([
      [32, 32, 16],
      [16, 16, 32],
      [8, 8, 64],
    ]);
    const filters = sitesOf(conv4({ classes: 5, filters: 8 })).map(({ shape }) => shape);
    expect(filters).toEqual([28, 14, 7, 3].map((side) => [side, side, 8]));
    expect(sitesOf(perceptron([4, 6, 3])).map(({ shape }) => shape)).toEqual([[6]]);
  });

  it('with κ = 0 the graph is the host network itself', () => {
    for (const host of [conv4({ classes: 3, filters: 4 }), perceptron([4, 6, 3])]) {
      const [w, phi] = [input([host.layout.paddedLength]), input([phiLayout.paddedLength])];
      const x = input([2, ...host.inputShape]);
      const parts = [[host.layout, w] as const, [phiLayout, phi] as const];
      const { outputs } = perturbed(host, { kappa: 0 }).apply(parts, x, { key: randomKey(0) });
      expect(outputs).toBe(host.apply(w, x).outputs);
    }
  });

  it('norms are the channels of the last site and the height of the images, 1 for a perceptron', async () => {
    const images = conv4({ classes: 2, filters: 3, layers: 1, inputShape: [4, 5, 1] });
    for (const [host, channelNorm, spatialNorm, height] of [
      [perceptron([4, 6, 3]), 6, 1, 4],
      [images, 3, 4, 5],
    ] as const) {
      const [w, phi, x] = [
        input([host.layout.paddedLength]),
        input([phiLayout.paddedLength]),
        input([2, ...host.inputShape]),
      ];
      const outputsOf = (options: PerturbedOptions) =>
        perturbed(host, options).apply([[host.layout, w] as const, [phiLayout, phi] as const], x, {
          key: randomKey(0),
        }).outputs;
      const feeds = new Map<Tensor, ArrayLike<number>>([
        [w, host.initialise(1)],
        [phi, authorsPhi()],
        [
          x,
          numbers(
            x.shape.reduce((a, b) => a * b, 1),
            1,
          ),
        ],
      ]);
      const [byDefault, same, other] = await valuesOn(
        'float64',
        [
          outputsOf({}),
          outputsOf({ channelNorm, spatialNorm }),
          outputsOf({ channelNorm, spatialNorm: height }),
        ],
        feeds,
      );
      expect(byDefault).toEqual(same);
      expect(byDefault).not.toEqual(other);
    }
  });

  it('φ is listed once, and every site keeps statistics of its own', () => {
    const host = conv4({ classes: 5, filters: 8 });
    const model = perturbed(host);
    expect(model.layout.size).toBe(host.layout.size + 82);
    expect(model.partLayout('perturbation').names).toEqual(phiLayout.names);
    expect(model.statistics!.names).toEqual(
      [1, 2, 3, 4].flatMap((site) => [`perturbation${site}.mean`, `perturbation${site}.variance`]),
    );
    const values = [...model.initialise(3, phiLayout)];
    expect(values).toEqual([...untrainedPhi(3)]);
    expect(deviation(numbersOf(values))).toBeLessThan(0.02);
  });

  it('refuses what has no place for it, a batch of one, a κ beyond its range and a missing key, in a sentence', () => {
    expect(() => perturbed(perceptron([4, 3]))).toThrow(/has no activation in its body.*hidden layers/);
    for (const kappa of [-0.1, 1.5, Number.NaN])
      expect(() => perturbed(resnet8(2), { kappa })).toThrow(/give a number from 0 to 1/);
    const model = perturbed(perceptron([4, 6, 3]));
    const w = input([model.layout.paddedLength]);
    expect(() => model.apply(w, input([1, 4]), { key: randomKey(0) })).toThrow(/a batch of 1 has none/);
    expect(() => model.apply(w, input([2, 4]))).toThrow(/no key was given/);
    expect(() => model.apply(w, input([2, 4]), { key: randomKey(0), mode: 'evaluate' })).toThrow(
      /running statistics, and none were given/,
    );
  });
});
