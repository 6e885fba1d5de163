import { describe, expect, it } from 'vitest';
import { makeProgram, predictBytes, targetOf } from '../compiler.ts';
import { DeviceUsageError } from '../device/errors.ts';
import { node } from '../graph/tensor.ts';
import {
  add,
  array,
  broadcastTo,
  concat,
  conv2d,
  cumulativeSum,
  DeviceArray,
  evaluate,
  evaluateOnDevice,
  exp,
  gather,
  grad,
  input,
  logSoftmax,
  matmul,
  maxPool,
  mean,
  multiply,
  negate,
  Plan,
  pad,
  printMemory,
  printPlan,
  relu,
  reshape,
  segmentSum,
  slice,
  softmax,
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
  transpose,
  variance,
} from '../index.ts';
import { useDevice } from '../testing/device.ts';
import { evaluateCounted } from '../testing/evaluate-counted.ts';
import { totalBytes } from './byte-counts.ts';

const device = useDevice();

const wave = (count: number, frequency = 1.3) =>
  Float32Array.from({ length: count }, (_, k) => Math.sin(frequency * k + 0.2));

const elements = (tensor: Tensor) => tensor.shape.reduce((count, size) => count * size, 1);

/** Values for inputs: waves of different frequencies. */
function feedsFor(...inputs: readonly Tensor[]): Map<Tensor, Float32Array> {
  return new Map(inputs.map((tensor, k) => [tensor, wave(elements(tensor), 0.7 + 0.31 * k)]));
}

async function compare(
  outputs: readonly Tensor[],
  feeds: ReadonlyMap<Tensor, ArrayLike<number>>,
  tolerance = 2e-6,
) {
  const expected = evaluate(
    outputs,
    new Map(
      [...feeds].map(([tensor, data]) => [
        tensor,
        { shape: tensor.shape, dtype: tensor.dtype, data: Float64Array.from(data) },
      ]),
    ),
  );
  const found = await evaluateCounted(device(), outputs, feeds);
  expected.forEach((reference, k) => {
    const scale = Math.max(1, ...reference.data.map(Math.abs));
    expect(found[k]!.length).toBe(reference.data.length);
    reference.data.forEach((value, i) => {
      if (Math.abs(found[k]![i]! - value) > tolerance * scale)
        throw new Error(`output ${k}, element ${i}: device ${found[k]![i]}, reference ${value}`);
    });
  });
}

/** Each node computed by a plan of its own, every value through memory: the plainest way to run a graph. */
async function oneOpAtATime(
  output: Tensor,
  feeds: ReadonlyMap<Tensor, ArrayLike<number>>,
): Promise<ArrayLike<number>> {
  const known = new Map<Tensor, ArrayLike<number>>(feeds);
  const run = async (tensor: Tensor): Promise<ArrayLike<number>> => {
    const done = known.get(tensor);
    if (done !== undefined) return done;
    const own = new Map<Tensor, ArrayLike<number>>();
    const inputs: Tensor[] = [];
    for (const operand of tensor.inputs) {
      const stand =
        operand.inputs.length === 0 && !feeds.has(operand)
          ? operand
          : input(operand.shape, { dtype: operand.dtype });
      if (stand !== operand) own.set(stand, await run(operand));
      inputs.push(stand);
    }
    const alone = graphNode(tensor, inputs);
    const [value] = await evaluateOnDevice(device(), [alone], own);
    known.set(tensor, value!);
    return value!;
  };
  return run(output);
}

const graphNode = (tensor: Tensor, inputs: readonly Tensor[]) => node(tensor.op, inputs, tensor.parameters);

describe('a plan', () => {
  it('fuses without changing a bit: pointwise chains, reductions and epilogues equal one op at a time', async () => {
    const x = input([6, 8]);
    const w = input([8, 4]);
    const b = input([4]);
    const hidden = relu(add(matmul(x, w), b));
    const output = sum(multiply(hidden, tanh(hidden)), 1);
    const feeds = feedsFor(x, w, b);
    const [fused] = await evaluateOnDevice(device(), [output], feeds);
    expect([...fused!]).toEqual(Array.from(await oneOpAtATime(output, feeds)));
    expect(makeProgram({ outputs: [output] }, targetOf(device())).kernels.length).toBeLessThanOrEqual(2);
  });

  it('computes a softmax, a variance and what follows in one dispatch', async () => {
    const x = input([16, 12]);
    const outputs = [softmax(x, 1), add(x, variance(x, 1, { keep: true }))];
    expect(makeProgram({ outputs }, targetOf(device())).kernels.length).toBe(1);
    await compare(outputs, feedsFor(x));
  });

  it('reads through slices, pads, transposes, reshapes and concatenations', async () => {
    const x = input([4, 6]);
    const y = input([3, 4]);
    const odd = reshape(transpose(slice(x, [0, 1], [4, 4])), [2, 6]);
    const padded = pad(y, [1, 0], [0, 2]);
    await compare(
      [add(odd, slice(padded, [1, 0], [3, 6])), concat([x, padded, odd], 0), multiply(transpose(x), 2)],
      feedsFor(x, y),
      1e-7,
    );
  });

  it('multiplies by a short concatenation in another shape', async () => {
    const x = input([5, 16]);
    const a = input([12]);
    const b = input([4]);
    const column = reshape(concat([tanh(a), exp(b)], 0), [16, 1]);
    await compare(
      [matmul(x, column), matmul(reshape(column, [8, 2]), reshape(x, [2, 40]))],
      feedsFor(x, a, b),
    );
  });

  it('puts a long concatenation together in place, and leaves gaps zero', async () => {
    const a = input([300]);
    const b = input([10, 20]);
    const whole = concat(
      [exp(a), broadcastTo(array([0, 0, 0].slice(0, 1)), [4]), reshape(matmul(b, transpose(b)), [100])],
      0,
    );
    await compare([whole, multiply(whole, 2)], feedsFor(a, b), 1e-5);
  });

  it('splits long sums so that all of the machine adds', async () => {
    const x = input([1 << 17]);
    const y = input([32768, 3]);
    await compare([sum(x), sum(y, 0), mean(square(subtract(x, mean(x))))], feedsFor(x, y), 2e-4);
  });

  it('gathers, scatters and accumulates', async () => {
    const x = input([9, 5]);
    const ids = input([7], { dtype: 'u32' });
    const feeds = new Map<Tensor, ArrayLike<number>>([
      [x, wave(45)],
      [ids, [8, 0, 3, 3, 100, 2, 8]],
    ]);
    const picked = gather(x, ids);
    await compare([picked, segmentSum(picked, ids, 9), cumulativeSum(x, 0)], feeds);
  });

  it('sums into many segments by a kernel of its own, repeated and dropped ids included', async () => {
    const values = input([200, 2]);
    const ids = input([200], { dtype: 'u32' });
    const picked = Array.from({ length: 200 }, (_, k) => (k % 7 === 0 ? 999_999 : (k * 37) % 3000));
    const total = segmentSum(multiply(values, 2), ids, 3000);
    const program = makeProgram({ outputs: [total] }, targetOf(device()));
    expect(program.kernels.some(({ label }) => label.includes('segmentSumRanges'))).toBe(true);
    await compare(
      [total],
      new Map<Tensor, ArrayLike<number>>([
        [values, wave(400)],
        [ids, picked],
      ]),
      1e-6,
    );
  });

  it('runs a convolution with pooling and its gradient, with per-task filters', async () => {
    const x = input([2, 3, 6, 6, 2]);
    const filter = input([2, 3, 3, 2, 4]);
    const loss = (f: Tensor) => sum(square(maxPool(tanh(conv2d(x, f, { padding: 'same' })), 2)));
    await compare([loss(filter), grad(loss)(filter)], feedsFor(x, filter), 1e-5);
  });

  it('replaces inputs in place, also where the old value is needed late', async () => {
    const w = input([6, 6]);
    const v = input([6, 6]);
    // w is read transposed by its own replacement, so the new value is made aside; v is replaced element by element.
    const updates = new Map([
      [w, add(w, transpose(w))],
      [v, add(multiply(v, 0.5), w)],
    ]);
    const arrays = new Map([
      [w, DeviceArray.from(device(), wave(36), [6, 6])],
      [v, DeviceArray.from(device(), wave(36, 0.4), [6, 6])],
    ]);
    const plan = await Plan.make(device(), { outputs: [], updates, arrays });
    plan.run();
    const [newW, newV] = await Promise.all([arrays.get(w)!.read(), arrays.get(v)!.read()]);
    const oldW = wave(36);
    const oldV = wave(36, 0.4);
    for (let i = 0; i < 36; i++) {
      expect(newW[i]).toBe(Math.fround(oldW[i]! + oldW[(i % 6) * 6 + Math.floor(i / 6)]!));
      expect(newV[i]).toBe(Math.fround(Math.fround(oldV[i]! * 0.5) + oldW[i]!));
    }
    plan.destroy();
    for (const one of arrays.values()) one.destroy();
  });

  it('replaces what a row has read when the row is done', async () => {
    const [rows, channels] = [600, 24];
    const x = input([rows, channels]);
    const w = input([channels]);
    // Each element of a column reads the column's w, which the sum of the column then replaces.
    const next = subtract(w, multiply(sum(tanh(multiply(x, w)), 0), 0.01));
    const arrays = new Map([
      [x, DeviceArray.from(device(), wave(rows * channels), [rows, channels])],
      [w, DeviceArray.from(device(), wave(channels, 0.4), [channels])],
    ]);
    const plan = await Plan.make(device(), { outputs: [], updates: new Map([[w, next]]), arrays });
    expect(plan.dispatchCount).toBe(1);
    plan.run();
    const found = await arrays.get(w)!.read();
    const [xs, old] = [wave(rows * channels), wave(channels, 0.4)];
    for (let column = 0; column < channels; column++) {
      let total = 0;
      for (let row = 0; row < rows; row++) total += Math.tanh(xs[row * channels + column]! * old[column]!);
      expect(found[column]).toBeCloseTo(old[column]! - 0.01 * total, 4);
    }
    plan.destroy();
    for (const one of arrays.values()) one.destroy();
  });

  it('shares a module between layers of different sizes, on a software adapter, and its numbers are in the predicted bytes', async () => {
    const images = [12, 8, 6].map((size) => input([2, size, size, 4]));
    const pooled = images.map((x) => maxPool(relu(multiply(subtract(x, mean(x, [0, 1, 2])), 2)), 2));
    const request = { outputs: pooled };
    const program = makeProgram(request, targetOf(device()));
    const modules = new Set(program.kernels.map(({ wgsl }) => wgsl)).size;
    if (device().profile.shareModules) expect(modules).toBeLessThan(program.kernels.length);
    const predicted = totalBytes(predictBytes(request, program));
    // What is written to a new buffer may still be on its way.
    device().ledger.resetPeak();
    const before = device().ledger.withoutStaging.peak;
    const plan = await Plan.make(device(), request);
    expect(device().ledger.withoutStaging.peak - before).toBe(predicted);
    plan.destroy();
    await compare(pooled, feedsFor(...images));
  });

  it('gives the same bytes twice, and allocates what it predicted', async () => {
    const x = input([64, 40]);
    const w = input([40, 10]);
    const loss = (v: Tensor) => negate(mean(logSoftmax(matmul(x, v), 1)));
    const request = { outputs: [grad(loss)(w), loss(w)] };
    const predicted = totalBytes(predictBytes(request, makeProgram(request, targetOf(device()))));
    device().ledger.resetPeak();
    const before = device().ledger.withoutStaging.peak;
    const plan = await Plan.make(device(), request);
    for (const [tensor, own] of plan.inputs) own.write(wave(elements(tensor)));
    plan.run();
    const first = await plan.outputs[0]!.read();
    plan.run();
    const second = await plan.outputs[0]!.read();
    expect([...second]).toEqual([...first]);
    expect(device().ledger.withoutStaging.peak - before).toBe(predicted);
    plan.destroy();
    expect(device().ledger.leaks().length).toBe(0);
  });

  it('prints its dispatches, code and memory', () => {
    const x = input([8, 8], { name: 'x' });
    const program = makeProgram({ outputs: [relu(matmul(x, transpose(x)))] }, targetOf(device()));
    expect(printPlan(program, { wgsl: true })).toContain('@compute');
    expect(printPlan(program)).toMatch(/contraction: matmul, relu by matmul\//);
    expect(printMemory(program)).toContain('beside the arena');
  });
});

describe('a value that is part of several concatenations', () => {
  it('stands in each of them, and twice in one', async () => {
    const shared = input([400]);
    const tails = [500, 600, 700].map((size) => input([size]));
    const wholes = [...tails.map((tail) => concat([shared, tail])), concat([shared, shared])];
    await compare(wholes, feedsFor(shared, ...tails), 0);
  });
});

describe('bad input', () => {
  it('an array without memory has a shape, a type and bytes, and says so when it is used', async () => {
    const before = device().ledger.live;
    const bare = new DeviceArray(device(), [3, 5], { dtype: 'u32', within: 'nowhere' });
    expect([bare.shape, bare.dtype, bare.bytes]).toEqual([[3, 5], 'u32', 64]);
    expect(() => bare.write(new Array<number>(15).fill(1))).toThrow(/shape \[3, 5\] has no memory/);
    await expect(bare.read()).rejects.toThrow(DeviceUsageError);
    bare.destroy();
    expect(device().ledger.live).toBe(before);
  });

  it('is refused in a sentence and leaves the device usable', async () => {
    const x = input([8, 8]);
    const y = DeviceArray.from(device(), wave(4), [4]);
    await expect(Plan.make(device(), { outputs: [tanh(x)], arrays: new Map([[x, y]]) })).rejects.toThrow(
      /array of f32\[4\] was bound where the program has f32\[8, 8\]/,
    );
    await expect(
      Plan.make(device(), { outputs: [matmul(x, x)], variants: { matmul: 'fastest' } }),
    ).rejects.toThrow(/there is no kernel variant 'fastest'; the known ones are .*naive/);
    const huge = input([device().limits.maxStorageBufferBindingSize / 4 + 4]);
    await expect(Plan.make(device(), { outputs: [tanh(huge)] })).rejects.toThrow(
      /maxStorageBufferBindingSize/,
    );
    y.destroy();
    await compare([tanh(x)], feedsFor(x), 1e-6);
  });

  it('of a forced variant tells why it does not fit; one that fits is used', async () => {
    const x = input([8, 8]);
    const force = (matmul: string) => ({ outputs: [product], variants: { matmul } });
    const product = matmul(x, x);
    expect(makeProgram(force('naive'), targetOf(device())).kernels[0]!.variant).toBe('matmul/naive');
    const withoutSubgroups = { ...targetOf(device()), features: new Set<string>() };
    expect(() => makeProgram(force('shared-columns-16'), withoutSubgroups)).toThrow(
      /matmul: variant 'shared-columns-16' cannot take this problem: it needs subgroups of at least 4 invocations/,
    );
    const image = input([1, 1, 6, 6, 4]);
    const filter = input([1, 3, 3, 4, 4]);
    const forward = { outputs: [conv2d(image, filter)], variants: { conv2d: 'filter-4' } };
    await expect(Plan.make(device(), forward)).rejects.toThrow(
      /'filter-4' cannot take this problem: it computes the filter gradient only/,
    );
    const both = { ...forward, variants: { conv2d: 'filter-4, naive' } };
    expect(makeProgram(both, targetOf(device())).kernels[0]!.variant).toBe('conv2d/naive');
    await compare([product], feedsFor(x));
  });
});
