/** @file Which kernels become one module, and what is left of their numbers. The device's results are checked in runtime/plan. */
import { describe, expect, test } from 'vitest';
import { numbersLayout, shareModules } from './shared-modules.ts';
import type { Region } from './storage.ts';
import type { Kernel } from './units/unit-kernel.ts';

const region = (elements: number): Region => ({
  id: 0,
  label: 'x',
  dtype: 'f32',
  elements,
  class: 'scratch',
  kind: 'arena',
});

function kernel(wgsl: string, elements = 64): Kernel {
  return {
    label: 'test',
    wgsl,
    regions: [region(elements)],
    workgroups: [1, 1, 1],
    usesStepIndex: false,
    variant: undefined,
    operations: 1,
  };
}

/** A kernel as the compiler writes them: constants, a workgroup's size, an index division, a float. */
const layer = (rows: number, width: number, factor: string, threads = 8) => `enable subgroups;
@group(0) @binding(0) var<storage, read_write> buffer_0: array<f32>;
const THREADS: u32 = ${threads}u;
const ROWS: u32 = ${rows}u;
const LAST: u32 = ROWS - 1u;
@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) local: u32) {
let row = min(local, LAST);
let v0 = (row) / ${width}u;
let v1 = (row) % ${width}u;
buffer_0[v0 * 8u + v1] = buffer_0[row] * ${factor};
}
`;

const floats = new Float32Array(1);
const words = new Uint32Array(floats.buffer);
const bits = (value: number): number => {
  floats[0] = value;
  return words[0]!;
};

describe('kernels that differ in numbers alone', () => {
  const [a, b] = shareModules([kernel(layer(28, 14, '0.5f')), kernel(layer(14, 7, '0.25f'))]) as [
    Kernel,
    Kernel,
  ];

  test('share one module, each with its own numbers', () => {
    expect(a.wgsl).toBe(b.wgsl);
    expect(a.numbers).toEqual([28, 14, bits(0.5), bits(1 / 14)]);
    expect(b.numbers).toEqual([14, 7, bits(0.25), bits(1 / 7)]);
  });

  test('keep what is equal in all of them, and what a workgroup is sized by', () => {
    expect(a.wgsl).toContain('const THREADS: u32 = 8u;');
    expect(a.wgsl).toContain('v0 * 8u + v1');
  });

  test('compute constants from the numbers, and divide indices by multiplication', () => {
    expect(a.wgsl).toContain('fn ROWS() -> u32 { return numbers[0].x; }');
    expect(a.wgsl).toContain('fn LAST() -> u32 { return ROWS() - 1u; }');
    expect(a.wgsl).toContain('let row = min(local, LAST());');
    expect(a.wgsl).toContain('let v0 = quotient(row, bitcast<f32>(numbers[0].w));');
    expect(a.wgsl).toContain('let v1 = remainder(row, numbers[0].y, bitcast<f32>(numbers[0].w));');
    expect(a.wgsl).toContain('* bitcast<f32>(numbers[0].z);');
  });

  test('find their numbers in one buffer, at offsets that adapters accept', () => {
    const own = kernel('fn main() {}');
    expect(numbersLayout([own, a, own, b])).toEqual({ bytes: 512, offsets: [undefined, 0, undefined, 256] });
  });
});

describe('kernels stay as they are', () => {
  const unchanged = (...texts: (string | Kernel)[]) => {
    const kernels = texts.map((text) => (typeof text === 'string' ? kernel(text) : text));
    expect(shareModules(kernels)).toEqual(kernels);
  };

  test('alone, or equal to the last letter', () => {
    unchanged(layer(28, 14, '0.5f'), layer(28, 14, '0.5f'));
  });

  test('where a workgroup has another size', () => {
    unchanged(layer(28, 14, '0.5f', 8), layer(14, 7, '0.5f', 16));
  });

  test('where anything else differs', () => {
    unchanged(layer(28, 14, '0.5f'), layer(28, 14, '0.5f').replace('min', 'max'));
  });

  test('where an index could be too large for the quick division', () => {
    unchanged(kernel(layer(28, 14, '0.5f'), 2 ** 22), kernel(layer(14, 7, '0.5f')));
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
