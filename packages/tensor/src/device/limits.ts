/** @file The limits of an adapter or a device, as plain numbers. */

/** The limits of WebGPU as plain numbers, by their names in the specification. */
export type DeviceLimits = Readonly<Omit<GPUSupportedLimits, '__brand'>>;

/** The getters of a host object as plain numbers. */
export function copyLimits(limits: GPUSupportedLimits): DeviceLimits {
  const copy: Record<string, number> = {};
  for (const name in limits) {
    const value = limits[name as keyof GPUSupportedLimits];
    if (typeof value === 'number') copy[name] = value;
  }
  return copy as unknown as DeviceLimits;
}
