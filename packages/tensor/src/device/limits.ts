/** The limits of WebGPU as plain numbers, by their names in the specification. */
export type DeviceLimits = Readonly<Omit<GPUSupportedLimits, '__brand'>>;

/**
 * The getters of a host object as plain numbers.
 *
 * @param mostStorageBuffers bound of the buffers that a kernel may bind, in all of its limits
 */
export function copyLimits(
  limits: GPUSupportedLimits,
  mostStorageBuffers = Number.POSITIVE_INFINITY,
): DeviceLimits {
  const copy: { -readonly [Name in keyof DeviceLimits]?: number } = {};
  for (const key in limits) {
    const name = key as keyof DeviceLimits;
    const value: unknown = limits[name];
    if (typeof value === 'number')
      copy[name] = key.startsWith('maxStorageBuffers') ? Math.min(value, mostStorageBuffers) : value;
  }
  return copy as DeviceLimits;
}
