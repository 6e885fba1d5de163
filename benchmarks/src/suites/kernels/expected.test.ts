import { conv2d, evaluate, input, matmul, sum, type Tensor, vjp } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { relativeError } from './check.ts';
import { expectedOf } from './expected.ts';
import { inputsOf } from './inputs.ts';
import type { ConvolutionWork, Work } from './work.ts';

/** The same work through the tensor package's float64 interpreter. */
function interpreted(work: Work, build: (tensors: readonly Tensor[]) => Tensor): Float64Array {
  const arrays = inputsOf(work);
  const tensors = arrays.map(({ name, shape }) => input(shape, { name }));
  const feeds = new Map(
    tensors.map((tensor, k) => [
      tensor,
      { shape: tensor.shape, dtype: tensor.dtype, data: Float64Array.from(arrays[k]!.values) },
    ]),
  );
  return evaluate([build(tensors)], feeds)[0]!.data as Float64Array;
}

describe('float64 references', () => {
  it('of products agree with the interpreter', () => {
    const work: Work = { kind: 'matmul', batch: 3, rows: 4, inner: 5, columns: 6 };
    const other = interpreted(work, ([a, b]) => matmul(a!, b!));
    expect(relativeError(expectedOf(work), [other])).toBeLessThan(1e-14);
  });

  it.each(['forward', 'input-gradient', 'filter-gradient'] as const)(
    'of %s convolutions agree with it',
    (pass) => {
      const work: ConvolutionWork = {
        kind: 'convolution',
        pass,
        images: 2,
        size: 5,
        inChannels: 3,
        outChannels: 4,
      };
      const other = interpreted(work, ([a, b]) => {
        if (pass === 'forward') return conv2d(a!, b!, { padding: 1 });
        const unused = input(pass === 'input-gradient' ? [2, 5, 5, 3] : [3, 3, 3, 4]);
        const y =
          pass === 'input-gradient' ? conv2d(unused, b!, { padding: 1 }) : conv2d(a!, unused, { padding: 1 });
        return vjp([y], [unused], [pass === 'input-gradient' ? a! : b!])[0]!;
      });
      expect(relativeError(expectedOf(work), [other])).toBeLessThan(1e-14);
    },
  );

  it.each(['all', 'rows', 'columns'] as const)('of sums over %s agree with it', (over) => {
    const work: Work = { kind: 'reduction', over, rows: 8, columns: 4 };
    const other = interpreted(work, ([x]) => sum(x!, { all: [0, 1], rows: [1], columns: [0] }[over]));
    expect(relativeError(expectedOf(work), [other])).toBeLessThan(1e-14);
  });
});

describe('inputs', () => {
  it('are the same each time and spread over their range', () => {
    const work: Work = { kind: 'pointwise', expression: 'add', elements: 4096 };
    const [a, b] = inputsOf(work);
    expect(inputsOf(work)[0]!.values).toEqual(a!.values);
    expect(a!.values).not.toEqual(b!.values);
    expect(Math.min(...a!.values)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...a!.values)).toBeLessThan(1);
    const mean = a!.values.reduce((total, value) => total + value, 0) / 4096;
    expect(Math.abs(mean)).toBeLessThan(0.05);
  });
});
