/** @file What a device is asked for: what its adapter has, in the bounds of its profile. */
import { expect, it } from 'vitest';
import { openDevice } from './open.ts';

const has = {
  maxBufferSize: 2 ** 30,
  maxStorageBuffersPerShaderStage: 12,
  maxStorageBuffersInVertexStage: 12,
  maxStorageBuffersInFragmentStage: 4,
  maxStorageTexturesPerShaderStage: 12,
};

/** The limits that an adapter of this name is asked for; it then gives no device. */
async function askedOf(device: string): Promise<Readonly<Record<string, number>>> {
  let asked: Readonly<Record<string, number>> = {};
  const info = { vendor: '', architecture: '', device, description: '', isFallbackAdapter: false };
  const adapter = {
    info,
    features: new Set(),
    limits: has,
    requestDevice: async (how: { readonly requiredLimits: Readonly<Record<string, number>> }) => {
      asked = how.requiredLimits;
      throw new Error('none today');
    },
  };
  const gpu = { requestAdapter: async () => adapter, wgslLanguageFeatures: new Set() } as unknown as GPU;
  await expect(openDevice({ gpu })).rejects.toThrow('none today');
  return asked;
}

it('is all that the adapter has', async () => {
  expect(await askedOf('NVIDIA H200')).toEqual(has);
  expect(await askedOf('llvmpipe (LLVM 15.0.6, 256 bits)')).toEqual(has);
});

it('but no more storage buffers of SwiftShader than browsers show of it, so that its programs are the same everywhere', async () => {
  expect(await askedOf('SwiftShader Device (Subzero)')).toEqual({
    ...has,
    maxStorageBuffersPerShaderStage: 10,
    maxStorageBuffersInVertexStage: 10,
  });
});
