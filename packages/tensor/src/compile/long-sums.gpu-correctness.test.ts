/** @file Sums of any length keep their digits: no chain of additions grows with the number of elements, whatever its divisors. */
import { expect, it } from 'vitest';
import {
  averagePool,
  conv2d,
  cumulativeSum,
  evaluateOnDevice,
  input,
  logsumexp,
  matmul,
  mean,
  multiply,
  norm,
  rsqrt,
  segmentSum,
  softmax,
  square,
  subtract,
  sum,
  sumPool,
  type Tensor,
  transpose,
  variance,
  vjp,
} from '../index.ts';
import { blockLevels } from '../ops/helpers/long-sum.ts';
import { useDevice } from '../testing/device.ts';

const device = useDevice();

const evaluate = async (output: Tensor, ...feeds: readonly [Tensor, Float32Array][]): Promise<number[]> => {
  const [values] = await evaluateOnDevice(device(), [output], new Map(feeds));
  return [...values!];
};
const tenth = Math.fround(0.1);
const tenths = (count: number) => new Float32Array(count).fill(0.1);
/** Distance in fusion groups of the right value's last place. */
const ulp = (found: number, right: number) => Math.abs(found - right) / (right * 2 ** -23);

it.each([1000, 4099, 65_537, 1_000_000, 1_000_003, 2 ** 24 + 43])(
  'the sum and the mean of %i tenths',
  async (count) => {
    const x = input([count]);
    const [total] = await evaluate(sum(x), [x, tenths(count)]);
    expect(ulp(total!, count * tenth)).toBeLessThan(32);
    const [average] = await evaluate(mean(x), [x, tenths(count)]);
    expect(ulp(average!, tenth)).toBeLessThan(32);
  },
);

it.each([
  ['rows', [3, 65_537], 1],
  ['columns', [65_537, 4], 0],
  ['columns that fill no vector', [65_537, 3], 0],
  ['axes around the kept one', [257, 5, 257], [0, 2]],
] as const)('sums of long %s', async (_, shape, axes) => {
  const x = input(shape);
  const found = await evaluate(sum(x, axes), [x, tenths(shape.reduce((a, b) => a * b, 1))]);
  const each = shape.reduce((a: number, b) => a * b, 1) / found.length;
  for (const one of found) expect(ulp(one, each * tenth)).toBeLessThan(32);
});

it('the variance of a million numbers far from zero, and batch norm over many places', async () => {
  for (const count of [1_000_000, 1_000_003]) {
    const x = input([count]);
    const [found] = await evaluate(variance(x), [
      x,
      Float32Array.from({ length: count }, (_, i) => 1e4 + (i % 2)),
    ]);
    expect(Math.abs(found! / 0.25 - 1)).toBeLessThan(1e-3);
  }
  const [places, channels] = [100 * 84 * 84, 2];
  const x = input([100, 84, 84, channels]);
  const values = Float32Array.from({ length: places * channels }, (_, i) => 127 + Math.sin(1.7 * i));
  const centred = subtract(x, mean(x, [0, 1, 2], { keep: true }));
  const normed = multiply(centred, rsqrt(mean(square(centred), [0, 1, 2], { keep: true })));
  const found = await evaluate(normed, [x, values]);
  for (let channel = 0; channel < channels; channel++) {
    const own = values.filter((_, i) => i % channels === channel);
    const average = own.reduce((total, value) => total + value, 0) / places;
    const spread = Math.sqrt(own.reduce((total, value) => total + (value - average) ** 2, 0) / places);
    const worst = own.reduce(
      (most, value, i) =>
        Math.max(most, Math.abs(found[i * channels + channel]! - (value - average) / spread)),
      0,
    );
    expect(worst).toBeLessThan(1e-4);
  }
});

it.each([4096 + 1, 16_384, 65_537, 1_000_003])('products with an inner axis of %i', async (inner) => {
  const [a, b] = [input([2, inner]), input([inner, 3])];
  const found = await evaluate(matmul(a, b), [a, tenths(2 * inner)], [b, tenths(3 * inner)]);
  for (const one of found) expect(Math.abs(one / (inner * tenth * tenth) - 1)).toBeLessThan(1e-5);
});

it('long products of batches, and of transposed operands', async () => {
  const [tasks, inner] = [2, 5003];
  const [a, b] = [input([tasks, inner, 5]), input([tasks, 6, inner])];
  const waves = (length: number) => Float32Array.from({ length }, (_, i) => 1 + Math.sin(i));
  const [first, second] = [waves(tasks * inner * 5), waves(tasks * 6 * inner)];
  const product = matmul(transpose(a, [0, 2, 1]), transpose(b, [0, 2, 1]));
  const found = await evaluate(product, [a, first], [b, second]);
  found.forEach((one, at) => {
    const [task, row, column] = [Math.floor(at / 30), Math.floor(at / 6) % 5, at % 6];
    let right = 0;
    for (let k = 0; k < inner; k++)
      right += first[(task * inner + k) * 5 + row]! * second[(task * 6 + column) * inner + k]!;
    expect(Math.abs(one / right - 1)).toBeLessThan(1e-5);
  });
});

it('softmax, logsumexp, norm and the running sum of a long line', async () => {
  const count = 262_147;
  const x = input([count]);
  const zeros = new Float32Array(count);
  expect(ulp((await evaluate(softmax(x), [x, zeros]))[7]!, 1 / count)).toBeLessThan(64);
  expect(ulp((await evaluate(logsumexp(x), [x, zeros]))[0]!, Math.log(count))).toBeLessThan(32);
  expect(ulp((await evaluate(norm(x), [x, tenths(count)]))[0]!, tenth * Math.sqrt(count))).toBeLessThan(32);
  const running = await evaluate(cumulativeSum(x), [x, tenths(count)]);
  for (const place of [0, 999, 100_000, count - 1])
    expect(ulp(running[place]!, (place + 1) * tenth)).toBeLessThan(32);
});

it.each(['chosen', 'naive'])('the filter gradient of a large picture, variant %s', async (variant) => {
  const [side, channels] = [127, 4];
  const [x, filter, weight] = [
    input([1, side, side, 1]),
    input([1, 1, 1, channels]),
    input([1, side, side, channels]),
  ];
  const [gradient] = vjp([conv2d(x, filter)], [filter], [weight]);
  const feeds = new Map([
    [x, tenths(side * side)],
    [weight, tenths(side * side * channels)],
  ]);
  const options = variant === 'chosen' ? {} : { variants: { conv2d: variant } };
  const [found] = await evaluateOnDevice(device(), [gradient!], feeds, options);
  for (const one of found!) expect(Math.abs(one / (side * side * tenth * tenth) - 1)).toBeLessThan(1e-5);
});

it('short chains stay one loop, and the nesting leaves at most 64 additions a level', () => {
  expect([1, 64, 128].map(blockLevels)).toEqual([0, 0, 0]);
  expect([129, 64 ** 2, 64 ** 2 + 1, 64 ** 3, 64 ** 3 + 1].map(blockLevels)).toEqual([1, 1, 2, 2, 3]);
});

it('sums by segment, few or many segments, and their skipped elements', async () => {
  const count = 100_003;
  for (const [segments, width] of [
    [3, 4],
    [1500, 1],
  ] as const) {
    const [x, ids] = [input([count, width]), input([count], { dtype: 'u32' })];
    const found = await evaluateOnDevice(
      device(),
      [segmentSum(x, ids, segments)],
      new Map<Tensor, ArrayLike<number>>([
        [x, tenths(count * width)],
        [ids, Uint32Array.from({ length: count }, (_, i) => (i % 50 === 0 ? 2 : 1))],
      ]),
    );
    const few = Math.ceil(count / 50);
    [0, count - few, few].forEach((times, segment) => {
      const one = found[0]![segment * width]!;
      if (times === 0) expect(one).toBe(0);
      else expect(ulp(one, times * tenth)).toBeLessThan(32);
    });
  }
});

it('means over wide windows, and the sum over the windows that contain an element', async () => {
  const side = 256;
  const x = input([1, side, side, 1]);
  for (const one of await evaluate(averagePool(x, side), [x, tenths(side * side)]))
    expect(ulp(one, tenth)).toBeLessThan(32);
  const y = input([]);
  const few = input([1, 4, 4, 1]);
  const [gradient] = vjp([sum(sumPool(few, 64, { stride: 1, padding: 63 }))], [few], [y]);
  for (const one of await evaluate(gradient!, [y, Float32Array.of(0.1)]))
    expect(ulp(one, 64 * 64 * tenth)).toBeLessThan(32);
});

it('convolutions with very many products a result', async () => {
  const channels = 4096;
  const [x, filter] = [input([1, 3, 3, channels]), input([3, 3, channels, 4])];
  const found = await evaluate(
    conv2d(x, filter),
    [x, tenths(9 * channels)],
    [filter, new Float32Array(36 * channels).fill(1)],
  );
  for (const one of found) expect(Math.abs(one / (9 * channels * tenth) - 1)).toBeLessThan(1e-5);
});
