/**
 * @file Functions made of ops: their values by hand, and the same float64 tests of derivatives and batches as
 * ops have.
 */
import { describe, expect, it } from 'vitest';
import { type DType, type Tensor, topologicalOrder } from '../graph/tensor.ts';
import * as ops from '../ops/index.ts';
import { array, constant, input } from '../ops/index.ts';
import { evaluate } from '../reference/evaluate.ts';
import { jvp, vjp, vmap } from '../transform/index.ts';
import { describeFunction } from './describe-op.ts';
import { testedFunctions } from './function-cases.ts';

const numbersOf = (tensor: Tensor): number[] => [...evaluate([tensor], new Map())[0]!.data];
const u32 = (values: number[], shape = [values.length]) => array(values, shape, 'u32');

for (const tested of testedFunctions) describeFunction(tested);

describe('functions of ops give the values of their definition', () => {
  it('softmax family', () => {
    expect(numbersOf(ops.softmax(array([0, Math.log(3)])))[1]).toBeCloseTo(0.75, 7);
    expect(numbersOf(ops.logSoftmax(array([1000, 1000])))).toEqual([-Math.log(2), -Math.log(2)]);
    expect(numbersOf(ops.logsumexp(array([700, 700], [1, 2]), 1))).toEqual([700 + Math.log(2)]);
  });

  it('statistics', () => {
    expect(numbersOf(ops.mean(array([1, 2, 3, 6]), 0))).toEqual([3]);
    expect(numbersOf(ops.variance(array([1, 2, 3, 6])))).toEqual([3.5]);
    expect(numbersOf(ops.variance(array([1, 2, 3, 6]), 0, { correction: 1 }))[0]).toBeCloseTo(14 / 3, 12);
    expect(numbersOf(ops.norm(array([3, 4])))).toEqual([5]);
  });

  it('indexing', () => {
    expect(numbersOf(ops.oneHot(u32([2, 0, 9]), 3))).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0]);
    const x = array([0, 1, 2, 3, 4, 5], [3, 2]);
    expect(numbersOf(ops.take(x, constant(1, 'u32')))).toEqual([2, 3]);
    expect(numbersOf(ops.take(x, constant(3, 'u32')))).toEqual([0, 0]);
    expect(numbersOf(ops.gather(x, u32([1, 1, 0], [1, 3]), 1))).toEqual([1, 1, 0, 3, 3, 2, 5, 5, 4]);
    expect(numbersOf(ops.dynamicUpdate(x, array([8, 9]), constant(0, 'u32')))).toEqual([8, 9, 2, 3, 4, 5]);
  });

  it('movement that moves nothing is the tensor itself', () => {
    const x = input([2, 3]);
    expect(ops.slice(x, [0, 0], [2, 3])).toBe(x);
    expect(ops.pad(x, [0, 0], [0, 0])).toBe(x);
    expect(ops.concat([x])).toBe(x);
    expect(ops.cast(x, 'f32')).toBe(x);
    const single = input([1]);
    expect(ops.flip(single)).toBe(single);
    expect(ops.squeeze(ops.expandAxes(x, [0, -1]))).toBe(x);
  });

  it('pools choose by value, and average over what is inside', () => {
    const x = array([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    expect(numbersOf(ops.maxPool(x, 2, { stride: 1 }))).toEqual([5, 6, 8, 9]);
    expect(numbersOf(ops.averagePool(x, 2, { stride: 2, padding: 'same' }))).toEqual([3, 4.5, 7.5, 9]);
    const alongRows = ops.averagePool(x, [1, 3], {
      stride: 1,
      padding: [
        [0, 0],
        [1, 1],
      ],
    });
    expect(numbersOf(alongRows)).toEqual([1.5, 2, 2.5, 4.5, 5, 5.5, 7.5, 8, 8.5]);
    expect(numbersOf(ops.globalAveragePool(x))).toEqual([5]);
  });

  it('convolution of one pixel is the filter turned around', () => {
    const x = array([0, 0, 0, 0, 1, 0, 0, 0, 0], [1, 3, 3, 1]);
    const filter = array([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1, 1]);
    expect(numbersOf(ops.conv2d(x, filter, { padding: 'same' }))).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('stopGradient and integers carry no derivative', () => {
    const x = input([3]);
    const tangent = input([3]);
    expect(jvp([ops.stopGradient(x)], [x], [tangent])).toEqual([undefined]);
    expect(jvp([ops.floor(x)], [x], [tangent])).toEqual([undefined]);
    expect(jvp([ops.cast(ops.cast(x, 'i32'), 'f32')], [x], [tangent])).toEqual([undefined]);
  });

  it('derivatives at kinks and ties are those of the docs', () => {
    const slope = (f: (x: Tensor) => Tensor, at: number[]) => {
      const x = input([at.length]);
      const one = array(at.map(() => 1));
      const [pushed] = jvp([f(x)], [x], [one]);
      return [
        ...evaluate(
          [pushed!],
          new Map([[x, { shape: [at.length], dtype: 'f32', data: Float64Array.from(at) }]]),
        )[0]!.data,
      ];
    };
    expect(slope(ops.relu, [0, -1, 1])).toEqual([0, 0, 1]);
    expect(slope(ops.absolute, [0, -1, 1])).toEqual([0, -1, 1]);
    expect(slope((x) => ops.maximum(x, 0), [0, -1, 1])).toEqual([0.5, 0, 1]);
    // Two of three are largest: each moves the maximum by half of its own motion.
    expect(slope((x) => ops.max(ops.multiply(x, array([1, 2, 4]))), [4, 2, 0.5])).toEqual([1.5]);
  });
});

describe('a product with shared weights is one tall product', () => {
  const products = (tensor: Tensor) =>
    topologicalOrder([tensor])
      .filter(({ op }) => op === ops.matmul.op)
      .map(({ inputs }) => inputs.map(({ shape }) => shape));
  const weights = input([3, 5]);

  it('in the function and in the gradient', () => {
    const x = input([7, 2, 3]);
    const y = ops.matmul(x, weights);
    expect(products(y)).toEqual([
      [
        [14, 3],
        [3, 5],
      ],
    ]);
    const [gradient] = vjp([y], [weights], [input(y.shape)]);
    expect(products(gradient!)).toEqual([
      [
        [3, 14],
        [14, 5],
      ],
    ]);
  });

  it('in a batch', () => {
    const y = vmap((x: Tensor) => ops.matmul(x, weights))(input([6, 2, 3]));
    expect(products(y)).toEqual([
      [
        [12, 3],
        [3, 5],
      ],
    ]);
  });

  it('and a convolution with a shared filter only sees more images', () => {
    const y = vmap((x: Tensor) => ops.conv2d(x, input([3, 3, 1, 2])))(input([6, 2, 5, 5, 1]));
    const node = topologicalOrder([y]).find(({ op }) => op === ops.conv2d.op)!;
    expect(node.inputs[0]!.shape).toEqual([1, 12, 5, 5, 1]);
  });
});

describe('what does not fit is refused with a sentence', () => {
  const x = input([32, 784]);
  /** As JavaScript without types, or a name from a file, may ask. */
  const half = 'f16' as unknown as DType;
  it.each([
    [
      () => ops.matmul(x, input([785, 128])),
      'matmul: inner sizes differ: [32, 784] · [785, 128] (784 ≠ 785).',
    ],
    [() => ops.add(x, input([31, 784])), 'add: shapes [32, 784] and [31, 784] do not fit together'],
    [
      () => ops.add(x, u32([1])),
      "add: operands have element types f32 and u32; convert one with cast(x, 'f32').",
    ],
    [() => ops.select(x, 1, 0), 'select: the mask has element type f32, but masks are u32'],
    [
      () => ops.conv2d(input([1, 8, 8, 3]), input([3, 3, 4, 2])),
      'conv2d: channels differ: x [1, 8, 8, 3] has 3',
    ],
    [
      () => ops.conv2d(input([1, 2, 2, 3]), input([3, 3, 3, 2])),
      'a window of 3 × 3 does not fit an image of 2 × 2',
    ],
    [() => ops.slice(x, [0, 0], [33, 1]), 'is not a part of [32, 784]'],
    [() => ops.concat([x, input([32, 3])]), 'all axes but axis 0 must agree'],
    [() => ops.gather(x, input([3])), 'gather: the indices have element type f32; they are u32'],
    [() => ops.max(input([0, 3]), 0), 'max: axis 0 is empty and has no max'],
    [() => ops.split(x, 5), 'cannot be cut into 5 equal parts'],
    [() => ops.randomBits(u32([1]), [3]), 'the key is u32[1], but keys are u32[2]'],
    [() => ops.permute(ops.randomKey(0), 0, u32([1])), 'give a whole number from 1 to 2^31 − 1'],
    [() => ops.maxPool(input([4, 4, 1]), 2), 'a pool takes f32 images [..., N, H, W, C]'],
    [() => input([3], { dtype: half }), "input: there is no element type 'f16'; use f32, i32, u32"],
    [() => ops.cast(x, half), "cast: there is no element type 'f16'"],
    [() => ops.iota([3], 0, half), "iota: there is no element type 'f16'"],
    [() => input([2.5]), 'input: [2.5] is not a shape; axis sizes are integers of 0 or more.'],
    [() => constant(Number.NaN), 'constant: NaN is not finite, and WGSL has no literal for it'],
    [() => ops.multiply(x, Number.POSITIVE_INFINITY), 'constant: Infinity is not finite'],
    [() => constant(1e39), 'constant: 1e+39 is beyond float32'],
    [() => constant(1.5, 'u32'), 'constant: 1.5 is not an integer, but the element type is u32'],
    [() => constant(-1, 'u32'), 'constant: -1 does not fit u32'],
    [() => array([1, 2, 3], [2, 2]), 'array: 3 values do not fill the shape [2, 2]'],
  ])('%#', (ask, sentence) => {
    expect(ask).toThrow(sentence);
  });
});
