/** @file Each row of docs/differences-from-pytorch.md on a device, and no row without its test. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../graph/tensor.ts';
import * as T from '../ops/index.ts';
import { evaluate } from '../reference/evaluate.ts';
import { evaluateOnDevice } from '../runtime/evaluate.ts';
import { grad } from '../transform/index.ts';
import { useDevice } from './device.ts';

const getDevice = useDevice();
const x = T.input([4], { name: 'x' });
const values = [NaN, Infinity, -0, 2];

/** What a graph of x gives on the device. */
async function on(output: Tensor, of: readonly number[] = values): Promise<number[]> {
  const [found] = await evaluateOnDevice(getDevice(), [output], new Map([[x, of]]));
  return [...found!];
}
/** The same in float64. */
const inFloat64 = (output: Tensor, of: readonly number[] = values): number[] => [
  ...evaluate(
    [output],
    new Map([[x, { shape: [4], dtype: 'f32' as const, data: Float64Array.from(of) }]]),
  )[0]!.data,
];
const integers = (of: readonly number[]) => T.array(of, [of.length], 'i32');
const words = (of: readonly number[]) => T.array(of, [of.length], 'u32');

const rows: Readonly<Record<string, () => Promise<void> | void>> = {
  'argmax of NaN': async () => {
    expect(await on(T.argmax(x), [1, NaN, 3, 2])).toEqual([2]);
    expect(await on(T.argmax(x), [NaN, 1, 3, 2])).toEqual([0]);
  },
  'sign of NaN': async () => expect(await on(T.sign(x))).toEqual([0, 1, 0, 1]),
  'x · 0': async () => expect(await on(T.multiply(x, 0))).toEqual([0, 0, 0, 0]),
  'x − x': async () => {
    for (const [i, found] of (await on(T.subtract(x, x))).entries())
      expect(found === 0 || (i < 2 && Number.isNaN(found))).toBe(true);
    expect(await on(T.equal(x, x))).toEqual([0, 1, 1, 1]);
  },
  'the sign of zero': async () => {
    expect((await on(T.add(x, 0)))[2]).toBe(-0);
    expect((await on(T.subtract(0, x), [0, 0, 0, 0]))[0]).toBe(-0);
  },
  reassociation: async () => {
    const [found] = await on(T.multiply(T.multiply(x, 1e30), 1e-30), [1e20, 1, 1, 1]);
    expect([Math.fround(1e20), Infinity]).toContain(found);
    expect([100, Infinity]).toContain((await on(T.log(T.exp(x)), [100, 1, 1, 1]))[0]);
    const [small] = await on(T.multiply(2 ** -60, T.multiply(3e-30, x)), [1e38, 1, 1, 1]);
    expect(small === 0 || Math.abs(small! / 2.602e-10 - 1) < 1e-3).toBe(true);
  },
  'subnormal numbers': async () => {
    const small = Math.fround(1e-40);
    expect([0, Math.fround(2 * small)]).toContain((await on(T.multiply(x, 2), [small, 1, 1, 1]))[0]);
    expect((await on(T.log(x), [small, 1, 1, 1]))[0]).toBeCloseTo(Math.log(small), 4);
    expect((await on(T.power(x, 0.25), [small, 1, 1, 1]))[0]).toBe(0);
  },
  'small constants': async () => {
    expect((await on(T.multiply(x, 1e-46), [1e38, 1, 1, 1]))[0]).toBe(0);
    expect(inFloat64(T.multiply(x, 1e-46), [1e38, 1, 1, 1])[0]).toBeCloseTo(1e-8, 20);
  },
  'sin and cos beyond 10⁴': async () => {
    for (const f of [T.sin, T.cos])
      for (const found of await on(f(x), [1e6, -1e9, 3e38, 1e20]))
        expect(Math.abs(found)).toBeLessThanOrEqual(1);
  },
  'NaN as an integer': async () => {
    expect((await on(T.cast(x, 'i32')))[0]).toBe(0);
    expect((await on(T.cast(x, 'u32')))[0]).toBe(0);
    expect(inFloat64(T.cast(x, 'i32'))[0]).toBe(0);
  },
  'float to integer': async () => {
    expect(await on(T.cast(x, 'i32'), [Infinity, -1e20, 2.9, -2.9])).toEqual([
      2147483520, -2147483648, 2, -2,
    ]);
    expect(await on(T.cast(x, 'u32'), [Infinity, -5, 2.9, 0])).toEqual([4294967040, 0, 2, 0]);
  },
  'integer division by zero': async () => {
    expect(await on(T.divide(integers([7, -7]), 0))).toEqual([7, -7]);
    expect(await on(T.modulo(integers([7, -7]), 0))).toEqual([0, 0]);
    expect(await on(T.divide(words([7, 5]), T.cast(T.multiply(T.iota([2]), 0), 'u32')))).toEqual([7, 5]);
  },
  'integer division and modulo of negatives': async () => {
    expect(await on(T.divide(integers([-7, 7]), 2))).toEqual([-3, 3]);
    expect(await on(T.modulo(integers([-7, 7]), 4))).toEqual([-3, 3]);
  },
  'shifts by 32 and more': async () => expect(await on(T.shiftLeft(words([1, 5]), 33))).toEqual([2, 10]),
  'indices out of range': async () => {
    expect(await on(T.gather(x, words([3, 4])), [1, 2, 3, 4])).toEqual([4, 0]);
    expect(await on(T.segmentSum(x, words([0, 9, 1, 1]), 2), [1, 2, 3, 4])).toEqual([1, 7]);
  },
  'a label beyond the classes': async () => expect(await on(T.oneHot(words([4]), 3))).toEqual([0, 0, 0]),
  'ties of maximum and minimum': async () => {
    const half = grad((v: Tensor) => T.sum(T.maximum(v, 2)))(x);
    expect(await on(half, [1, 2, 3, 2])).toEqual([0, 0.5, 1, 0.5]);
  },
  'ties of max and min': async () =>
    expect(await on(grad((v: Tensor) => T.max(v))(x), [2, 1, 2, 1])).toEqual([0.5, 0, 0.5, 0]),
  'the second derivative of power at whole exponents': () => {
    const b = T.multiply(x, 0);
    const mixed = grad((e: Tensor) => T.sum(grad((a: Tensor) => T.sum(T.power(a, e)))(x)))(b);
    expect(inFloat64(mixed, [1, 2, 4, 5])).toEqual([1, 0.5, 0.25, 0.2]);
  },
  'padding of a convolution': async () => {
    const image = T.array([1, 1, 1, 1], [1, 2, 2, 1]);
    const y = T.conv2d(image, T.reshape(x, [2, 2, 1, 1]), { padding: 1 });
    expect((await on(y, [Infinity, 1, 1, 1]))[0]).toBe(NaN);
    expect(inFloat64(y, [Infinity, 1, 1, 1])[0]).toBe(1);
  },
  windows: async () => {
    const image = T.reshape(x, [1, 2, 2, 1]);
    const [corner] = await on(T.averagePool(image, 3, { stride: 1, padding: 1 }), [1, 2, 3, 4]);
    expect(corner).toBe(2.5);
  },
};

const text = readFileSync(join(import.meta.dirname, '../../../../docs/differences-from-pytorch.md'), 'utf8');
const documented = [...text.matchAll(/^\| ([^|]+?) \|/gm)]
  .map((match) => match[1]!.trim())
  .filter((row) => !/^(what|-+)$/.test(row));

describe('differences from PyTorch', () => {
  it('are documented exactly where they are tested', () => expect(documented).toEqual(Object.keys(rows)));
  it.each(Object.entries(rows))('%s', (_, check) => check());
});
