/**
 * @file Runs stretches of actions inside one dispatch of one workgroup, where that is quicker than replaying them one by one. Which actions
 * recur shows in the window ahead; a module is made of their kinds, and the rest is replayed between its dispatches.
 */
import { ResidentError, rowWords } from '../../compile/resident/module.ts';
import type { LedgerBuffer } from '../../device/buffer.ts';
import type { Device } from '../../device/device.ts';
import { DeviceClosedError } from '../../device/errors.ts';
import type { RunQueue } from '../../device/order.ts';
import type { DeviceAction } from '../device-action.ts';
import type { Lookahead } from '../lookahead.ts';
import { type Sequence, targetMs } from '../sequence.ts';
import { compileTime, saving } from './cost.ts';
import { type ActionKind, ActionKinds } from './kinds.ts';
import { LoadedModule, type TablePart } from './loaded-module.ts';

/** Rows of a part of the table, the one that says how many follow included. */
const partRows = 512;
const partBytes = partRows * rowWords * 4;
/** Rows of the first dispatch, whose time is unknown. */
const firstRows = 16;
/** How often an action has to recur in the window for a place in a module. */
const fewestForced = 2;
const fewest = 32;

/** Whether actions on a device may run inside one dispatch: unless that is forbidden, or was not measured and is not asked for. */
export function mayRunResident({ resident, profile }: Device): boolean {
  return resident === 'always' || (resident === 'auto' && profile.resident.gain !== undefined);
}

/** Makes modules for what recurs, and dispatches rows of their tables. */
export class ResidentExecutor {
  readonly #device: Device;
  readonly #parts: number;
  readonly #kinds = new ActionKinds();
  readonly #modules: LoadedModule[] = [];
  /** Kinds that do not fit, whatever they come with. */
  readonly #refused = new Set<string>();
  /** Nanoseconds that modules which were not made would have saved so far. */
  readonly #missed = new Map<string, number>();
  readonly #numbers = new Map<ActionKind, number>();
  readonly #words = new Uint32Array(partRows * rowWords);
  #table: LedgerBuffer | undefined;
  #msPerRow: number | undefined;
  /** Milliseconds spent on making modules. */
  compileMs = 0;

  /** The executor of a device on which actions may run so. */
  static for(device: Device, parts: number): ResidentExecutor | undefined {
    return mayRunResident(device) ? new ResidentExecutor(device, parts) : undefined;
  }

  /** @param parts of the table, which as many submissions under way read */
  private constructor(device: Device, parts: number) {
    this.#device = device;
    this.#parts = parts;
  }

  /** The module for what recurs in a window of actions; undefined where they are replayed. Waits for the queue where it has to compile. */
  async choose(window: readonly DeviceAction[], queue: RunQueue): Promise<LoadedModule | undefined> {
    // A device that is being closed makes nothing any more, but the run is finished.
    if (this.#device.closed) return undefined;
    const forced = this.#device.resident === 'always';
    const counts = new Map<ActionKind, number>();
    for (const action of window) {
      const kind = this.#kinds.of(action);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    const recurring = [...counts].filter(
      ([kind, count]) =>
        count >= (forced ? fewestForced : fewest) &&
        (forced || saving(kind, this.#device.profile) !== undefined),
    );
    if (!recurring.some(([{ kind }]) => kind === 'run')) return undefined;
    const kinds = recurring.map(([kind]) => kind);
    const known = this.#modules.find((module) => kinds.every((kind) => module.takes(kind)));
    if (known !== undefined) return known;
    if (!forced && !this.#isWorthIt(recurring)) return undefined;
    return this.#load(kinds, queue, forced);
  }

  /** Whether the actions that were replayed in want of a module, with those ahead, would have saved what it takes to compile. */
  #isWorthIt(recurring: readonly (readonly [ActionKind, number])[]): boolean {
    const { profile } = this.#device;
    const kinds = recurring.map(([kind]) => kind);
    const key = this.#keyOf(kinds);
    if (this.#refused.has(key)) return false;
    const ahead = recurring.reduce((sum, [kind, count]) => sum + count * saving(kind, profile)!, 0);
    const missed = (this.#missed.get(key) ?? 0) + ahead;
    this.#missed.set(key, missed);
    return missed >= compileTime(kinds, profile);
  }

  #keyOf(kinds: readonly ActionKind[]): string {
    return kinds
      .map((kind) => {
        const number = this.#numbers.get(kind) ?? this.#numbers.size;
        this.#numbers.set(kind, number);
        return number;
      })
      .sort((a, b) => a - b)
      .join();
  }

  async #load(
    kinds: readonly ActionKind[],
    queue: RunQueue,
    forced: boolean,
  ): Promise<LoadedModule | undefined> {
    await queue.idle();
    const start = performance.now();
    try {
      const module = await LoadedModule.make(this.#device, kinds, this.#tableParts());
      this.#modules.push(module);
      // Drivers compile at the first use, so it is used on no rows.
      this.#submit(module, 0, 0, queue);
      await queue.idle();
      return module;
    } catch (error) {
      if (error instanceof DeviceClosedError) return undefined;
      if (!(error instanceof ResidentError)) throw error;
      if (forced)
        throw new ResidentError(
          `${error.message}. Leave 'resident' at 'auto', and what does not fit is replayed.`,
        );
      this.#refused.add(this.#keyOf(kinds));
      return undefined;
    } finally {
      this.compileMs += performance.now() - start;
    }
  }

  /** Whether a module takes an action. */
  takes(module: LoadedModule, action: DeviceAction): boolean {
    return module.takes(this.#kinds.of(action));
  }

  /**
   * Submits the next actions that the module takes, as many as one dispatch may hold.
   *
   * @returns how many
   */
  submit(module: LoadedModule, ahead: Lookahead, sequence: Sequence): number {
    const most =
      this.#msPerRow === undefined
        ? firstRows
        : Math.max(1, Math.min(partRows - 1, Math.floor(targetMs / this.#msPerRow)));
    let rows = 0;
    for (let action = ahead.next; action !== undefined && rows < most; action = ahead.next) {
      const kind = this.#kinds.of(action);
      if (!module.takes(kind)) break;
      if (action.kind === 'run') {
        sequence.check(action.plan);
        this.#device.operations += action.plan.operations;
        sequence.runs++;
        sequence.residentRuns++;
      } else {
        action.to.markWritten();
        sequence.copies++;
      }
      module.writeRow(action, kind, this.#words, ++rows);
      ahead.at++;
    }
    sequence.dispatches++;
    this.#submit(module, rows, sequence.part, sequence.queue);
    return rows;
  }

  #submit(module: LoadedModule, rows: number, part: number, queue: RunQueue): void {
    const { gpu } = this.#device;
    this.#words[0] = rows;
    const words = this.#words.subarray(0, (rows + 1) * rowWords);
    this.#device.writeWithinRun(this.#table!, words, part * partBytes);
    const encoder = gpu.createCommandEncoder();
    module.encode(encoder, part);
    queue.submit(encoder.finish());
  }

  /** The parts of the table, which is made with the first module. */
  #tableParts(): readonly TablePart[] {
    const bytes = partBytes;
    this.#table ??= this.#device.createBuffer({
      bytes: this.#parts * bytes,
      label: 'table of resident actions',
      class: 'staging',
    });
    const buffer = this.#table;
    return Array.from({ length: this.#parts }, (_, part) => ({ buffer, offset: part * bytes, bytes }));
  }

  /** Time a row took, from submission to completion. */
  learn(msPerRow: number): void {
    this.#msPerRow =
      this.#msPerRow === undefined ? msPerRow : Math.min(msPerRow, 0.5 * (this.#msPerRow + msPerRow));
  }

  /** After a run that was asked for before. */
  destroy(): void {
    this.#device.whenReached(() => this.#table?.destroy());
  }
}
