/** @file Runs a graph once on a device: running one op is compiling a plan of one op. */
import type { Device } from '../device/device.ts';
import { checkFeeds } from '../graph/feeds.ts';
import { checkNumbers } from '../graph/numbers.ts';
import { showShape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { checkTensor } from '../ops/helpers/check-tensor.ts';
import { nameOf } from '../ops/leaf/input.ts';
import type { TypedArray } from './device-array.ts';
import { Plan } from './plan.ts';
import type { PlanRequest } from './plan-request.ts';

/**
 * The values of nodes, computed on the device.
 *
 * @param feeds a value for each input that the outputs need
 * @returns the elements of each output, in the order of its axes
 * @throws TypeError for an input without a value, or with one that is no array of numbers
 * @example
 * ```ts
 * import { evaluateOnDevice, input, openDevice, tanh } from '@longhorizon/tensor';
 *
 * const device = await openDevice();
 * const x = input([2]);
 * const [y] = await evaluateOnDevice(device, [tanh(x)], new Map([[x, [0, 1]]]));
 * console.assert(y![0] === 0 && Math.abs(y![1]! - Math.tanh(1)) < 1e-6);
 * await device.close();
 * ```
 */
export async function evaluateOnDevice(
  device: Device,
  outputs: readonly Tensor[],
  feeds: ReadonlyMap<Tensor, ArrayLike<number>> = new Map(),
  options: Omit<PlanRequest, 'outputs'> = {},
): Promise<TypedArray[]> {
  for (const output of outputs) checkTensor('evaluateOnDevice', output, 'an output');
  checkFeeds('evaluateOnDevice', feeds);
  const plan = await Plan.make(device, { ...options, outputs });
  try {
    for (const [tensor, array] of plan.inputs) {
      if (options.arrays?.has(tensor)) continue;
      const values = feeds.get(tensor);
      if (values === undefined)
        throw new TypeError(
          `evaluateOnDevice: input '${nameOf(tensor)}' ${tensor.dtype}${showShape(tensor.shape)} has no value; add it to the feeds.`,
        );
      checkNumbers('evaluateOnDevice', values, `'${nameOf(tensor)}'`);
      array.write(values);
    }
    plan.run();
    return await Promise.all(plan.outputs.map((output) => output.read()));
  } finally {
    plan.destroy();
  }
}
