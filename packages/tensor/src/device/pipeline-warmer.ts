/**
 * @file Compiles a program's modules from the last to the first on a second device, while the first run of the program compiles them
 * from the first on. llvmpipe compiles a module in the thread of the device's queue when it is first dispatched, one after another, while
 * other cores idle; what the second device has compiled, the first finds in Mesa's cache on disk, in 4 to 12 ms instead of 30 to 500.
 * Which device compiles a module has no influence on its code.
 */
import { isNode } from './instance.ts';
import { bufferUsage } from './usage.ts';

/** A module and the layouts of its bind groups. */
export interface WarmedModule {
  readonly label: string;
  readonly wgsl: string;
  readonly groups: readonly (readonly GPUBindGroupLayoutEntry[])[];
}

/** What is needed of the second device; device.ts imports this file. */
export interface WarmingDevice {
  readonly gpu: GPUDevice;
  bindGroupLayout(entries: readonly GPUBindGroupLayoutEntry[]): GPUBindGroupLayout;
  pipeline(
    wgsl: string,
    options: { readonly label: string; readonly layout: GPUPipelineLayout },
  ): Promise<GPUComputePipeline>;
  submit(commands: GPUCommandBuffer): void;
  idle(): Promise<void>;
  close(): Promise<unknown>;
}

/** Opening a device costs as much as compiling two small modules. */
const fewestModules = 8;
/** A module that is there faster was in the cache: the smallest takes 22 ms to compile. */
const cachedMs = 15;
/** So many in a row from the cache: the two devices have met. */
const enoughCached = 2;

/** Best-effort: a failure ends the warming and has no other consequence. */
export class PipelineWarmer {
  readonly #open: () => Promise<WarmingDevice>;
  #device: Promise<WarmingDevice> | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  /** @param open opens the second device; called when it is first needed */
  constructor(open: () => Promise<WarmingDevice>) {
    this.#open = open;
  }

  /** Starts to compile the modules of a program, given in the order of its dispatches, after those of earlier programs. Returns at once. */
  warm(modules: readonly WarmedModule[]): void {
    const distinct = [...new Map(modules.map((module) => [module.wgsl, module])).values()];
    if (distinct.length < fewestModules) return;
    this.#running = this.#running
      .then(() => this.#compile(distinct.reverse()))
      .catch(() => {
        this.#closed = true;
      });
  }

  /** Resolves when nothing is being compiled. */
  idle(): Promise<void> {
    return this.#running;
  }

  /** Waits for the module that is being compiled, and closes the second device. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    const [device] = await Promise.allSettled([this.#device]);
    if (device.status === 'fulfilled') await device.value?.close();
  }

  async #compile(modules: readonly WarmedModule[]): Promise<void> {
    if (this.#closed) return;
    this.#device ??= this.#open();
    const device = await this.#device;
    const usage = bufferUsage.storage | bufferUsage.uniform;
    const buffer = device.gpu.createBuffer({ size: 256, usage, label: 'stands for all buffers' });
    try {
      let cached = 0;
      for (const module of modules) {
        if (this.#closed || cached === enoughCached) return;
        const start = performance.now();
        await compileModule(device, module, buffer);
        cached = performance.now() - start < cachedMs ? cached + 1 : 0;
      }
    } finally {
      buffer.destroy();
    }
  }
}

/** A software adapter compiles when a pipeline is first dispatched, even with no workgroups. */
async function compileModule(
  device: WarmingDevice,
  { label, wgsl, groups }: WarmedModule,
  buffer: GPUBuffer,
): Promise<void> {
  const bindGroupLayouts = groups.map((entries) => device.bindGroupLayout(entries));
  const layout = device.gpu.createPipelineLayout({ bindGroupLayouts });
  const pipeline = await device.pipeline(wgsl, { label, layout });
  const encoder = device.gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  for (const [k, entries] of groups.entries()) {
    const bound = entries.map(({ binding }) => ({ binding, resource: { buffer } }));
    const group = device.gpu.createBindGroup({ layout: bindGroupLayouts[k]!, entries: bound });
    const offsets = entries.filter((entry) => entry.buffer?.hasDynamicOffset).map(() => 0);
    pass.setBindGroup(k, group, offsets);
  }
  pass.dispatchWorkgroups(0);
  pass.end();
  device.submit(encoder.finish());
  await device.idle();
}

const isSet = (name: string) => /^(?:1|t|true|y|yes)$/i.test(process.env[name] ?? '');

/** Whether this host lets pipelines be warmed: Node, Mesa's cache on disk, a second core. */
export async function canWarm(): Promise<boolean> {
  if (!isNode()) return false;
  if (isSet('MESA_SHADER_CACHE_DISABLE') || isSet('MESA_GLSL_CACHE_DISABLE')) return false;
  // The name is a variable so that a bundler for the browser does not look for the module.
  const moduleName = 'node:os';
  const { availableParallelism } = (await import(/* @vite-ignore */ moduleName)) as {
    availableParallelism(): number;
  };
  return availableParallelism() > 1;
}
