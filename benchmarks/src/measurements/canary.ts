/** @file Fixed work that is timed between the samples of a cell: when its time changes, the machine did. */
import type { Canary } from '@longhorizon/harness';
import { type Device, DeviceArray, input, multiply, Plan, tanh } from '@longhorizon/tensor';

const elements = 2 ** 16;
const runs = 4;

const canaries = new WeakMap<Device, Promise<Canary>>();

/** The canary of a device: some passes over 64 Ki numbers, the queue awaited. */
export function canaryOf(device: Device): Promise<Canary> {
  const known = canaries.get(device) ?? makeCanary(device);
  canaries.set(device, known);
  return known;
}

async function makeCanary(device: Device): Promise<Canary> {
  const x = input([elements], { name: 'canary' });
  const values = DeviceArray.from(device, new Float32Array(elements).fill(0.5), [elements], {
    class: 'scratch',
  });
  const plan = await Plan.make(device, {
    outputs: [multiply(tanh(x), x)],
    arrays: new Map([[x, values]]),
    label: 'canary',
  });
  const pass = async (): Promise<void> => {
    for (let run = 0; run < runs; run++) plan.run();
    await device.idle();
  };
  await pass();
  return { everyRounds: 4, work: { 'pointwise on the device': pass } };
}
