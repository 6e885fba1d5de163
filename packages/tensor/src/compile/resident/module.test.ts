import { expect, it } from 'vitest';
import { adapterProfiles } from '../../adapters/index.ts';
import type { Kernel } from '../fusions/fusion-kernel.ts';
import type { Region } from '../storage.ts';
import { residentModule } from './module.ts';

const region: Region = { id: 0, label: 'x', dtype: 'f32', elements: 64, class: 'scratch', kind: 'arena' };

/** A kernel that adds 1 to each element of its region, shared by `threads` invocations. */
function kernel(label: string, threads: number, workgroups: Kernel['workgroups'], shared = ''): Kernel {
  const code = `${shared}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let i = group.x * ${threads}u + local;
  store_0(i, load_0(i) + 1f);
}`;
  return {
    label,
    wgsl: '',
    source: {
      enables: '',
      code,
      uses: [{ index: 0, region, scalar: true, functions: new Set(['load', 'store']) }],
    },
    regions: [region],
    workgroups,
    usesStepIndex: false,
    variant: undefined,
    operations: 64,
  };
}

const placed = (one: Kernel, offset = 0) => ({
  kernel: one,
  places: [{ buffer: 0, offset }],
  numbersAt: undefined,
});

const { llvmpipe, swiftshader } = adapterProfiles;

it('programs and copies are the cases of one loop over rows', () => {
  const { wgsl } = residentModule({
    programs: [[placed(kernel('first', 8, [4, 1, 1])), placed(kernel('second', 64, [1, 1, 1]), 256)]],
    copies: [{ from: 0, to: 1 }],
    buffers: 2,
    profile: llvmpipe,
  });
  expect(wgsl).toMatchInlineSnapshot(`
    "
    struct Step { index: u32 }
    var<private> step: Step;
    // Where the rows of the running action begin, in words.
    var<private> places: array<u32, 6>;
    @group(0) @binding(0) var<storage, read_write> buffer_0: array<f32>;
    @group(0) @binding(1) var<storage, read_write> buffer_1: array<u32>;


    // The first row says how many follow.
    @group(1) @binding(0) var<storage, read> rows: array<vec4<u32>>;
    fn k0_load_0(i: u32) -> f32 { return buffer_0[i]; }
    fn k0_store_0(i: u32, v: f32) { buffer_0[i] = v; }

    fn k0_main(group: vec3<u32>, local: u32) {
      let i = group.x * 8u + local;
      k0_store_0(i, k0_load_0(i) + 1f);
    }
    fn k1_load_0(i: u32) -> f32 { return buffer_0[i + 64u]; }
    fn k1_store_0(i: u32, v: f32) { buffer_0[i + 64u] = v; }

    fn k1_main(group: vec3<u32>, local: u32) {
      let i = group.x * 64u + local;
      k1_store_0(i, k1_load_0(i) + 1f);
    }
    @compute @workgroup_size(8)
    fn main(@builtin(workgroup_id) launched: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let zero = launched.z;
    let count = rows[0].x;
    for (var at = 1u; at <= count; at++) {
    let row = rows[2u * at];
    let more = rows[2u * at + 1u];
    step.index = row.y;
    places = array<u32, 6>(row.z, row.w, more.x, more.y, more.z, more.w);
    switch (row.x) {
    case 0u: {
    for (var x = zero; x < 4u; x++) {
    k0_main(vec3<u32>(x, zero, zero), local);
    }

    for (var own = local; own < 64u; own += 8u) { k1_main(vec3<u32>(zero, zero, zero), own); }

    }
    case 1u: {
    for (var i = local; i < row.w; i += 8u) { buffer_1[row.z + i] = bitcast<u32>(buffer_0[row.y + i]); }

    }
    default: {}
    }
    }
    }
    "
  `);
});

it('between kernels there is a barrier, but not where the invocations are one vector', () => {
  const request = { programs: [[placed(kernel('first', 8, [1, 1, 1]))]], copies: [], buffers: 1 };
  expect(residentModule({ ...request, profile: swiftshader }).wgsl).toContain('workgroupBarrier()');
  expect(residentModule({ ...request, profile: llvmpipe }).wgsl).not.toContain('workgroupBarrier()');
});

it('kernels that exchange values among different numbers of invocations are refused', () => {
  const shared = 'var<workgroup> sums: array<f32, 8>;';
  const request = (threads: number) => ({
    programs: [
      [placed(kernel('first', 8, [1, 1, 1], shared)), placed(kernel('second', threads, [1, 1, 1], shared))],
    ],
    copies: [],
    buffers: 1,
    profile: llvmpipe,
  });
  expect(residentModule(request(8)).wgsl).toContain('@workgroup_size(8)');
  expect(() => residentModule(request(16))).toThrow(
    /'first' exchanges values among 8 invocations and 'second' among 16, and one workgroup has one number/,
  );
});
