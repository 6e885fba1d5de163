import { expect, it } from 'vitest';
import { indexDivision, u32 } from '../../graph/wgsl-numbers.ts';
import type { Kernel } from '../fusions/fusion-kernel.ts';
import { callableKernel } from './callable.ts';

function kernel(code: string): Kernel {
  return {
    label: 'test',
    wgsl: '',
    source: { enables: '', code, uses: [] },
    regions: [],
    workgroups: [1, 1, 1],
    usesStepIndex: false,
    variant: undefined,
    operations: 1,
  };
}

const code = `const X: u32 = 4u;
const Y: u32 = 2u;
fn ITEMS() -> u32 { return ${u32(10)}; }
fn twice(v: vec4<f32>) -> f32 { return v.X + v.x; }
@compute @workgroup_size(X * Y)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = ${indexDivision('lane', '/', 3)} + group.x * ITEMS() + numbers[2].y;
  store_0(row, twice(load4_0(row)));
}`;

it('a kernel becomes a function whose names are its own', () => {
  const access = [
    'fn load4_0(i: u32) -> vec4<f32> { return b[i]; }',
    'fn store_0(i: u32, v: f32) { c[i] = v; }',
  ];
  const callable = callableKernel(kernel(code), access, (place) => `all[${place + 5}u]`, 'k7_');
  expect(callable.code).toMatchInlineSnapshot(`
    "fn k7_load4_0(i: u32) -> vec4<f32> { return b[i]; }
    fn k7_store_0(i: u32, v: f32) { c[i] = v; }
    const k7_X: u32 = 4u;
    const k7_Y: u32 = 2u;
    fn k7_ITEMS() -> u32 { return 10u; }
    fn k7_twice(v: vec4<f32>) -> f32 { return v.X + v.x; }
    fn k7_main(group: vec3<u32>, lane: u32) {
      let row = (lane) / 3u + group.x * k7_ITEMS() + all[7u].y;
      k7_store_0(row, k7_twice(k7_load4_0(row)));
    }"
  `);
  const { entry, threads, synchronises, bySubgroup } = callable;
  expect({ entry, threads, synchronises, bySubgroup }).toEqual({
    entry: 'k7_main',
    threads: 8,
    synchronises: false,
    bySubgroup: false,
  });
});

it('private variables are zeroed before each call, as they are when a kernel begins', () => {
  const sums = `var<private> sums: array<vec4<f32>, X>;\n${code}`;
  const callable = callableKernel(kernel(sums), [], String, 'a_');
  expect(callable.code).toContain('fn a_renew() { a_sums = array<vec4<f32>, a_X>(); }');
  expect(callable.renew).toBe('a_renew(); ');
  expect(callableKernel(kernel(code), [], String, 'a_').renew).toBe('');
});

it('what its invocations share is seen', () => {
  const shared = callableKernel(kernel(`var<workgroup> sums: array<f32, 8>;\n${code}`), [], String, 'a_');
  expect(shared.synchronises).toBe(true);
  expect(shared.code).toContain('var<workgroup> a_sums');
  const shuffled = code.replace('local_invocation_index', 'subgroup_invocation_id');
  expect(callableKernel(kernel(shuffled), [], String, 'a_')).toMatchObject({
    synchronises: true,
    bySubgroup: true,
  });
});

it('a kernel without an entry point is a fault of ours', () => {
  expect(() => callableKernel(kernel('fn other() {}'), [], String, '')).toThrow(
    /internal: .* no entry point/,
  );
});
