import type { Target } from '../compile/target.ts';
import { checkDevice } from '../device/check-device.ts';
import type { Device } from '../device/device.ts';

const targets = new WeakMap<Device, Target>();

/** What the compiler needs to know of a device; always the same object, with which its programs are kept. */
export function targetOf(device: Device): Target {
  checkDevice('plan', device);
  const target = targets.get(device) ?? makeTarget(device);
  targets.set(device, target);
  return target;
}

function makeTarget(device: Device): Target {
  return {
    profile: device.profile,
    features: device.features,
    limits: device.limits,
    subgroupMinSize: device.adapter.subgroupMinSize,
    maxBindings: Math.min(
      device.limits.maxStorageBuffersPerShaderStage,
      device.limits.maxBindingsPerBindGroup,
    ),
    choices: device.choices,
  };
}
