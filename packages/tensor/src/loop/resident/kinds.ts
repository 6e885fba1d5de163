/** @file Kinds of actions: runs of one plan, or copies between two buffers. A module has one case for each kind that it takes. */
import type { LedgerBuffer } from '../../device/buffer.ts';
import type { Plan } from '../../runtime/plan.ts';
import type { DeviceAction, RunAction } from '../device-action.ts';

/** All runs of one plan whose rows lie in the same buffers. */
export interface RunKind {
  readonly kind: 'run';
  readonly plan: Plan;
  readonly rows: readonly LedgerBuffer[];
}

/** All copies from one buffer to another. */
export interface CopyKind {
  readonly kind: 'copy';
  readonly from: LedgerBuffer;
  readonly to: LedgerBuffer;
}

export type ActionKind = RunKind | CopyKind;

/** Finds the kind of an action: equal kinds are one object. */
export class ActionKinds {
  readonly #runs = new Map<Plan, RunKind[]>();
  readonly #copies = new Map<LedgerBuffer, Map<LedgerBuffer, CopyKind>>();

  of(action: DeviceAction): ActionKind {
    if (action.kind === 'run') return this.#ofRun(action);
    const { from, to } = action;
    let ofBuffer = this.#copies.get(from);
    if (ofBuffer === undefined) {
      ofBuffer = new Map();
      this.#copies.set(from, ofBuffer);
    }
    let copy = ofBuffer.get(to);
    if (copy === undefined) {
      copy = { kind: 'copy', from, to };
      ofBuffer.set(to, copy);
    }
    return copy;
  }

  #ofRun({ plan, rows = [] }: RunAction): RunKind {
    let ofPlan = this.#runs.get(plan);
    if (ofPlan === undefined) {
      ofPlan = [];
      this.#runs.set(plan, ofPlan);
    }
    let run = ofPlan.find(
      (known) =>
        known.rows.length === rows.length && known.rows.every((buffer, k) => buffer === rows[k]!.buffer),
    );
    if (run === undefined) {
      run = { kind: 'run', plan, rows: rows.map(({ buffer }) => buffer) };
      ofPlan.push(run);
    }
    return run;
  }
}
