/** @file The order of a gradient: steps forward, the loss, steps backward, and the copies between them that a memory policy asks for. */
import type { Plan } from '../runtime/plan.ts';
import type { PackedArrays } from './packed-arrays.ts';
import type { MemoryPolicy } from './reverse-request.ts';
import { binomialSchedule, everyStateSchedule, type ReverseMove } from './revolve.ts';
import type { DeviceAction, Sequencer } from './sequencer.ts';
import type { Slots } from './slots.ts';

/** What a reverse loop consists of on the device. */
export interface ReverseParts {
  readonly policy: MemoryPolicy;
  readonly maxSteps: number;
  readonly packed: PackedArrays;
  readonly adjoints: PackedArrays;
  readonly gradients: Pick<PackedArrays, 'arrays'>;
  readonly record: PackedArrays | undefined;
  readonly before: PackedArrays | undefined;
  readonly last: PackedArrays | undefined;
  readonly forward: Plan;
  readonly backward: Plan;
  readonly terminal: Plan;
  readonly slots: Slots | undefined;
  readonly slotCount: number;
  readonly sequencer: Sequencer;
  readonly owned: { destroy(): void }[];
}

const copyWhole = (from: PackedArrays, to: PackedArrays): DeviceAction => ({
  kind: 'copy',
  from: from.buffer,
  fromOffset: 0,
  to: to.buffer,
  toOffset: 0,
  bytes: from.buffer.bytes,
});

/** @param count of runs of a step going forward, written here */
export function* sweep(
  parts: ReverseParts,
  steps: number,
  count: { forward: number },
): Generator<DeviceAction> {
  const { packed, record, before, last, forward, backward, terminal, slots } = parts;
  const run = (plan: Plan, index: number): DeviceAction => ({ kind: 'run', plan, index });
  if (parts.policy === 'everything') {
    // A slot holds the record of a step, then the carry before it, each where the backward pass needs it.
    const recordBytes = record?.buffer.bytes ?? 0;
    for (let step = 0; step < steps; step++) {
      if (before !== undefined) yield slots!.save(step, packed.buffer, recordBytes);
      yield run(forward, step);
      count.forward++;
      if (record !== undefined) yield slots!.save(step, record.buffer);
    }
    yield run(terminal, steps);
    for (let step = steps - 1; step >= 0; step--) {
      if (record !== undefined) yield slots!.load(step, record.buffer);
      if (before !== undefined) yield slots!.load(step, before.buffer, recordBytes);
      yield run(backward, step);
    }
    return;
  }
  const moves: Iterable<ReverseMove> =
    parts.policy === 'states' ? everyStateSchedule(steps) : binomialSchedule(steps, parts.slotCount);
  for (const move of moves) {
    if (move.kind === 'save') yield slots!.save(move.slot, packed.buffer);
    else if (move.kind === 'load') yield slots!.load(move.slot, packed.buffer);
    else {
      if (move.kind === 'reverse' && before !== undefined) yield copyWhole(packed, before);
      yield run(forward, move.step);
      count.forward++;
      if (move.kind === 'reverse') {
        if (move.step === steps - 1) {
          yield run(terminal, steps);
          if (last !== undefined) yield copyWhole(packed, last);
        }
        yield run(backward, move.step);
      }
    }
  }
  if (last !== undefined) yield copyWhole(last, packed);
}
