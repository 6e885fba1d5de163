/** @file Adapters that programs are written for without opening one: what the real ones said of themselves. */
import { adapterProfiles, type Target } from '@longhorizon/tensor/compiler';

const limits = (invocations: number, storage: number) => ({
  maxComputeInvocationsPerWorkgroup: invocations,
  maxComputeWorkgroupStorageSize: storage,
  maxComputeWorkgroupsPerDimension: 65535,
});

export const profiles: Readonly<Record<string, Target>> = {
  /** Mesa 25.0.7, 256 bits. */
  llvmpipe: {
    profile: adapterProfiles.llvmpipe,
    features: new Set(['subgroup-size-control', 'subgroups', 'shader-f16', 'timestamp-query']),
    limits: limits(1024, 32768),
    subgroupMinSize: 8,
    maxBindings: 16,
  },
  /** SwiftShader 5.0.0, as Chromium ships it. */
  swiftshader: {
    profile: adapterProfiles.swiftshader,
    features: new Set(['subgroup-size-control', 'subgroups', 'timestamp-query']),
    limits: limits(256, 32768),
    subgroupMinSize: 4,
    maxBindings: 12,
  },
  /** The least that every WebGPU device has, with the subgroups of most graphics processors. */
  gpu: {
    profile: adapterProfiles.gpu,
    features: new Set(['subgroups']),
    limits: limits(256, 16384),
    subgroupMinSize: 32,
    maxBindings: 8,
  },
};
