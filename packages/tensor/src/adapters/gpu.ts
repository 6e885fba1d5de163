/** @file Graphics processors. The numbers follow from how they work; none was fitted to one. */
import type { AdapterProfile } from './profile.ts';

export const gpu: AdapterProfile = {
  name: 'gpu',
  runsOnHost: false,
  vectorLanes: 0,
  threads: 64,
  subgroupWorkgroups: false,
  cost: { kind: 'parallel', invocations: 16384, narrowest: 32 },
  groupsWanted: 2048,
  mostRounds: 4,
  scatteredLoadsAlone: 0,
  splitReduction: { wanted: 512, shortest: 2048 },
  outerTilesPerThread: 1,
  wholeInFewRows: 65536,
  productTile: 32,
  splitProduct: { wanted: 128, shortest: 128 },
  splitFilterGradient: { wanted: 128, shortest: 64 },
  unroll: 8,
  unrollBarrier: false,
  shareModules: false,
  shareDispatches: false,
  rotateFilters: false,
  warmPipelines: false,
  rowGroups: 0,
  resident: { threads: 256, lockstep: false, gain: undefined },
};
