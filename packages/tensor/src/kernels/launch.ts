import type { EmittedKernel, KernelAdapter } from './contraction.ts';

/** Why a launch is larger than the adapter allows; undefined when it is not. */
export function gridLimit(
  workgroups: EmittedKernel['workgroups'],
  adapter: KernelAdapter,
): string | undefined {
  const limit = adapter.limits.maxComputeWorkgroupsPerDimension;
  if (workgroups.every((count) => count <= limit)) return undefined;
  return `needs ${workgroups.join(' × ')} workgroups; this adapter launches at most ${limit} in one direction`;
}

/** Invocations of a workgroup that is one whole subgroup; 0 where there is none. */
export function subgroupLanes(adapter: KernelAdapter): number {
  if (!adapter.features.has('subgroups')) return 0;
  const size = adapter.subgroupMinSize ?? 0;
  const most = Math.max(8, adapter.profile.vectorLanes);
  return [16, 8, 4].find((lanes) => lanes <= size && lanes <= most) ?? 0;
}

/**
 * Why a workgroup of so many invocations cannot be had; undefined where it can, or where the number is left to the adapter.
 *
 * @param oneSubgroup its invocations exchange values by shuffles, so they have to be one subgroup
 */
export function lanesLimit(
  lanes: number | undefined,
  oneSubgroup: boolean,
  adapter: KernelAdapter,
): string | undefined {
  if (lanes === undefined) return undefined;
  const most = adapter.limits.maxComputeInvocationsPerWorkgroup;
  if (lanes > most) return `needs workgroups of ${lanes} invocations; this adapter has ${most} at most`;
  const size = adapter.features.has('subgroups') ? (adapter.subgroupMinSize ?? 0) : 0;
  if (oneSubgroup && lanes > size) return `needs subgroups of at least ${lanes} invocations`;
  return undefined;
}
