/** @file What ops and compositions give at the edge of float32, where a value was wrong once: constants, infinities, NaN, wide ranges. */
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../graph/tensor.ts';
import * as T from '../ops/index.ts';
import { constantValue } from '../ops/leaf/constant.ts';
import { evaluate } from '../reference/evaluate.ts';
import { evaluateOnDevice } from '../runtime/evaluate.ts';
import { grad } from '../transform/index.ts';
import { simplify } from '../transform/simplify.ts';
import { useDevice } from './device.ts';

const getDevice = useDevice();
const x = T.input([2], { name: 'x' });

async function on(outputs: readonly Tensor[], of: readonly number[]): Promise<number[][]> {
  const found = await evaluateOnDevice(getDevice(), outputs, new Map([[x, of]]));
  return found.map((values) => [...values]);
}
const inFloat64 = (outputs: readonly Tensor[], of: readonly number[]): number[][] => {
  const value = { shape: [2], dtype: 'f32' as const, data: Float64Array.from(of) };
  return evaluate(outputs, new Map([[x, value]])).map(({ data }) => [...data]);
};
/** On the device and in float64. */
async function expectBoth(
  outputs: readonly Tensor[],
  of: readonly number[],
  right: number[][],
): Promise<void> {
  expect(await on(outputs, of)).toEqual(right);
  expect(inFloat64(outputs, of)).toEqual(right);
}

it('−0 is another constant than 0, on the device and in float64', async () => {
  await expectBoth(
    [T.divide(x, -0), T.divide(x, T.constant(-0))],
    [1, -2],
    [
      [-Infinity, Infinity],
      [-Infinity, Infinity],
    ],
  );
});

describe('constants whose value is not finite', () => {
  const c = T.constant;
  const made: readonly (readonly [string, Tensor, number])[] = [
    ['1 / 0', T.divide(c(1), 0), Infinity],
    ['0 / 0', T.divide(c(0), 0), NaN],
    ['1 / −0', T.divide(c(1), -0), -Infinity],
    ['√−1', T.sqrt(-1), NaN],
    ['1 / √0', T.rsqrt(0), Infinity],
    ['1 / √−1', T.rsqrt(-1), NaN],
    ['e¹⁰⁰', T.multiply(T.exp(100), 1e10), Infinity],
    ['log 0', T.log(0), -Infinity],
    ['3e38 · 3e38', T.multiply(c(3e38), c(3e38)), Infinity],
    ['3e38 + 3e38', T.add(c(3e38), c(3e38)), Infinity],
    ['(1e30)²', T.square(1e30), Infinity],
    ['10¹⁰⁰', T.power(c(10), c(100)), Infinity],
    ['0⁻¹', T.power(c(0), c(-1)), Infinity],
    ['the slope of √ at 0', grad((v: Tensor) => T.sqrt(v))(c(0)), Infinity],
  ];

  it('are computed by the device', async () => {
    const outputs = made.map(([, value]) => T.add(x, value));
    const found = await on(outputs, [1, -1]);
    expect(made.map(([name], i) => [name, ...found[i]!])).toEqual(
      made.map(([name, , right]) => [name, right, right]),
    );
  });

  it('divide integers by zero as documented', async () => {
    for (const dtype of ['u32', 'i32'] as const) {
      const whole = T.cast(x, dtype);
      await expectBoth(
        [T.divide(whole, 0), T.modulo(whole, 0)],
        [7, 5],
        [
          [7, 5],
          [0, 0],
        ],
      );
    }
  });
});

describe('products of small constants', () => {
  it('are not simplified to a factor that float32 does not hold', () => {
    for (const product of [
      T.multiply(2 ** -60, T.multiply(3e-30, x)),
      T.divide(T.divide(T.divide(x, 2 ** 60), 2 ** 60), 2 ** 60),
    ]) {
      const [simplified] = simplify([product]);
      for (let node = simplified!; node !== x; node = node.inputs.find(({ op }) => op.name !== 'broadcast')!)
        for (const value of node.inputs.flatMap((one) => [one, ...one.inputs]).map(constantValue))
          if (value !== undefined) expect(Math.abs(value)).toBeGreaterThanOrEqual(2 ** -126);
    }
  });
});

describe('infinities and NaN', () => {
  it('are the largest and smallest elements of what holds nothing else', async () => {
    await expectBoth([T.max(x), T.min(x)], [-Infinity, -Infinity], [[-Infinity], [-Infinity]]);
    await expectBoth([T.max(x), T.min(x)], [Infinity, Infinity], [[Infinity], [Infinity]]);
    await expectBoth([T.max(x), T.min(x)], [NaN, 1], [[NaN], [NaN]]);
  });

  it('stay in their window of a max pool, and so does the derivative', async () => {
    const pooled = (v: Tensor) =>
      T.maxPool(T.reshape(T.concat([T.array([5, 7]), v], 0), [1, 1, 4, 1]), [1, 2]);
    const slope = grad((v: Tensor) => T.sum(pooled(v)))(x);
    await expectBoth(
      [pooled(x), slope],
      [-Infinity, -Infinity],
      [
        [7, -Infinity],
        [1, 0],
      ],
    );
    await expectBoth(
      [pooled(x), slope],
      [NaN, 3],
      [
        [7, NaN],
        [1, 0],
      ],
    );
  });

  it('pass through activations', async () => {
    const of = [T.relu, T.tanh, T.sigmoid, T.erf, T.softplus, T.exp, (v: Tensor) => T.maximum(v, 0), T.sin];
    for (const values of await on(
      of.map((f) => f(x)),
      [NaN, 0],
    ))
      expect(values[0]).toBe(NaN);
    await expectBoth(
      [T.sigmoid(x), T.relu(x), T.tanh(x)],
      [-Infinity, Infinity],
      [
        [0, 1],
        [0, Infinity],
        [-1, 1],
      ],
    );
    await expectBoth([T.notEqual(x, T.add(x, 1))], [NaN, 1], [[1, 1]]);
  });

  it('have a logarithm of the sum of their powers', async () => {
    await expectBoth([T.logsumexp(x)], [Infinity, 1], [[Infinity]]);
    await expectBoth([T.logsumexp(x)], [-Infinity, -Infinity], [[-Infinity]]);
    await expectBoth([T.logsumexp(x)], [-Infinity, 1], [[1]]);
  });
});

describe('powers', () => {
  const at = (a: number, b: number) => ({ a, b });
  it.each([
    { ...at(-2, 3), right: -8 },
    { ...at(-1, 17), right: -1 },
    { ...at(-2, 0.5), right: NaN },
    { ...at(0, -1), right: Infinity },
    { ...at(-0, -1), right: -Infinity },
    { ...at(1, NaN), right: 1 },
    { ...at(NaN, 0), right: 1 },
    { ...at(-1, Infinity), right: 1 },
  ])('$a to the power of $b is $right', async ({ a, b, right }) => {
    const power = T.power(T.slice(x, [0], [1]), T.slice(x, [1], [2]));
    expect(inFloat64([power], [a, b])).toEqual([[right]]);
    const [[found]] = (await on([power], [a, b])) as [[number]];
    expect(Number.isFinite(right) ? Math.abs(found / right - 1) < 1e-5 : Object.is(found, right)).toBe(true);
  });

  it('have the slope of the formula at a base of 0', async () => {
    const slopeAt = (b: number) =>
      grad((v: Tensor) => T.sum(T.power(v, T.add(T.multiply(v, 0), T.stopGradient(T.array([b, b]))))))(x);
    await expectBoth([slopeAt(0.5)], [0, 0], [[Infinity, Infinity]]);
    await expectBoth([slopeAt(0)], [0, 0], [[0, 0]]);
  });
});

describe('wide ranges', () => {
  it('logarithms of subnormal numbers', async () => {
    const [found] = await on([T.log(x)], [1e-40, 1e-38]);
    expect(found![0]).toBeCloseTo(-92.103403, 4);
    expect(found![1]).toBeCloseTo(-87.498233, 4);
  });

  it('uniform numbers stay below their upper end', async () => {
    const count = 2 ** 20;
    const draws = T.uniform(T.randomKey(3), [count], 1000, 1001);
    const [[most, least]] = (await on(
      [T.concat([T.reshape(T.max(draws), [1]), T.reshape(T.min(draws), [1])], 0)],
      [0, 0],
    )) as [number[]];
    expect(most).toBe(1001 - 2 ** -14);
    expect(least).toBeGreaterThanOrEqual(1000);
  });

  it('averages over windows that the padding cuts are exact in float64', () => {
    const image = T.input([1, 3, 3, 1]);
    const data = Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const mean = T.averagePool(image, 3, { stride: 1, padding: 1 });
    const [found] = evaluate([mean], new Map([[image, { shape: image.shape, dtype: 'f32' as const, data }]]));
    expect(found!.data[4]).toBe(5);
    expect(found!.data[1]).toBe(3.5);
  });

  it('the norm of nothing has the derivative 0', async () =>
    expectBoth([grad((v: Tensor) => T.norm(v))(x)], [0, 0], [[0, 0]]));
});
