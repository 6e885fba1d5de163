/** @file `@longhorizon/tensor/testing`: what a test of a program on a device needs. It asks for no test runner. */
import type { Device } from './device/index.ts';

export { elementReads } from './compile/element-reads.ts';
export { type Faults, withFaults } from './device/index.ts';

/** Live bytes without the read-back pool, which belongs to the device. */
export function liveBytes({ ledger }: Device): number {
  return ledger.live - ledger.liveByClass().staging;
}
