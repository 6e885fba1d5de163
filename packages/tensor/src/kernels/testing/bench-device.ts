/** @file A bare device for the studies and kernel tests: raw WebGPU, nothing of the library in between. */
import { create, globals } from 'webgpu';
import { profileOf } from '../../adapters/index.ts';
import type { KernelAdapter } from '../contraction.ts';

Object.assign(globalThis, globals);

export interface BenchDevice {
  readonly gpu: GPU;
  readonly device: GPUDevice;
  readonly name: string;
  readonly kernelAdapter: KernelAdapter;
}

/** @param robustness Dawn clamps array accesses (its default). */
export async function openBenchDevice(robustness = true): Promise<BenchDevice> {
  const gpu = create(robustness ? [] : ['enable-dawn-features=disable_robustness']);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('No WebGPU adapter was found; install a Vulkan driver.');
  const wanted: readonly GPUFeatureName[] = ['subgroups'];
  const device = await adapter.requestDevice({
    requiredFeatures: wanted.filter((name) => adapter.features.has(name)),
    requiredLimits: {
      maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
      maxBufferSize: adapter.limits.maxBufferSize,
      maxComputeInvocationsPerWorkgroup: adapter.limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupStorageSize: adapter.limits.maxComputeWorkgroupStorageSize,
    },
  });
  return {
    gpu,
    device,
    name: adapter.info.description,
    kernelAdapter: {
      profile: profileOf(adapter.info),
      features: device.features,
      limits: device.limits,
      subgroupMinSize: adapter.info.subgroupMinSize ?? 0,
    },
  };
}

const bell = new Int32Array(new SharedArrayBuffer(4));

/**
 * Waits for the queue while sleeping between looks: awaiting alone keeps one core busy with polling, which a software
 * adapter needs for itself.
 */
export async function queueDone(device: GPUDevice, lookEveryMs = 0.3): Promise<void> {
  let done = false;
  const answered = device.queue.onSubmittedWorkDone().then(() => {
    done = true;
  });
  while (!done) {
    Atomics.wait(bell, 0, 0, lookEveryMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await answered;
}

/** A storage buffer with these values, at least 16 bytes long. */
export function storageBuffer(device: GPUDevice, values: Float32Array | number): GPUBuffer {
  const length = typeof values === 'number' ? values : values.length;
  const buffer = device.createBuffer({
    size: Math.max(16, Math.ceil(length / 4) * 16),
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
  });
  if (typeof values !== 'number') device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
  return buffer;
}

export async function readBack(device: GPUDevice, buffer: GPUBuffer, length: number): Promise<Float32Array> {
  const staging = device.createBuffer({
    size: buffer.size,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(staging.getMappedRange().slice(0)).subarray(0, length);
  staging.unmap();
  staging.destroy();
  return values;
}
