/** @file A browser's WebGPU for libraries that expect one: globals, `navigator.gpu`, and a look at their devices. */
import { create, globals } from 'webgpu';
import type { AdapterText } from './library.ts';

/** What all libraries are opened with. */
export interface HostOptions {
  /** The adapter's own words for itself, from `GPUAdapterInfo`: all libraries are given the same one. */
  readonly adapter: AdapterText;
  readonly backend: string;
  readonly enabledToggles: readonly string[];
  readonly disabledToggles: readonly string[];
}

export interface Host {
  readonly gpu: GPU;
  /** Devices opened so far. */
  readonly devices: readonly GPUDevice[];
}

/** Makes `navigator.gpu` and the WebGPU globals available to a library that is imported afterwards. */
export async function installWebGpu(options: HostOptions): Promise<Host> {
  Object.assign(globalThis, globals);
  const instance = await instanceWith(options);
  const devices: GPUDevice[] = [];
  const gpu = {
    wgslLanguageFeatures: instance.wgslLanguageFeatures,
    getPreferredCanvasFormat: () => 'bgra8unorm' as const,
    requestAdapter: async (request?: GPURequestAdapterOptions): Promise<GPUAdapter | null> => {
      const adapter = await instance.requestAdapter(request);
      if (adapter === null) return null;
      const open = adapter.requestDevice.bind(adapter);
      adapter.requestDevice = async (descriptor) => {
        const device = await open(descriptor);
        devices.push(device);
        return device;
      };
      return adapter;
    },
  } as GPU;
  // jax-js reads the user agent when it is loaded.
  Object.defineProperty(globalThis, 'navigator', {
    value: { gpu, userAgent: `Node.js ${process.version}`, hardwareConcurrency: 2 },
    configurable: true,
    writable: true,
  });
  return { gpu, devices };
}

/** An instance of Dawn whose first choice is the wanted adapter. */
async function instanceWith(options: HostOptions): Promise<GPU> {
  const flags = [`backend=${options.backend}`];
  if (options.enabledToggles.length > 0)
    flags.push(`enable-dawn-features=${options.enabledToggles.join(',')}`);
  if (options.disabledToggles.length > 0)
    flags.push(`disable-dawn-features=${options.disabledToggles.join(',')}`);
  const isWanted = async (gpu: GPU): Promise<boolean> => {
    const info = (await gpu.requestAdapter({ powerPreference: 'high-performance' }))?.info;
    return info?.device === options.adapter.device && info.description === options.adapter.description;
  };
  const first = create(flags);
  if (await isWanted(first)) return first;
  for (const name of await adapterNames()) {
    const named = create([...flags, `adapter=${name}`]);
    if (await isWanted(named)) return named;
  }
  throw new Error(`Dawn does not show the adapter '${options.adapter.device}' any more.`);
}

/** Dawn has no call that lists adapters; it lists them in the error for a name that does not exist. */
async function adapterNames(): Promise<readonly string[]> {
  try {
    await create(['adapter=no adapter has this name']).requestAdapter();
    return [];
  } catch (error) {
    return [...String(error).matchAll(/name: '(.*)'/g)].map((match) => match[1] ?? '');
  }
}

/** Dispatches and submissions of this process, counted at the boundary to WebGPU, alike for every library. */
export interface CommandCount {
  dispatches: number;
  submissions: number;
}

/** Starts counting. */
export function countCommands(): CommandCount {
  const count: CommandCount = { dispatches: 0, submissions: 0 };
  const { GPUComputePassEncoder: pass, GPUQueue: queue } = globals as {
    GPUComputePassEncoder: { prototype: GPUComputePassEncoder };
    GPUQueue: { prototype: GPUQueue };
  };
  const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = pass.prototype;
  const { submit } = queue.prototype;
  pass.prototype.dispatchWorkgroups = function (...words) {
    count.dispatches++;
    return dispatchWorkgroups.apply(this, words);
  };
  pass.prototype.dispatchWorkgroupsIndirect = function (...words) {
    count.dispatches++;
    return dispatchWorkgroupsIndirect.apply(this, words);
  };
  queue.prototype.submit = function (...words) {
    count.submissions++;
    return submit.apply(this, words);
  };
  return count;
}

/** The adapter's own words, as a device repeats them. */
export function adapterText({ adapterInfo }: GPUDevice): AdapterText {
  const { vendor, architecture, device, description } = adapterInfo;
  return { vendor, architecture, device, description };
}
