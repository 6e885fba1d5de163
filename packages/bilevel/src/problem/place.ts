/** @file A problem's data, or those of a group of tasks, on a device, placed once and shared by the runs of several methods. */
import { type Device, DeviceArray } from '@longhorizon/tensor';
import type { GivenArrays } from './problem.ts';

/** A problem's data on a device, to be shared between runs. */
export interface PlacedGiven {
  readonly arrays: Readonly<Record<string, DeviceArray>>;
  destroy(): void;
}

/** Uploads what a problem, or a group of tasks, is given. Runs that are handed the result allocate no data of their own. */
export function placeGiven<Given extends GivenArrays>(
  device: Device,
  problem: { readonly given: Given },
): PlacedGiven {
  const arrays: Record<string, DeviceArray> = {};
  const destroy = () => {
    for (const array of Object.values(arrays)) array.destroy();
  };
  try {
    for (const [name, host] of Object.entries(problem.given)) {
      const { values, shape, dtype, class: role } = host;
      arrays[name] = DeviceArray.from(device, values, shape, { dtype, class: role, label: name });
    }
  } catch (error) {
    destroy();
    throw error;
  }
  return { arrays, destroy };
}
