/** @file How the threads of a workgroup share the rows of a reduction. Every choice fixes an order of the sums, so it may depend on shapes and the adapter alone. */
import type { KernelAdapter } from '../../kernels/contraction.ts';

export interface Threads {
  /** Outer tiles side by side. */
  readonly x: number;
  /** Threads along each row. */
  readonly y: number;
}

const powerOfTwoAtMost = (limit: number) => 2 ** Math.floor(Math.log2(Math.max(1, limit)));

/** Whether the threads of a small workgroup are one subgroup, so that they can exchange results without barriers. */
export function isOneSubgroup(threads: number, adapter: KernelAdapter): boolean {
  return (
    adapter.profile.subgroupWorkgroups &&
    adapter.features.has('subgroups') &&
    threads <= (adapter.subgroupMinSize ?? 0)
  );
}

/** How many rows and how many threads along a row share a workgroup. */
export function reductionThreads(
  rows: number,
  length: number,
  along: boolean,
  adapter: KernelAdapter,
): Threads {
  const { vectorLanes } = adapter.profile;
  return vectorLanes > 0
    ? inVectors(rows, length, along, vectorLanes, adapter)
    : inLargeGroups(length, along);
}

/** Fills the lanes of each core with rows if there are enough for every core, else along the row. */
function inVectors(
  rows: number,
  length: number,
  along: boolean,
  lanes: number,
  adapter: KernelAdapter,
): Threads {
  if (length <= 16) return { x: Math.min(lanes, powerOfTwoAtMost(rows)), y: 1 };
  // Rows 16 KiB apart fall into the same sets of llvmpipe's caches: 2^24 elements in rows of 4,096 at 19 GB/s along the row, at 10 across.
  const x = along && length >= 1024 ? 1 : Math.min(lanes, powerOfTwoAtMost(rows / 4));
  if (isOneSubgroup(lanes, adapter)) return { x, y: lanes / x };
  if (length <= 64 || rows >= 64) return { x: Math.min(lanes, powerOfTwoAtMost(rows)), y: 1 };
  return along ? { x: 1, y: 16 } : { x, y: 16 };
}

function inLargeGroups(length: number, along: boolean): Threads {
  if (length <= 32) return { x: 64, y: 1 };
  if (along) return { x: 1, y: Math.min(256, powerOfTwoAtMost(length)) };
  return { x: 16, y: 16 };
}

/** Rows up to so long take about as long as launching a workgroup for eight of them. */
const shortRow = 16;

/** How many short rows a thread takes one after the other: 500 rows of 2 take llvmpipe 13 µs less in 21 workgroups than in 63. */
export function roundsOfThread(
  outerTiles: number,
  length: number,
  { x, y }: Threads,
  { profile }: KernelAdapter,
): number {
  if (y > 1 || length > shortRow) return 1;
  const { groupsWanted, mostRounds } = profile;
  return Math.max(1, Math.min(mostRounds, Math.floor(outerTiles / (x * groupsWanted))));
}

/** Workgroups that must be left for the cores. */
const fewestGroups = 8;

/**
 * How many outer tiles a thread takes for a sum over leading axes, X apart. Eight threads side by side read 128 bytes
 * of each position and then go on to another page; four outer tiles read 512.
 *
 * @param stride outer tiles from one position to the next
 * @returns 1, or the profile's factor. The order of each sum is the same for both.
 */
export function tilesOfThread(
  outerTiles: number,
  stride: number,
  length: number,
  { x, y }: Threads,
  adapter: KernelAdapter,
): number {
  const { outerTilesPerThread } = adapter.profile;
  const items = x * outerTilesPerThread;
  const groups = outerTiles / items;
  const isLarge = length >= 256 && groups >= fewestGroups;
  if (groups > adapter.limits.maxComputeWorkgroupsPerDimension) return 1;
  return y === 1 && isLarge && stride % items === 0 ? outerTilesPerThread : 1;
}
