/** The limits of WebGPU as plain numbers, by their names in the specification. */
export type DeviceLimits = Readonly<Omit<GPUSupportedLimits, '__brand'>>;

/** The getters of a host object as plain numbers. */
export function copyLimits(limits: GPUSupportedLimits): DeviceLimits {
  const copy: { -readonly [Name in keyof DeviceLimits]?: number } = {};
  for (const key in limits) {
    const name = key as keyof DeviceLimits;
    const value: unknown = limits[name];
    if (typeof value === 'number') copy[name] = value;
  }
  return copy as DeviceLimits;
}

/**
 * What to ask an adapter for: all that it has, but no more buffers for a kernel than `mostStorageBuffers`.
 *
 * @param mostStorageBuffers of its profile
 */
export function requestedLimits(limits: GPUSupportedLimits, mostStorageBuffers: number): DeviceLimits {
  const entries = Object.entries(copyLimits(limits)).map(([name, value]) => [
    name,
    name.startsWith('maxStorageBuffers') ? Math.min(value, mostStorageBuffers) : value,
  ]);
  return Object.fromEntries(entries);
}
