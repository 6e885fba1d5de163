/**
 * Faults put into a real WebGPU, for tests.
 *
 * Drivers fail rarely and not on request. Here the host's own objects are wrapped so that they fail at a chosen
 * call, in the way in which the WebGPU specification lets them fail; everything else goes through to the real ones.
 *
 * ```ts
 * const device = await openDevice({ gpu: withFaults(await nodeGpu(), { failBufferAt: 3 }) });
 * ```
 */

/** Counts begin at 1 with the first call after the device was opened; staging buffers and reads count too. */
export interface Faults {
  /** The n-th createBuffer of each device finds no memory. */
  readonly failBufferAt?: number;
  /** Each device is lost at its n-th submission, which is not carried out. */
  readonly loseAtSubmit?: number;
  /** So many milliseconds pass until the host reports that loss; what fails because of it fails at once, as when a browser's GPU process was killed. */
  readonly reportsLossAfter?: number;
  /** What the lost device says. */
  readonly lossMessage?: string;
  /** Limits of the adapter, lowered. */
  readonly limits?: Readonly<Partial<Record<keyof Omit<GPUSupportedLimits, '__brand'>, number>>>;
  /** Features that the adapter is to be without. */
  readonly withoutFeatures?: readonly string[];
}

/** A WebGPU whose adapters and devices have these faults. */
export function withFaults(gpu: GPU, faults: Faults): GPU {
  return wrap(gpu, {
    requestAdapter: async (options?: GPURequestAdapterOptions) => {
      const adapter = await gpu.requestAdapter(options);
      return adapter === null ? null : faultyAdapter(adapter, faults);
    },
  });
}

function faultyAdapter(adapter: GPUAdapter, faults: Faults): GPUAdapter {
  const features = new Set<string>(adapter.features);
  for (const name of faults.withoutFeatures ?? []) features.delete(name);
  const limits: Record<string, unknown> = {};
  for (const name in adapter.limits) limits[name] = adapter.limits[name as keyof GPUSupportedLimits];
  return wrap(adapter, {
    features,
    limits: { ...limits, ...faults.limits },
    requestDevice: async (descriptor?: GPUDeviceDescriptor) =>
      faultyDevice(await adapter.requestDevice(descriptor), faults),
  });
}

function faultyDevice(device: GPUDevice, faults: Faults): GPUDevice {
  const scopes: { readonly filter: GPUErrorFilter; fault: GPUError | null }[] = [];
  let buffers = 0;
  let submissions = 0;
  let lossMessage: string | undefined;
  const queue = wrap(device.queue, {
    submit: (commandBuffers: Iterable<GPUCommandBuffer>) => {
      submissions++;
      if (submissions === faults.loseAtSubmit) {
        lossMessage = faults.lossMessage ?? `lost on purpose at submission ${submissions}`;
        device.destroy();
        return;
      }
      device.queue.submit(commandBuffers);
    },
  });
  return wrap(device, {
    queue,
    lost: device.lost.then(async (info) => {
      if (lossMessage === undefined) return info;
      if (faults.reportsLossAfter !== undefined)
        await new Promise((resolve) => setTimeout(resolve, faults.reportsLossAfter));
      return { reason: 'unknown', message: lossMessage } as GPUDeviceLostInfo;
    }),
    pushErrorScope: (filter: GPUErrorFilter) => {
      scopes.push({ filter, fault: null });
      device.pushErrorScope(filter);
    },
    popErrorScope: async () => {
      const scope = scopes.pop();
      return (await device.popErrorScope()) ?? scope?.fault ?? null;
    },
    createBuffer: (descriptor: GPUBufferDescriptor) => {
      buffers++;
      if (buffers !== faults.failBufferAt) return device.createBuffer(descriptor);
      const scope = scopes.findLast((candidate) => candidate.filter === 'out-of-memory');
      if (scope !== undefined)
        scope.fault ??= { message: `no memory on purpose for buffer ${buffers}` } as GPUError;
      return invalidBuffer(device);
    },
  });
}

/** What WebGPU hands out when memory is missing: an object that every command refuses. */
function invalidBuffer(device: GPUDevice): GPUBuffer {
  device.pushErrorScope('validation');
  const buffer = device.createBuffer({ size: 4, usage: 0 });
  void device.popErrorScope();
  return buffer;
}

/** `target` with some members replaced. Host objects accept no other `this` than themselves, so methods are bound. */
function wrap<T extends object>(target: T, replaced: { readonly [K in keyof T]?: unknown }): T {
  return new Proxy(target, {
    get: (_, name) => {
      if (Object.hasOwn(replaced, name)) return replaced[name as keyof T];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
