/** @file Which profile an adapter has: the one place that asks what kind it is. */
import type { DriverSettings } from './driver-settings.ts';
import { gpu } from './gpu.ts';
import { llvmpipe, llvmpipeOf } from './llvmpipe.ts';
import type { AdapterProfile } from './profile.ts';
import { swiftshader } from './swiftshader.ts';

export {
  type DispatchWork,
  type DriverSettings,
  driverSettings,
  driverSettingsProblem,
  driverVariables,
  givenSettings,
} from './driver-settings.ts';
export type { AdapterProfile } from './profile.ts';

/** The profiles by name. */
export const adapterProfiles = { llvmpipe, swiftshader, gpu } as const;

/** What WebGPU says of an adapter (GPUAdapterInfo). */
export type AdapterWords = Pick<
  GPUAdapterInfo,
  'vendor' | 'architecture' | 'device' | 'description' | 'isFallbackAdapter'
> &
  Partial<Pick<GPUAdapterInfo, 'subgroupMinSize'>>;

/** @param settings those that the driver was loaded with */
export function profileOf(info: AdapterWords, settings: DriverSettings = {}): AdapterProfile {
  const text = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  if (/llvmpipe|lavapipe/i.test(text)) return llvmpipeOf(lanesOf(info), settings.LP_NUM_THREADS === '0');
  const namesSoftware = /swiftshader|basic render|\bwarp\b|\bsoftware\b/i.test(text);
  return info.isFallbackAdapter || namesSoftware ? swiftshader : gpu;
}

/** Whether an adapter's driver is the one that {@link driverSettings} are for. */
export function hasDriverSettings(info: AdapterWords): boolean {
  return profileOf(info).name === llvmpipe.name;
}

/** Lanes of llvmpipe's vectors: its subgroups are one vector each, and its name tells the width where a host hides them. */
function lanesOf({ subgroupMinSize, device }: AdapterWords): number {
  const bits = /(\d+)[ -]bits/.exec(device)?.[1];
  return subgroupMinSize || Number(bits ?? 0) / 32 || llvmpipe.vectorLanes;
}
