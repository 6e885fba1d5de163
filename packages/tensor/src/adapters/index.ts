/** @file Which profile an adapter has: the one place that asks what kind it is. */
import { gpu } from './gpu.ts';
import { llvmpipe } from './llvmpipe.ts';
import type { AdapterProfile } from './profile.ts';
import { swiftshader } from './swiftshader.ts';

export type { AdapterProfile } from './profile.ts';

/** The profiles by name. */
export const adapterProfiles = { llvmpipe, swiftshader, gpu } as const;

/** What WebGPU says of an adapter (GPUAdapterInfo). */
export type AdapterWords = Pick<
  GPUAdapterInfo,
  'vendor' | 'architecture' | 'device' | 'description' | 'isFallbackAdapter'
>;

export function profileOf(info: AdapterWords): AdapterProfile {
  const text = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  if (/llvmpipe|lavapipe/i.test(text)) return llvmpipe;
  const namesSoftware = /swiftshader|basic render|\bwarp\b|\bsoftware\b/i.test(text);
  return info.isFallbackAdapter || namesSoftware ? swiftshader : gpu;
}
