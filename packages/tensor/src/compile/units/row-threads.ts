/** @file How the threads of a workgroup share the rows of a reduction. Every choice fixes an order of the sums, so it may depend on shapes and the adapter alone. */
import type { KernelAdapter } from '../../kernels/contraction.ts';

export interface Threads {
  /** Row items side by side. */
  readonly x: number;
  /** Threads along each row. */
  readonly y: number;
}

const powerOfTwoAtMost = (limit: number) => 2 ** Math.floor(Math.log2(Math.max(1, limit)));

/** Whether the threads of a small workgroup are one subgroup, so that they can exchange results without barriers. */
export function isOneSubgroup(threads: number, adapter: KernelAdapter): boolean {
  return adapter.isSoftware && adapter.features.has('subgroups') && threads <= (adapter.subgroupMinSize ?? 0);
}

/** How many rows and how many threads along a row share a workgroup. */
export function rowThreads(rows: number, length: number, along: boolean, adapter: KernelAdapter): Threads {
  if (adapter.isSoftware) {
    // lavapipe runs 8 invocations at once on each core: fill them with rows if there are enough for every core, else along the row.
    if (length <= 16) return { x: Math.min(8, powerOfTwoAtMost(rows)), y: 1 };
    // Rows 16 KiB apart fall into the same sets of its caches: 2^24 elements in rows of 4,096 at 19 GB/s along the row, at 10 across.
    const x = along && length >= 1024 ? 1 : Math.min(8, powerOfTwoAtMost(rows / 4));
    if (isOneSubgroup(8, adapter)) return { x, y: 8 / x };
    if (length <= 64 || rows >= 64) return { x: Math.min(8, powerOfTwoAtMost(rows)), y: 1 };
    return along ? { x: 1, y: 16 } : { x, y: 16 };
  }
  if (length <= 32) return { x: 64, y: 1 };
  if (along) return { x: 1, y: Math.min(256, powerOfTwoAtMost(length)) };
  return { x: 16, y: 16 };
}

const bandsOfLargeSums = 4;
/** Workgroups that must be left for the cores. */
const fewestGroups = 8;

/**
 * How many row items a thread takes for a sum over leading axes, X items apart. Eight threads side by side read 128 bytes
 * of each position and then go on to another page; four bands read 512.
 *
 * @param stride row items from one position to the next
 * @returns 1 or 4. The order of each sum is the same for both.
 */
export function bandsAcross(
  rowItems: number,
  stride: number,
  length: number,
  { x, y }: Threads,
  adapter: KernelAdapter,
): number {
  const items = x * bandsOfLargeSums;
  const groups = rowItems / items;
  const isLarge = length >= 256 && groups >= fewestGroups;
  if (groups > adapter.limits.maxComputeWorkgroupsPerDimension) return 1;
  return adapter.isSoftware && y === 1 && isLarge && stride % items === 0 ? bandsOfLargeSums : 1;
}
