/** @file Which kernels share a dispatch, and the code of one that several share. */
import { describe, expect, it } from 'vitest';
import { adapterProfiles } from '../adapters/index.ts';
import type { BindingUse } from './emit/bindings.ts';
import type { UnfinishedKernel } from './fusions/fusion-kernel.ts';
import { dealtOut, oneDispatch } from './shared-dispatches.ts';
import { finishAlone } from './shared-modules.ts';
import type { Region } from './storage.ts';
import type { Target } from './target.ts';

const target: Target = {
  profile: adapterProfiles.llvmpipe,
  features: new Set(),
  limits: {
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeWorkgroupsPerDimension: 100,
  },
  maxBindings: 4,
};

const regions = new Map<string, Region>();
function region(name: string): Region {
  const known = regions.get(name) ?? {
    id: regions.size,
    label: name,
    dtype: 'f32',
    elements: 64,
    class: 'scratch',
    kind: 'arena',
  };
  regions.set(name, known);
  return known;
}

interface Options {
  readonly threads?: number;
  readonly groups?: number;
  readonly before?: string;
  readonly scalar?: boolean;
  readonly family?: string;
}

/** A kernel that reads some arrays and writes another: 'a b > c'. */
function kernel(text: string, { threads = 8, groups = 2, before = '', scalar = true, family }: Options = {}) {
  const [reads = [], writes = []] = text.split('>').map((part) => part.split(' ').filter(Boolean));
  const uses = [...new Set([...reads, ...writes])].map(
    (name, index): BindingUse => ({
      index,
      region: region(name),
      scalar,
      functions: new Set([
        ...(reads.includes(name) ? (['load'] as const) : []),
        ...(writes.includes(name) ? (['store'] as const) : []),
      ]),
    }),
  );
  const code = `${before}@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  store_${uses.length - 1}(group.x * 8u + local, load_0(local));
}`;
  return {
    label: text,
    text: family ?? text,
    source: { enables: '', code, uses },
    regions: uses.map((use) => use.region),
    workgroups: [groups, 1, 1],
    usesStepIndex: false,
    variant: undefined,
    operations: 1,
  } satisfies UnfinishedKernel;
}

const dealt = (...kernels: (string | UnfinishedKernel)[]) =>
  dealtOut(
    kernels.map((one) => (typeof one === 'string' ? kernel(one) : one)),
    target,
  ).map((together) => together.map(({ label }) => label));

describe('kernels share a dispatch', () => {
  it('where they do not wait for each other', () => {
    expect(dealt('a > b', 'b > c', 'b > d')).toEqual([['a > b'], ['b > c', 'b > d']]);
  });

  it('later than they could, rather than in a dispatch more', () => {
    expect(dealt('a > b', 'x > y', 'b > c', 'c y > d')).toEqual([['a > b'], ['b > c', 'x > y'], ['c y > d']]);
  });

  it('not before what they write has been read', () => {
    expect(dealt('w > a', 'x > w')).toEqual([['w > a'], ['x > w']]);
  });

  it('up to what an adapter binds and launches', () => {
    expect(dealt('a b > c', 'd > e')).toHaveLength(2);
    expect(dealt(kernel('a > b', { groups: 60 }), kernel('a > c', { groups: 60 }))).toHaveLength(2);
  });

  it('where each reads arrays as it would alone', () => {
    expect(dealt(kernel('a > b'), kernel('a > c', { scalar: false }))).toHaveLength(2);
  });

  it('not with another whose module they would share', () => {
    expect(dealt(kernel('a > b', { family: 'f' }), kernel('a > c', { family: 'f' }))).toHaveLength(2);
  });

  it('as early as they can where that frees memory, else as late', () => {
    const chain = ['a > b', 'b > c', 'c > d'];
    expect(dealt(...chain, 'b x > y')).toEqual([['a > b'], ['b > c', 'b x > y'], ['c > d']]);
    expect(dealt(...chain, 'x > y')).toEqual([['a > b'], ['b > c'], ['c > d', 'x > y']]);
  });

  it('where those that exchange values have one number of invocations', () => {
    const before = 'var<workgroup> shared_values: array<f32, 8>;\n';
    expect(dealt(kernel('a > b', { before }), kernel('a > c', { threads: 64 }))).toHaveLength(1);
    expect(dealt(kernel('a > b', { before }), kernel('a > c', { before, threads: 64 }))).toHaveLength(2);
  });
});

/** The code of two that share a dispatch: one with 3 workgroups of 16 invocations, and one with 2 of 8. */
function shared(rounds: number) {
  const long = kernel('a > c', { groups: 3, threads: 16 });
  return finishAlone(oneDispatch([kernel('a > b'), long], rounds));
}

it('one kernel calls each for its workgroups, with the invocations that it has', () => {
  const { wgsl, workgroups, regions: bound } = shared(1);
  expect(workgroups).toEqual([5, 1, 1]);
  expect(bound.map(({ label }) => label)).toEqual(['a', 'b', 'c']);
  expect(wgsl.slice(wgsl.indexOf('fn p0_main'))).toMatchInlineSnapshot(`
    "fn p0_main(group: vec3<u32>, local: u32) {
      store_1(group.x * 8u + local, load_0(local));
    }
    fn p1_main(group: vec3<u32>, local: u32) {
      store_2(group.x * 8u + local, load_0(local));
    }
    @compute @workgroup_size(8)
    fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>, @builtin(local_invocation_index) local_invocation_index: u32) {
    let at = workgroup_id.x;
    if (at < 2u) {
    let own = at;
    p0_main(vec3<u32>(own, workgroup_id.z, workgroup_id.z), local_invocation_index);
    } else {
    let own = at - 2u;
    for (var turn = local_invocation_index; turn < 16u; turn += 8u) { p1_main(vec3<u32>(own, workgroup_id.z, workgroup_id.z), turn); }
    }
    }
    "
  `);
});

it('in rounds, each stretch has a share of each', () => {
  const { wgsl, workgroups } = shared(2);
  expect(workgroups).toEqual([6, 1, 1]);
  expect(wgsl.slice(wgsl.indexOf('let round'))).toMatchInlineSnapshot(`
    "let round = (workgroup_id.x) / 3u;
    let at = workgroup_id.x - round * 3u;
    if (at < 1u) {
    let own = at + round * 2u / 2u;
    if (own < (round + 1u) * 2u / 2u) { p0_main(vec3<u32>(own, workgroup_id.z, workgroup_id.z), local_invocation_index); }
    } else {
    let own = at - 1u + round * 3u / 2u;
    if (own < (round + 1u) * 3u / 2u) { for (var turn = local_invocation_index; turn < 16u; turn += 8u) { p1_main(vec3<u32>(own, workgroup_id.z, workgroup_id.z), turn); } }
    }
    }
    "
  `);
});
