/** The device layer: opening an adapter, memory and its ledger, pipelines, timestamps, errors. */

export { type AdapterChoice, type AdapterDescription, listAdapters } from './adapters.ts';
export { type BufferRequest, LedgerBuffer } from './buffer.ts';
export { type CloseReport, Device, type ToggleRecord } from './device.ts';
export * from './errors.ts';
export { type Faults, withFaults } from './faults.ts';
export { nodeGpu } from './instance.ts';
export {
  type Allocation,
  type AllocationRequest,
  type ByteClass,
  type BytesByClass,
  byteClasses,
  Ledger,
  PeakWatch,
  printAllocation,
  type WatchOptions,
} from './ledger.ts';
export type { DeviceLimits } from './limits.ts';
export { type OpenOptions, openDevice } from './open.ts';
export type { PipelineOptions, PipelineStatistics } from './pipelines.ts';
export {
  type ResidentChoice,
  residentChoice,
  residentChoices,
  residentVariable,
} from './resident-choice.ts';
export { type PassSpan, PassTimer } from './timestamps.ts';
export { bufferUsage, computeStage, storageUsage } from './usage.ts';
