import { adapterProfiles, makeProgram, type Target } from '@longhorizon/tensor/compiler';
import { describe, expect, it } from 'vitest';
import { examples } from './examples.ts';

/** An adapter with the limits that every WebGPU device has: what is planned here fits everywhere. */
const anyAdapter: Target = {
  profile: adapterProfiles.gpu,
  features: new Set(),
  limits: {
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeWorkgroupsPerDimension: 65535,
  },
  maxBindings: 8,
};

const llvmpipe: Target = {
  profile: adapterProfiles.llvmpipe,
  features: new Set(['subgroups']),
  limits: {
    maxComputeInvocationsPerWorkgroup: 1024,
    maxComputeWorkgroupStorageSize: 32768,
    maxComputeWorkgroupsPerDimension: 65535,
  },
  subgroupMinSize: 8,
  maxBindings: 16,
};

describe('examples of plans', () => {
  it.each([
    ['mlp-step', 8, 25_856],
    ['conv4-step', 21, 6_272_768],
  ])(
    '%s takes %i dispatches and %i bytes between them where dispatches are dear',
    (name, dispatches, bytes) => {
      const program = makeProgram(examples[name]!.make(), llvmpipe);
      expect([program.kernels.length, program.arena.bytes]).toEqual([dispatches, bytes]);
    },
  );

  it.each(Object.keys(examples))('%s is planned for the least of adapters, within its bindings', (name) => {
    const program = makeProgram(examples[name]!.make(), anyAdapter);
    expect(program.kernels.length).toBeGreaterThan(5);
    for (const kernel of program.kernels)
      expect(kernel.regions.length).toBeLessThanOrEqual(anyAdapter.maxBindings);
  });
});
