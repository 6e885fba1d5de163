/** @file What a sequence is made of: runs of plans, and copies. */
import type { LedgerBuffer } from '../device/buffer.ts';
import type { ArrayPlace } from '../runtime/device-array.ts';
import type { Plan } from '../runtime/plan.ts';

/** One run of a plan, or one copy between arrays, in a sequence. */
export type DeviceAction = RunAction | CopyAction;

/** One run of a plan, as step number `index`. */
export interface RunAction {
  readonly kind: 'run';
  readonly plan: Plan;
  readonly index: number;
  /** Where its rows begin; see `Plan.encode`. */
  readonly rows?: readonly ArrayPlace[];
}

export interface CopyAction {
  readonly kind: 'copy';
  readonly from: LedgerBuffer;
  readonly fromOffset: number;
  readonly to: LedgerBuffer;
  readonly toOffset: number;
  readonly bytes: number;
}
