/**
 * @file Mesa's software driver: Vulkan on the host's processor. All numbers were measured on it (Mesa 25.0.7, 8 lanes, 2 cores, 2026-11): the
 * places that use one say with what it was compared. Its lanes are those of the processor's vectors: 4, 8 or 16.
 */
import type { AdapterProfile, CostModel } from './profile.ts';

const cost: CostModel = { kind: 'serial', workgroup: 400, parallel: 2 };

export const llvmpipe: AdapterProfile = {
  name: 'llvmpipe',
  runsOnHost: true,
  vectorLanes: 8,
  threads: 8,
  subgroupWorkgroups: true,
  cost,
  groupsWanted: 16,
  mostRounds: 512,
  // Up to so many elements a kernel is compiled for longer than it runs in a thousand steps.
  scatteredLoadsAlone: 2 ** 16,
  splitReduction: { wanted: 8, shortest: 16384 },
  outerTilesPerThread: 4,
  wholeInFewRows: Number.POSITIVE_INFINITY,
  productTile: 16,
  splitProduct: { wanted: 4, shortest: 2048 },
  splitFilterGradient: { wanted: 8, shortest: 256 },
  unroll: 1,
  unrollBarrier: true,
  shareModules: true,
  shareDispatches: true,
  rotateFilters: true,
  warmPipelines: true,
  // It makes a descriptor set, with memory mapped for it, each time that storage buffers are bound with dynamic offsets: 12 µs. One that is kept takes 4 KiB.
  rowGroups: 4096,
  resident: {
    threads: 8,
    lockstep: true,
    gain: { dispatch: 7_000, copy: 5_000, compileKernel: 300e6, mostOperations: 100_000 },
  },
};

const made = new Map<string, AdapterProfile>();

/**
 * The profile with vectors of so many lanes: a workgroup of invocations that share little is one vector.
 *
 * @param alone kernels run in the thread of the queue, one workgroup after another: what counts is the work of all, not that it falls into equal parts
 */
export function llvmpipeOf(lanes: number, alone: boolean): AdapterProfile {
  if (lanes === llvmpipe.vectorLanes && !alone) return llvmpipe;
  const key = `${lanes} ${alone}`;
  const known = made.get(key) ?? {
    ...llvmpipe,
    vectorLanes: lanes,
    threads: lanes,
    cost: alone ? { ...cost, parallel: 1 } : cost,
    // Side by side, a workgroup's threads read 512 bytes of a page.
    outerTilesPerThread: 32 / lanes,
    resident: { ...llvmpipe.resident, threads: lanes },
  };
  made.set(key, known);
  return known;
}
