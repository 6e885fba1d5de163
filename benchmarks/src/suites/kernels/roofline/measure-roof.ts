import { availableParallelism, loadavg } from 'node:os';
import { median, owned } from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import { computeStage, type LedgerBuffer } from '@longhorizon/tensor/device';
import { type Roof, roofSchema } from '../../../measurements/roof/roof.ts';
import { processorName } from '../../../measurements/roof/store.ts';
import { empty, type MicroCeiling, type MicroKernel, microKernels } from './micro-kernels.ts';

const [sampleMs, samples] = [8, 9];

interface Sample {
  readonly ms: number;
  readonly cpuMs: number;
}

/** A micro-kernel that is ready to run. */
class Runner {
  readonly #device: Device;
  readonly #pipeline: GPUComputePipeline;
  readonly #group: GPUBindGroup;
  readonly #buffers: readonly LedgerBuffer[];
  readonly #workgroups: number;

  private constructor(
    device: Device,
    pipeline: GPUComputePipeline,
    group: GPUBindGroup,
    buffers: readonly LedgerBuffer[],
    workgroups: number,
  ) {
    this.#device = device;
    this.#pipeline = pipeline;
    this.#group = group;
    this.#buffers = buffers;
    this.#workgroups = workgroups;
  }

  static async make(device: Device, kernel: MicroKernel): Promise<Runner> {
    const layout = device.bindGroupLayout(
      [0, 1].map((binding) => ({ binding, visibility: computeStage, buffer: { type: 'storage' as const } })),
    );
    const pipeline = await device.wait(
      device.pipeline(kernel.wgsl, {
        label: kernel.name,
        layout: device.gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
      }),
    );
    const buffers = ['source', 'sink'].map((label) =>
      device.createBuffer({ bytes: 4 * kernel.elements, label, class: 'scratch' }),
    );
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer: buffer.gpu } }));
    return new Runner(
      device,
      pipeline,
      device.gpu.createBindGroup({ layout, entries }),
      buffers,
      kernel.workgroups,
    );
  }

  /** Runs it so many times in one pass, until the queue is done. */
  async run(times: number): Promise<Sample> {
    const cpu = process.cpuUsage();
    const start = performance.now();
    const encoder = this.#device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#group);
    for (let time = 0; time < times; time++) pass.dispatchWorkgroups(this.#workgroups);
    pass.end();
    this.#device.submit(encoder.finish());
    await this.#device.wait(this.#device.idle());
    const { user, system } = process.cpuUsage(cpu);
    return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}

/** The least of several samples, for a launch: a ceiling is what was reached once. */
async function fastest(device: Device, kernel: MicroKernel): Promise<Sample> {
  using runner = owned(await Runner.make(device, kernel));
  await runner.run(1);
  const { ms } = await runner.run(1);
  const times = Math.max(1, Math.round(sampleMs / ms));
  const taken: Sample[] = [];
  for (let k = 0; k < samples; k++) taken.push(await runner.run(times));
  return {
    ms: Math.min(...taken.map((one) => one.ms)) / times,
    cpuMs: Math.min(...taken.map((one) => one.cpuMs)) / times,
  };
}

async function best(
  device: Device,
  kernels: readonly MicroKernel[],
  runsOnHost: boolean,
): Promise<Roof['memory']> {
  let found: Roof['memory'] | undefined;
  for (const kernel of kernels) {
    const { ms, cpuMs } = await fastest(device, kernel);
    const perSecond = (1000 * kernel.amount) / ms;
    const perCpuSecond = runsOnHost ? (1000 * kernel.amount) / cpuMs : null;
    const better = (perCpuSecond ?? perSecond) > (found?.perCpuSecond ?? found?.perSecond ?? 0);
    if (better) found = { perSecond, perCpuSecond, kernel: kernel.name };
  }
  return found!;
}

/** One dispatch more in a pass, and a submission of one. */
async function latencies(device: Device): Promise<Pick<Roof, 'dispatchMs' | 'launchMs'>> {
  using runner = owned(await Runner.make(device, empty()));
  await runner.run(1);
  const [few, many] = [50, 550];
  const least = async (times: number): Promise<number> => {
    const taken: number[] = [];
    for (let k = 0; k < samples; k++) taken.push((await runner.run(times)).ms);
    return Math.min(...taken);
  };
  const slope = ((await least(many)) - (await least(few))) / (many - few);
  return { dispatchMs: Math.max(1e-5, slope), launchMs: await least(1) };
}

/** From the text of a module that was never seen to its first run, less a second run. */
async function compiling(device: Device): Promise<number> {
  const taken: number[] = [];
  for (let k = 0; k < 3; k++) {
    const start = performance.now();
    const runner = await Runner.make(device, empty(1 + Math.floor(Math.random() * 2 ** 28)));
    await runner.run(1);
    const first = performance.now() - start;
    taken.push(Math.max(0, first - (await runner.run(1)).ms));
    runner.destroy();
  }
  return median(taken);
}

/**
 * Measures all ceilings, about ten seconds on a software adapter.
 *
 * @param say is told which one is measured
 * @param today the day, for the record
 */
export async function measureRoof(
  device: Device,
  say: (ceiling: string) => void,
  today: string,
): Promise<Roof> {
  const { runsOnHost } = device.profile;
  const kernels = microKernels(runsOnHost);
  const load = loadavg()[0]!;
  const rateOf = (name: MicroCeiling): Promise<Roof['memory']> => {
    say(name);
    return best(device, kernels[name], runsOnHost);
  };
  const memory = await rateOf('memory');
  const cache = await rateOf('cache');
  const fused = await rateOf('fused');
  const unfused = await rateOf('unfused');
  const workgroup = await rateOf('workgroup');
  const shuffle = device.features.has('subgroups') ? await rateOf('shuffle') : null;
  say('latency');
  const { device: adapter, description } = device.adapter;
  return roofSchema.parse({
    format: 2,
    adapter,
    driver: description,
    date: today,
    processor: runsOnHost ? processorName() : null,
    processors: availableParallelism(),
    load,
    memory,
    cache,
    fused,
    unfused,
    workgroup,
    shuffle,
    ...(await latencies(device)),
    compileMs: await compiling(device),
  } satisfies Roof);
}
