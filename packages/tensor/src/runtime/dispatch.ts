/** @file One dispatch of a plan: how it is written into a pass, and how long each of several takes. */
import type { Device } from '../device/device.ts';
import { PassTimer } from '../device/timestamps.ts';
import type { BoundGroup } from './bound-group.ts';
import type { ArrayPlace } from './device-array.ts';
import type { StepClock } from './step-clock.ts';

/** A kernel with what it binds and how much of it is launched. */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: BoundGroup;
  readonly workgroups: readonly [number, number, number];
  readonly usesStepIndex: boolean;
}

/** Writes a dispatch into a pass; the other arguments are those of `Plan.encode`. */
export function encodeDispatch(
  { pipeline, group, workgroups, usesStepIndex }: Dispatch,
  pass: GPUComputePassEncoder,
  clock: StepClock | undefined,
  slot: number,
  rows: readonly ArrayPlace[],
): void {
  pass.setPipeline(pipeline);
  group.set(pass, rows);
  if (usesStepIndex) pass.setBindGroup(1, clock!.group, [clock!.offset(slot)]);
  pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
}

/** GPU nanoseconds of each dispatch, the median over runs with a pass for each; undefined where the device has no timestamps. */
export async function profileDispatches(
  device: Device,
  dispatches: readonly Dispatch[],
  clock: StepClock | undefined,
  rows: readonly ArrayPlace[],
  runs: number,
): Promise<readonly number[] | undefined> {
  const timer = PassTimer.make(device, dispatches.length);
  if (timer === undefined) return undefined;
  try {
    const samples = dispatches.map((): number[] => []);
    for (let run = 0; run <= runs; run++) {
      const encoder = device.gpu.createCommandEncoder();
      for (const [k, one] of dispatches.entries()) {
        const timestampWrites = timer.next(`${k}`);
        const pass = encoder.beginComputePass({ timestampWrites });
        encodeDispatch(one, pass, clock, 0, rows);
        pass.end();
      }
      timer.resolve(encoder);
      device.submit(encoder.finish());
      const spans = await timer.spans();
      // The first run warms up: pipelines are finished on first use.
      if (run > 0)
        spans.forEach(({ ns }, k) => {
          samples[k]!.push(ns ?? Number.NaN);
        });
    }
    return samples.map((own) => own.sort((a, b) => a - b)[Math.floor(own.length / 2)]!);
  } finally {
    timer.destroy();
  }
}
