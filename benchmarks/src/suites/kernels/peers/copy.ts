/**
 * @file The bandwidth that there is: a kernel that copies and does nothing else, in the variants that matter (threads in a
 * workgroup, vectors a thread moves, and whether a thread's vectors lie side by side or a workgroup apart). The
 * fastest variant on this adapter and size is the one that the other kernels are held against.
 */
import { type Device, openDevice } from '@longhorizon/tensor';
import { computeStage, type LedgerBuffer } from '@longhorizon/tensor/device';
import { inputsOf } from '../inputs.ts';
import type { HostOptions } from './host.ts';
import { CannotDo, type Library, type Prepared } from './library.ts';
import { queueDone } from './wait.ts';

interface CopyVariant {
  readonly threads: number;
  /** Vectors of four that each thread moves. */
  readonly vectors: number;
  /** apart: neighbouring threads move neighbouring vectors. together: each thread moves a stretch of its own. */
  readonly order: 'apart' | 'together';
}

const variants: readonly CopyVariant[] = [
  { threads: 64, vectors: 1, order: 'apart' },
  { threads: 256, vectors: 4, order: 'apart' },
  { threads: 64, vectors: 16, order: 'apart' },
  { threads: 64, vectors: 64, order: 'apart' },
  { threads: 64, vectors: 256, order: 'apart' },
  { threads: 8, vectors: 256, order: 'apart' },
  { threads: 8, vectors: 2048, order: 'apart' },
  { threads: 64, vectors: 64, order: 'together' },
  { threads: 8, vectors: 512, order: 'together' },
];

const nameOf = ({ threads, vectors, order }: CopyVariant): string =>
  `${threads}-threads-${vectors}-vectors-${order}`;

function wgslOf({ threads, vectors, order }: CopyVariant, count: number): string {
  const own =
    order === 'apart'
      ? `let item = first * ${vectors}u + local + k * ${threads}u;`
      : `let item = (first + local) * ${vectors}u + k;`;
  return `@group(0) @binding(0) var<storage, read_write> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4<f32>>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let first = (group.y * groups.x + group.x) * ${threads}u;
  for (var k = 0u; k < ${vectors}u; k++) {
    ${own}
    if (item < ${count}u) { target_[item] = source[item]; }
  }
}`;
}

export async function open(options: HostOptions): Promise<Library> {
  const device = await openDevice({
    toggles: { enable: options.enabledToggles, disable: options.disabledToggles },
    adapter: options.adapter.device,
  });
  return {
    adapter: device.adapter,
    prepare: async (work) => {
      if (work.kind !== 'copy') throw new CannotDo('the copy kernel only copies');
      return prepare(device, work.elements);
    },
    close: async () => {
      await device.close();
    },
  };
}

async function prepare(device: Device, elements: number): Promise<Prepared> {
  const [{ values } = { values: new Float32Array() }] = inputsOf({ kind: 'copy', elements });
  const [source, target] = ['source', 'target'].map((label) =>
    device.createBuffer({ bytes: 4 * elements, label: `copy ${label}`, class: 'data' }),
  ) as [LedgerBuffer, LedgerBuffer];
  device.write(source, values);
  const layout = device.bindGroupLayout(
    [0, 1].map((binding) => ({ binding, visibility: computeStage, buffer: { type: 'storage' } })),
  );
  const group = device.gpu.createBindGroup({
    layout,
    entries: [source, target].map((buffer, binding) => ({ binding, resource: { buffer: buffer.gpu } })),
  });
  const pipelineLayout = device.gpu.createPipelineLayout({ bindGroupLayouts: [layout] });
  const count = elements / 4;

  const ready = async (variant: CopyVariant): Promise<(times: number) => Promise<undefined>> => {
    const pipeline = await device.pipeline(wgslOf(variant, count), {
      label: nameOf(variant),
      layout: pipelineLayout,
    });
    const groups = Math.ceil(count / (variant.threads * variant.vectors));
    const across = Math.min(groups, device.limits.maxComputeWorkgroupsPerDimension);
    return (times) => {
      const encoder = device.gpu.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      for (let time = 0; time < times; time++) pass.dispatchWorkgroups(across, Math.ceil(groups / across));
      pass.end();
      device.submit(encoder.finish());
      return queueDone(device.gpu);
    };
  };

  let best = variants[0]!;
  let run = await ready(best);
  return {
    first: async () => {
      best = await fastest(variants, ready);
      device.write(target, new Float32Array(elements));
      run = await ready(best);
      await run(1);
      return [new Float32Array(await device.read(target))];
    },
    run: async (times) => {
      await run(times);
    },
    facts: () => ({ variants: { copy: nameOf(best) }, counters: { dispatches: 1 } }),
    release: () => {
      source.destroy();
      target.destroy();
    },
  };
}

/** The variant with the smallest median, by a few rounds in turns. */
async function fastest(
  candidates: readonly CopyVariant[],
  ready: (variant: CopyVariant) => Promise<(times: number) => Promise<undefined>>,
): Promise<CopyVariant> {
  const runs = await Promise.all(candidates.map(ready));
  const times = candidates.map((): number[] => []);
  for (let round = 0; round < 4; round++) {
    for (const [k, run] of runs.entries()) {
      const start = performance.now();
      await run(2);
      // The first round compiles.
      if (round > 0) times[k]!.push(performance.now() - start);
    }
  }
  const medians = times.map((list) => list.sort((a, b) => a - b)[1]!);
  return candidates[medians.indexOf(Math.min(...medians))]!;
}
