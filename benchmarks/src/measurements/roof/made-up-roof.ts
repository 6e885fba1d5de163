/** @file A roof for tests: every rate is the same. */
import type { TableOwner } from '../kernel-tables/places.ts';
import type { Roof } from './roof.ts';

export function madeUpRoof({ device, description }: TableOwner, perSecond: number): Roof {
  const rate = { perSecond, perCpuSecond: null, kernel: 'a kernel' };
  return {
    format: 2,
    adapter: device,
    driver: description,
    date: '2026-01-02',
    processor: null,
    processors: 1,
    load: 0,
    memory: rate,
    cache: rate,
    fused: rate,
    unfused: rate,
    workgroup: rate,
    shuffle: null,
    dispatchMs: 0.02,
    launchMs: 0.1,
    compileMs: 20,
  };
}
