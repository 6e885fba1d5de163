/** @file Fixed work that is timed between the samples of a cell: when its time changes, the machine did. */
import type { Control } from '@longhorizon/harness';
import { type Device, DeviceArray, input, multiply, Plan, tanh } from '@longhorizon/tensor';

const elements = 2 ** 16;
const runs = 4;

const controls = new WeakMap<Device, Promise<Control>>();

/** The control of a device: some passes over 64 Ki numbers, the queue awaited. */
export function controlOf(device: Device): Promise<Control> {
  const known = controls.get(device) ?? makeControl(device);
  controls.set(device, known);
  return known;
}

async function makeControl(device: Device): Promise<Control> {
  const x = input([elements], { name: 'control' });
  const values = DeviceArray.from(device, new Float32Array(elements).fill(0.5), [elements], {
    class: 'scratch',
  });
  const plan = await Plan.make(device, {
    outputs: [multiply(tanh(x), x)],
    arrays: new Map([[x, values]]),
    label: 'control',
  });
  const pass = async (): Promise<void> => {
    for (let run = 0; run < runs; run++) plan.run();
    await device.idle();
  };
  await pass();
  return { everyRounds: 4, work: { 'pointwise on the device': pass } };
}
