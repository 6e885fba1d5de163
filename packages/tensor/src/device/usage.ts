/** WebGPU's buffer usage bits. Browsers have them as a global, Node does not; the specification fixes the values. */
export const bufferUsage = {
  mapRead: 0x0001,
  mapWrite: 0x0002,
  copySource: 0x0004,
  copyDestination: 0x0008,
  index: 0x0010,
  vertex: 0x0020,
  uniform: 0x0040,
  storage: 0x0080,
  indirect: 0x0100,
  queryResolve: 0x0200,
} as const;

/** What a buffer of a plan is used for unless something else is asked: kernels, and copies in both directions. */
export const storageUsage = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyDestination;

/** The only visibility and the only map mode that this library needs. */
export const computeStage = 0x4;
export const mapModeRead = 0x0001;
