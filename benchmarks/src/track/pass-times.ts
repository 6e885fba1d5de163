/** @file Time on the device: timestamps at the ends of all compute passes, put in at the boundary to WebGPU while a sample is taken. */
import { globals } from 'webgpu';

/** WebGPU's largest query set has 4096 timestamps. */
const mostPasses = 2048;
const bytesPerTimestamp = 8;
// MAP_READ | COPY_DST, and QUERY_RESOLVE | COPY_SRC
const [readable, resolvable] = [1 | 8, 512 | 4];

interface Timer {
  readonly queries: GPUQuerySet;
  passes: number;
}

/** A timer a device; undefined where it has no timestamps. */
let timing: Map<GPUDevice, Timer | undefined> | undefined;
const devices = new WeakMap<object, GPUDevice>();

type Method = (this: object, ...words: never[]) => unknown;

/** Lets passes be timed from now on. To be called once, before a device is opened. */
export function watchPasses(): void {
  const types = globals as Record<string, { prototype: Record<string, Method> }>;
  const [device, encoder] = [types.GPUDevice!.prototype, types.GPUCommandEncoder!.prototype];
  const [create, begin] = [device.createCommandEncoder!, encoder.beginComputePass!];
  device.createCommandEncoder = function (this: object, ...words: never[]): unknown {
    const made = create.apply(this, words) as object;
    devices.set(made, this as GPUDevice);
    return made;
  };
  encoder.beginComputePass = function (this: object, ...words: never[]): unknown {
    const [descriptor] = words as readonly (GPUComputePassDescriptor | undefined)[];
    const timestampWrites = nextPass(devices.get(this));
    if (timestampWrites === undefined) return begin.apply(this, words);
    return Reflect.apply(begin, this, [{ ...descriptor, timestampWrites }]);
  };
}

function nextPass(device: GPUDevice | undefined): GPUComputePassTimestampWrites | undefined {
  if (timing === undefined || device === undefined) return undefined;
  if (!timing.has(device)) timing.set(device, timerOf(device));
  const timer = timing.get(device);
  if (timer === undefined || ++timer.passes > mostPasses) return undefined;
  const index = 2 * (timer.passes - 1);
  return {
    querySet: timer.queries,
    beginningOfPassWriteIndex: index,
    endOfPassWriteIndex: index + 1,
  };
}

function timerOf(device: GPUDevice): Timer | undefined {
  if (!device.features.has('timestamp-query')) return undefined;
  return { queries: device.createQuerySet({ type: 'timestamp', count: 2 * mostPasses }), passes: 0 };
}

/**
 * Times all compute passes while something runs and is waited for.
 *
 * @returns milliseconds between the timestamps, summed; undefined where a device has none, a pass could not be timed, or a device's clock went back
 */
export async function timePasses(act: () => Promise<void>): Promise<number | undefined> {
  const timers = new Map<GPUDevice, Timer | undefined>();
  timing = timers;
  try {
    await act();
  } finally {
    timing = undefined;
  }
  try {
    let sum: number | undefined;
    for (const [device, timer] of timers) {
      const ms =
        timer === undefined || timer.passes > mostPasses
          ? undefined
          : spanMs(await readQueries(device, timer.queries, 2 * timer.passes));
      if (ms === undefined) return undefined;
      sum = (sum ?? 0) + ms;
    }
    return sum;
  } finally {
    for (const timer of timers.values()) timer?.queries.destroy();
  }
}

async function readQueries(gpu: GPUDevice, queries: GPUQuerySet, count: number): Promise<BigUint64Array> {
  const size = bytesPerTimestamp * count;
  const resolved = gpu.createBuffer({ size, usage: resolvable });
  const staging = gpu.createBuffer({ size, usage: readable });
  const encoder = gpu.createCommandEncoder();
  encoder.resolveQuerySet(queries, 0, count, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
  gpu.queue.submit([encoder.finish()]);
  await staging.mapAsync(1);
  const times = new BigUint64Array(staging.getMappedRange().slice(0));
  staging.destroy();
  resolved.destroy();
  return times;
}

/** The sum of the spans between pairs of nanoseconds; undefined where an end precedes its beginning. */
export function spanMs(times: BigUint64Array): number | undefined {
  let sum = 0n;
  for (let index = 0; index < times.length; index += 2) {
    const span = times[index + 1]! - times[index]!;
    if (span < 0n) return undefined;
    sum += span;
  }
  return Number(sum) / 1e6;
}
