/** @file Which profile an adapter gets from what it says of itself. */
import { expect, it } from 'vitest';
import { adapterProfiles, profileOf } from './index.ts';

const words = { vendor: '', architecture: '', device: '', description: '', isFallbackAdapter: false };

it.each([
  ['llvmpipe', { device: 'llvmpipe (LLVM 15.0.6, 256 bits)' }],
  ['llvmpipe', { description: 'lavapipe: Mesa 25.0.7', isFallbackAdapter: true }],
  ['swiftshader', { device: 'SwiftShader Device (Subzero)' }],
  ['swiftshader', { description: 'Microsoft Basic Render Driver' }],
  ['swiftshader', { isFallbackAdapter: true }],
  ['gpu', { vendor: 'nvidia', architecture: 'hopper', device: 'NVIDIA H200' }],
  ['gpu', { description: 'Warped Metal' }],
] as const)('%s: %j', (name, said) => {
  expect(profileOf({ ...words, ...said })).toBe(adapterProfiles[name]);
});

it('only what runs on the host shares modules, and only llvmpipe reads a cache that another device wrote', () => {
  for (const profile of Object.values(adapterProfiles)) {
    expect(profile.shareModules).toBe(profile.runsOnHost);
    expect(profile.warmPipelines).toBe(profile === adapterProfiles.llvmpipe);
  }
});

it.each([
  [4, { device: 'llvmpipe (LLVM 15.0.6, 128 bits)' }],
  [8, { device: 'llvmpipe', subgroupMinSize: 8 }],
  [16, { device: 'llvmpipe-llvm-15-0-6-512-bits-' }],
  [16, { device: 'llvmpipe', subgroupMinSize: 16 }],
] as const)('llvmpipe with %i lanes: %j', (lanes, said) => {
  const profile = profileOf({ ...words, ...said });
  expect(profile).toMatchObject({ name: 'llvmpipe', vectorLanes: lanes, threads: lanes });
  expect(profile.resident.threads).toBe(lanes);
  expect(profileOf({ ...words, ...said })).toBe(profile);
});

it('llvmpipe without threads of its own runs one workgroup at a time', () => {
  const alone = profileOf({ ...words, device: 'llvmpipe (256 bits)' }, { LP_NUM_THREADS: '0' });
  expect(alone.cost).toEqual({ ...adapterProfiles.llvmpipe.cost, parallel: 1 });
  expect({ ...alone, cost: adapterProfiles.llvmpipe.cost }).toEqual(adapterProfiles.llvmpipe);
});
