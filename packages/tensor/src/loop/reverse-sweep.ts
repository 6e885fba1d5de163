/**
 * @file The order of a gradient: steps forward, the loss, steps backward. A state stays in the row that it was written to, and a step is told
 * the rows that it reads and writes, so nothing is copied on the way, and all of a submission is one pass.
 */
import type { ArrayPlace } from '../runtime/device-array.ts';
import type { Plan } from '../runtime/plan.ts';
import type { DeviceAction } from './device-action.ts';
import type { PackedArrays } from './packed-arrays.ts';
import type { MemoryPolicy } from './reverse-request.ts';
import { binomialSchedule, everyStateSchedule, type ReverseMove, treeSchedule } from './revolve.ts';
import type { Sequencer } from './sequencer.ts';
import type { Slots } from './slots.ts';

/** The rows of the plans, by their numbers in `PlanRequest.inRows`: the state before a step, the state after it, what it keeps. */
export const rowNumbers = { before: 0, after: 1, record: 2 } as const;

/** What a reverse loop consists of on the device. */
export interface ReverseParts {
  readonly policy: MemoryPolicy;
  readonly maxSteps: number;
  /** The first state before a run, the last one from the end of the steps forward on. */
  readonly packed: PackedArrays;
  /** Room for one more state, where the policy keeps no states. */
  readonly spare: PackedArrays | undefined;
  readonly adjoints: PackedArrays;
  readonly gradients: Pick<PackedArrays, 'arrays'>;
  /** What a step keeps for its backward pass; with the policy `everything` it lies in rows. */
  readonly keepsRecord: boolean;
  readonly recordBytes: number;
  readonly forward: Plan;
  readonly backward: Plan;
  readonly terminal: Plan;
  readonly rows: Slots | undefined;
  readonly rowCount: number;
  readonly slotCount: number;
  readonly sequencer: Sequencer;
  readonly owned: { destroy(): void }[];
}

const run = (plan: Plan, index: number, rows: readonly ArrayPlace[] = []): DeviceAction => ({
  kind: 'run',
  plan,
  index,
  rows,
});

/** The first state, as it was given, to the place where it is kept. */
const begin = ({ buffer }: PackedArrays, to: ArrayPlace): DeviceAction => ({
  kind: 'copy',
  from: buffer,
  fromOffset: 0,
  to: to.buffer,
  toOffset: to.offset,
  bytes: buffer.bytes,
});

/** What a sweep writes down as it goes: runs of a step going forward, and the most states that were kept at once. */
export interface SweepCounts {
  forward: number;
  kept: number;
}

/** @param count written here */
export function sweep(parts: ReverseParts, steps: number, count: SweepCounts): Iterable<DeviceAction> {
  return parts.policy === 'everything' ? sweepRecords(parts, steps, count) : sweepStates(parts, steps, count);
}

/** A row holds the record of a step, then the state before it, each where the backward pass needs it. */
function* sweepRecords(
  { packed, spare, recordBytes, keepsRecord, forward, backward, terminal, rows }: ReverseParts,
  steps: number,
  count: SweepCounts,
): Generator<DeviceAction> {
  count.kept = spare === undefined ? steps : 0;
  const last = packed.start;
  const recordAt = (step: number) => (keepsRecord ? rows!.place(step) : last);
  const stateAt = (step: number): ArrayPlace => {
    if (spare !== undefined) return (steps - step) % 2 === 0 ? last : spare.start;
    return step === steps ? last : rows!.place(step, recordBytes);
  };
  if (stateAt(0).buffer !== packed.buffer) yield begin(packed, stateAt(0));
  for (let step = 0; step < steps; step++) {
    yield run(forward, step, [stateAt(step), stateAt(step + 1), recordAt(step)]);
    count.forward++;
  }
  yield run(terminal, steps);
  for (let step = steps - 1; step >= 0; step--)
    yield run(backward, step, [stateAt(step), last, recordAt(step)]);
}

/** The states that a schedule keeps. A step is run again for what it keeps itself, if there is such a thing. */
function* sweepStates(
  { policy, slotCount, packed, keepsRecord, forward, backward, terminal, rows, rowCount }: ReverseParts,
  steps: number,
  count: SweepCounts,
): Generator<DeviceAction> {
  const free = Array.from({ length: rowCount }, (_, row) => rows!.place(row)).reverse();
  const kept = new Map<number, ArrayPlace>();
  const slotOf = new Map<ArrayPlace, number>();
  const last = packed.start;
  let present = free.pop()!;
  yield begin(packed, present);
  for (const move of movesOf(policy, steps, slotCount)) {
    switch (move.kind) {
      case 'save':
        kept.set(move.slot, present);
        slotOf.set(present, move.slot);
        count.kept = Math.max(count.kept, slotOf.size);
        break;
      case 'load':
        present = kept.get(move.slot)!;
        break;
      case 'advance': {
        const next = free.pop()!;
        yield run(forward, move.step, [present, next]);
        count.forward++;
        if (!slotOf.has(present)) free.push(present);
        present = next;
        break;
      }
      case 'reverse': {
        const isLast = move.step === steps - 1;
        if (isLast || keepsRecord) {
          const next = isLast ? last : free.pop()!;
          yield run(forward, move.step, [present, next]);
          count.forward++;
          if (!isLast) free.push(next);
        }
        if (isLast) yield run(terminal, steps);
        yield run(backward, move.step, [present]);
        // Nothing is run from this state again.
        slotOf.delete(present);
        free.push(present);
        break;
      }
      default:
        move satisfies never;
    }
  }
}

function movesOf(policy: MemoryPolicy, steps: number, slotCount: number): Iterable<ReverseMove> {
  if (typeof policy === 'string') return everyStateSchedule(steps);
  return 'arity' in policy ? treeSchedule(steps, policy.arity) : binomialSchedule(steps, slotCount);
}
