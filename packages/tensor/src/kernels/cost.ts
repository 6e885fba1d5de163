/** @file What the cost estimates of all kernel families share. */
import type { CostModel } from '../adapters/profile.ts';

export type Serial = Extract<CostModel, { kind: 'serial' }>;

/** @param instructions of one invocation */
export function parallelTime(
  { invocations, narrowest }: Extract<CostModel, { kind: 'parallel' }>,
  instructions: number,
  workgroups: number,
  lanes: number,
): number {
  return instructions * Math.max(1, (workgroups * Math.max(lanes, narrowest)) / invocations);
}
