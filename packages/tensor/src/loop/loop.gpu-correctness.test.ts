import { describe, expect, it } from 'vitest';
import { byteClasses } from '../device/ledger.ts';
import {
  add,
  array,
  cast,
  DeviceArray,
  evaluate,
  foldIn,
  grad,
  input,
  Loop,
  logSoftmax,
  matmul,
  mean,
  multiply,
  negate,
  oneHot,
  Plan,
  ReverseLoop,
  randomKey,
  relu,
  reshape,
  slice,
  square,
  state,
  subtract,
  sum,
  type Tensor,
  take,
  tangentStep,
  tanh,
  uniform,
} from '../index.ts';
import { totalBytes } from '../runtime/byte-counts.ts';
import { useDevice } from '../testing/device.ts';

const device = useDevice();

/** Live bytes without the read-back pool, which belongs to the device. */
function liveBytes(): number {
  const classes = device().ledger.liveByClass();
  return device().ledger.live - classes.staging;
}

const element = (x: Tensor, k: number) => reshape(slice(x, [k], [k + 1]), []);

/** T3 of the HyperDistill specification: heavy ball with weight decay; the hyperparameters are (η, μ, ξ). */
const heavyBall = {
  carry: { w: state([2]), u: state([2], { class: 'optimiser state' as const }) },
  step: ({ w, u }: { w: Tensor; u: Tensor }, { hyper }: { hyper: Tensor }) => {
    const [eta, mu, xi] = [0, 1, 2].map((k) => element(hyper, k)) as [Tensor, Tensor, Tensor];
    const gradient = multiply(array([1, 0.3]), subtract(w, array([0, 1])));
    const velocity = add(add(multiply(mu, u), gradient), multiply(xi, w));
    return { w: subtract(w, multiply(eta, velocity)), u: velocity };
  },
  loss: ({ w }: { w: Tensor }) => multiply(0.5, sum(square(subtract(w, array([0.3, 0.1]))))),
  start: { w: [1, -2], u: [0, 0] },
  golden: [15.2081961321, 8.5853857489, 2.7351241129],
};

describe('a loop run forward', () => {
  it('gives the same bits as single runs, and counts its steps', async () => {
    const given = { x: DeviceArray.from(device(), [1, 2, 3, 4], [4]) };
    const loop = await Loop.make(device(), {
      carry: { w: state([4]) },
      given,
      step: ({ w }, { x }, t) => ({ w: add(tanh(add(w, x)), cast(t, 'f32')) }),
    });
    await loop.run(7);
    const whole = await loop.carry.w.read();
    loop.carry.w.write([0, 0, 0, 0]);
    for (let from = 0; from < 7; from++) await loop.run(1, { from });
    expect([...(await loop.carry.w.read())]).toEqual([...whole]);
    // The last step alone adds its number, 6, to a tanh.
    expect(whole.every((value) => value > 5 && value <= 7)).toBe(true);
    loop.destroy();
    given.x.destroy();
  });

  it('allocates what was predicted, whatever the horizon', async () => {
    const indices = DeviceArray.from(
      device(),
      Uint32Array.from({ length: 64 }, (_, k) => k % 8),
      [16, 4],
      { dtype: 'u32' },
    );
    const before = liveBytes();
    const loop = await Loop.make(device(), {
      carry: { w: state([8]) },
      given: { indices },
      step: ({ w }, { indices: all }, t) => {
        const drawn = uniform(foldIn(randomKey(3), t), [8]);
        const hot = sum(cast(oneHot(take(all, t), 8), 'f32'), 0);
        return { w: add(multiply(w, 0.5), multiply(drawn, hot)) };
      },
    });
    for (const steps of [1, 10, 100]) {
      device().ledger.resetPeak();
      await loop.run(steps);
      expect(device().ledger.withoutStaging.peak - before).toBe(totalBytes(loop.predicted));
    }
    loop.destroy();
    expect(liveBytes()).toBe(before);
    indices.destroy();
  });

  it('lets hooks change the carry and what is given between steps, on the device', async () => {
    const rate = DeviceArray.from(device(), [1], []);
    const loop = await Loop.make(device(), {
      carry: { w: state([1]) },
      given: { rate },
      step: ({ w }, { rate: r }) => ({ w: add(w, r) }),
    });
    const r = input([]);
    const halve = await Plan.make(device(), {
      outputs: [],
      updates: new Map([[r, multiply(r, 0.5)]]),
      arrays: new Map([[r, rate]]),
    });
    await loop.run(4, { after: () => [halve] });
    expect([...(await loop.carry.w.read())]).toEqual([1 + 0.5 + 0.25 + 0.125]);
    for (const one of [loop, halve, rate]) one.destroy();
  });

  it('refuses a horizon of nothing and a carry that changes shape, in a sentence', async () => {
    const loop = await Loop.make(device(), {
      carry: { w: state([1]) },
      given: {},
      step: ({ w }) => ({ w: add(w, 1) }),
    });
    expect(() => loop.run(0)).toThrow(/T = 0 is not a horizon/);
    loop.destroy();
    await expect(
      Loop.make(device(), { carry: { w: state([2]) }, given: {}, step: ({ w }) => ({ w: sum(w) }) }),
    ).rejects.toThrow(/the step changes 'w' from f32\[2\] to f32\[\]; a carry keeps its shape and type/);
  });
});

describe('the gradient of a loop', () => {
  it('meets the golden numbers under every memory policy, and is the same to the bit', async () => {
    const hyper = DeviceArray.from(device(), [0.1, 0.9, 0.01], [3]);
    const results: number[][] = [];
    for (const policy of ['everything', 'states', { memory: 12_000 }] as const) {
      const before = liveBytes();
      const reverse = await ReverseLoop.make(device(), {
        ...heavyBall,
        given: { hyper },
        parameters: [hyper],
        maxSteps: 10,
        policy,
      });
      expect(liveBytes() - before).toBe(totalBytes(reverse.predicted));
      reverse.carry.w.write(heavyBall.start.w);
      reverse.carry.u.write(heavyBall.start.u);
      await reverse.gradient(10);
      const gradient = [...(await reverse.gradients[0]!.read())];
      gradient.forEach((value, k) => {
        expect(value / heavyBall.golden[k]! - 1).toBeCloseTo(0, 5);
      });
      const last = [...(await reverse.carry.w.read())];
      expect(last[0]).toBeCloseTo(-0.5878730417, 6);
      expect(last[1]).toBeCloseTo(0.8827222526, 6);
      results.push([
        ...gradient,
        ...last,
        ...(await reverse.loss.read()),
        ...(await reverse.carryGradients[0]!.read()),
      ]);
      reverse.destroy();
      expect(liveBytes()).toBe(before);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    hyper.destroy();
  });

  it('counts what it keeps of the carry as checkpoints or trajectory, whatever class it has in the loop', async () => {
    const hyper = DeviceArray.from(device(), [0.1, 0.9, 0.01], [3]);
    // w and u have 8 bytes each; beside the ten rows lies the carry of the loop, in which the last state stays.
    const carry = { weights: 8, 'optimiser state': 8, tangents: 16 };
    for (const [policy, kept] of [
      ['everything', { ...carry, trajectory: 10 * 16 }],
      ['states', { ...carry, checkpoints: 10 * 16 }],
    ] as const) {
      const before = device().ledger.liveByClass();
      const reverse = await ReverseLoop.make(device(), {
        ...heavyBall,
        given: { hyper },
        parameters: [hyper],
        maxSteps: 10,
        policy,
      });
      const after = device().ledger.liveByClass();
      expect(reverse.predicted).toMatchObject(kept);
      for (const name of byteClasses)
        if (name !== 'staging') expect(after[name] - before[name], name).toBe(reverse.predicted[name] ?? 0);
      reverse.destroy();
    }
    hyper.destroy();
  });

  it('agrees with the tangent loop along unit directions', async () => {
    const hyper = DeviceArray.from(device(), [0.1, 0.9, 0.01], [3]);
    const unit = array([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]);
    const tangent = tangentStep<typeof heavyBall.carry, { hyper: DeviceArray }>(
      heavyBall.carry,
      heavyBall.step,
      3,
      ({ hyper: h }) => new Map([[h, unit]]),
    );
    const loop = await Loop.make(device(), { carry: tangent.carry, given: { hyper }, step: tangent.step });
    loop.carry.primal.w.write(heavyBall.start.w);
    await loop.run(10);
    const w = await loop.carry.primal.w.read();
    // The carry's f32 arrays in order are u, w.
    const columns = await loop.carry.tangent[1]!.read();
    const alpha = [w[0]! - 0.3, w[1]! - 0.1];
    heavyBall.golden.forEach((golden, k) => {
      expect((alpha[0]! * columns[2 * k]! + alpha[1]! * columns[2 * k + 1]!) / golden - 1).toBeCloseTo(0, 5);
    });
    loop.destroy();
    hyper.destroy();
  });

  it('of a network agrees with the unrolled graph on the float64 reference, and its bytes with the prediction at every T', async () => {
    const sizes = { inputs: 12, hidden: 8, classes: 3, batch: 5 };
    const d1 = sizes.inputs * sizes.hidden;
    const d = d1 + sizes.hidden * sizes.classes;
    const wave = (count: number, scale: number) =>
      Float32Array.from({ length: count }, (_, k) => scale * Math.sin(1.7 * k + 0.3));
    const x = DeviceArray.from(device(), wave(sizes.batch * sizes.inputs, 1), [sizes.batch, sizes.inputs]);
    const labels = DeviceArray.from(device(), Uint32Array.of(0, 1, 2, 0, 1), [sizes.batch], { dtype: 'u32' });
    const rates = DeviceArray.from(device(), new Float32Array(d).fill(0.5), [d], {
      class: 'hyperparameters',
    });
    const given = { x, labels, rates };
    type Given = { x: Tensor; labels: Tensor; rates: Tensor };
    const lossOf = (w: Tensor, g: Given) => {
      const first = reshape(slice(w, [0], [d1]), [sizes.inputs, sizes.hidden]);
      const second = reshape(slice(w, [d1], [d]), [sizes.hidden, sizes.classes]);
      const logits = matmul(relu(matmul(g.x, first)), second);
      return negate(
        mean(sum(multiply(logSoftmax(logits, 1), cast(oneHot(g.labels, sizes.classes), 'f32')), 1)),
      );
    };
    const step = ({ w }: { w: Tensor }, g: Given) => ({
      w: subtract(w, multiply(g.rates, grad((v: Tensor) => lossOf(v, g))(w))),
    });
    const start = wave(d, 0.5);

    const wIn = input([d]);
    const inputs = { x: input(x.shape), labels: input([sizes.batch], { dtype: 'u32' }), rates: input([d]) };
    let w: Tensor = wIn;
    for (let t = 0; t < 10; t++) w = step({ w }, inputs).w;
    const unrolled = grad((r: Tensor) => {
      let v: Tensor = wIn;
      for (let t = 0; t < 10; t++) v = step({ w: v }, { ...inputs, rates: r }).w;
      return lossOf(v, inputs);
    })(inputs.rates);
    const feed = (data: ArrayLike<number>, tensor: Tensor) =>
      [tensor, { shape: tensor.shape, dtype: tensor.dtype, data: Float64Array.from(data) }] as const;
    const [expected] = evaluate(
      [unrolled],
      new Map([
        feed(start, wIn),
        feed(wave(sizes.batch * sizes.inputs, 1), inputs.x),
        feed([0, 1, 2, 0, 1], inputs.labels),
        feed(new Float32Array(d).fill(0.5), inputs.rates),
      ]),
    );

    for (const maxSteps of [1, 10, 100]) {
      const results: number[][] = [];
      for (const policy of ['everything', 'states', { memory: '40 KB' }, { arity: 3 }] as const) {
        const before = liveBytes();
        const reverse = await ReverseLoop.make(device(), {
          carry: { w: state([d]) },
          given,
          step,
          loss: ({ w: last }: { w: Tensor }, g: Given) => lossOf(last, g),
          parameters: [rates],
          maxSteps,
          policy,
        });
        expect(liveBytes() - before).toBe(totalBytes(reverse.predicted));
        reverse.carry.w.write(start);
        const statistics = await reverse.gradient(maxSteps);
        if (policy === 'everything') expect(statistics.repeatedSteps).toBe(0);
        results.push([...(await reverse.gradients[0]!.read())]);
        reverse.destroy();
        expect(liveBytes()).toBe(before);
      }
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
      if (maxSteps === 10) {
        const scale = Math.max(...expected!.data.map(Math.abs));
        results[0]!.forEach((value, k) => {
          expect(Math.abs(value - expected!.data[k]!)).toBeLessThan(2e-5 * scale);
        });
      }
    }
    for (const one of [x, labels, rates]) one.destroy();
  });

  it('refuses an impossible budget with the breakdown and the alternatives', async () => {
    const hyper = DeviceArray.from(device(), [0.1, 0.9, 0.01], [3]);
    const request = { ...heavyBall, given: { hyper }, parameters: [hyper], maxSteps: 1000 };
    const before = liveBytes();
    await expect(ReverseLoop.make(device(), { ...request, policy: { memory: '2KiB' } })).rejects.toThrow(
      /T = 1000 under a budget of .* is impossible: the loop needs .* before any checkpoint \(.*\).* Give at least .* repeated steps\)/,
    );
    await expect(ReverseLoop.make(device(), { ...request, policy: { memory: 'much' } })).rejects.toThrow(
      /'much' is not a number of bytes/,
    );
    expect(liveBytes()).toBe(before);
    expect(
      totalBytes(ReverseLoop.predict(device(), { ...request, policy: { memory: '1MiB' } })),
    ).toBeLessThanOrEqual(2 ** 20);
    hyper.destroy();
  });
});
