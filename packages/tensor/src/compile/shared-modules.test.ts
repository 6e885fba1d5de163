/** @file Which kernels become one module, and what is left of their numbers. The device's results are checked in runtime/plan. */
import { describe, expect, test } from 'vitest';
import { f32, indexDivision, u32 } from '../graph/wgsl-numbers.ts';
import { parameterLines } from '../kernels/frame.ts';
import type { Kernel, UnfinishedKernel } from './fusions/fusion-kernel.ts';
import { finishAlone, numbersLayout, shareModules } from './shared-modules.ts';
import type { Region } from './storage.ts';

const region = (elements: number): Region => ({
  id: 0,
  label: 'x',
  dtype: 'f32',
  elements,
  class: 'scratch',
  kind: 'arena',
});

function kernel(text: string, elements = 64): UnfinishedKernel {
  return {
    label: 'test',
    text,
    source: { enables: 'enable subgroups;\n', code: text, uses: [] },
    regions: [region(elements)],
    workgroups: [1, 1, 1],
    usesStepIndex: false,
    variant: undefined,
    operations: 1,
  };
}

/** A kernel as the compiler writes them: constants, a workgroup's size, index divisions, a float. */
const layer = (rows: number, width: number, factor: number, threads = 8) =>
  `${parameterLines({ sizes: { THREADS: threads }, constants: { ROWS: rows } })}
@group(0) @binding(0) var<storage, read_write> buffer_0: array<f32>;
@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) local: u32) {
let row = min(local, ROWS() - 1u);
let v0 = ${indexDivision('row', '/', width)};
let v1 = ${indexDivision('row', '%', width)};
buffer_0[v0 * ${u32(8)} + v1] = buffer_0[row] * ${f32(factor)};
}
`;

const floats = new Float32Array(1);
const words = new Uint32Array(floats.buffer);
const bits = (value: number): number => {
  floats[0] = value;
  return words[0]!;
};

describe('kernels that differ in numbers alone', () => {
  const [a, b] = shareModules([kernel(layer(28, 14, 0.5)), kernel(layer(14, 7, 0.25))]) as [Kernel, Kernel];

  test('share one module, each with its own numbers', () => {
    expect(a.wgsl).toBe(b.wgsl);
    expect(a.wgsl.startsWith('enable subgroups;\n@group(0) @binding(1) var<uniform> numbers')).toBe(true);
    expect(a.numbers).toEqual([28, bits(1 / 14), 14, bits(0.5)]);
    expect(b.numbers).toEqual([14, bits(1 / 7), 7, bits(0.25)]);
  });

  test('keep what is equal in all of them, and what a workgroup is sized by', () => {
    expect(a.wgsl).toContain('const THREADS: u32 = 8u;');
    expect(a.wgsl).toContain('v0 * 8u + v1');
  });

  test('read constants from the numbers, and divide indices by multiplication', () => {
    expect(a.wgsl).toContain('fn ROWS() -> u32 { return numbers[0].x; }');
    expect(a.wgsl).toContain('let v0 = quotient(row, bitcast<f32>(numbers[0].y));');
    expect(a.wgsl).toContain('let v1 = remainder(row, numbers[0].z, bitcast<f32>(numbers[0].y));');
    expect(a.wgsl).toContain('* bitcast<f32>(numbers[0].w);');
  });

  test('find their numbers in one buffer, at offsets that adapters accept', () => {
    const own = finishAlone(kernel('fn main() {}'));
    expect(numbersLayout([own, a, own, b])).toEqual({ bytes: 512, offsets: [undefined, 0, undefined, 256] });
  });
});

describe('kernels stay as they are', () => {
  const unchanged = (...texts: (string | UnfinishedKernel)[]) => {
    const kernels = texts.map((text) => (typeof text === 'string' ? kernel(text) : text));
    expect(shareModules(kernels)).toEqual(kernels.map(finishAlone));
  };

  test('alone, or equal to the last letter', () => {
    unchanged(layer(28, 14, 0.5), layer(28, 14, 0.5));
  });

  test('where a workgroup has another size', () => {
    unchanged(layer(28, 14, 0.5, 8), layer(14, 7, 0.5, 16));
  });

  test('where anything else differs', () => {
    unchanged(layer(28, 14, 0.5), layer(28, 14, 0.5).replace('min', 'max'));
  });

  test('where an index could be too large for the quick division', () => {
    unchanged(kernel(layer(28, 14, 0.5), 2 ** 22), kernel(layer(14, 7, 0.5)));
  });
});

test('the quick division is exact for all indices it is used for', () => {
  for (let d = 1; d <= 3000; d += d < 100 ? 1 : 37) {
    const reciprocal = Math.fround(1 / d);
    for (const near of [0, d, 7 * d, 2 ** 22 - 1 - ((2 ** 22 - 1) % d), Math.floor(2 ** 21 / d) * d])
      for (const n of [near - 1, near, near + d - 1].filter((one) => one >= 0 && one < 2 ** 22))
        expect(Math.floor(Math.fround(Math.fround(n + 0.5) * reciprocal))).toBe(Math.floor(n / d));
  }
});
