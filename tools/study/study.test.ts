import { parseProblems } from '@longhorizon/benchmarks';
import { openDevice } from '@longhorizon/tensor';
import { expect, it } from 'vitest';
import { study } from './study.ts';

it('reads products and the three kinds of a convolution', () => {
  const [product] = parseProblems('matmul', ['2x3,5,7:tn']);
  expect(product).toMatchObject({ depth: 7, output: { shape: [2, 3, 5] } });
  expect(product!.inputs[0].shape).toEqual([2, 7, 3]);
  const kinds = parseProblems('conv2d', ['2x3,8,8,4,6/2']);
  expect(kinds.map(({ output }) => output.shape)).toEqual([
    [2, 3, 4, 4, 6],
    [2, 3, 8, 8, 4],
    [2, 3, 3, 4, 6],
  ]);
  expect(kinds.map(({ depth }) => depth)).toEqual([36, 54, 48]);
  expect(() => parseProblems('matmul', ['3,5'])).toThrow("'3,5' is no product");
  expect(() => parseProblems('conv2d', ['3,5'])).toThrow("'3,5' is no convolution");
});

it('times a right result, marks what the compiler chooses, and does not time a wrong one', async () => {
  const device = await openDevice({ warmPipelines: false });
  try {
    const options = { rounds: 1, sampleMs: 1 };
    const [problem] = parseProblems('matmul', ['9,9,33']);
    const right = await study(device, 'matmul', problem!, ['naive'], options);
    expect(right.wrong).toEqual([]);
    expect(right.lines.at(-1)).toMatch(/naive +GFLOP\/s +\d/);
    // A sum of no products may not be off at all, so rounding makes this one wrong.
    const wrong = await study(device, 'matmul', { ...problem!, depth: -4 }, ['naive'], options);
    expect(wrong.wrong).toEqual(['naive']);
    expect(wrong.lines.join()).toContain('WRONG; it is not timed');
    expect(wrong.lines.join()).not.toContain('GFLOP');
  } finally {
    await device.close();
  }
});
