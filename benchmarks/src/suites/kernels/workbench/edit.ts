/** @file `longhorizon kernels edit`: at each save a kernel is read, compiled, judged and timed beside the present choice. */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { closing, UsageError } from '@longhorizon/harness';
import type { RoofShare } from '../roofline/share.ts';
import { familyFolder, readVariants } from './candidates.ts';
import { judgedLine, othersLine } from './lines.ts';
import type { Judged, Looked, Opened, Place, Present } from './messages.ts';
import { KernelProcess, ProcessGone } from './process.ts';

export interface EditRun {
  readonly place: Place;
  readonly robustness: boolean;
  /** Judges what is there and ends. */
  readonly once: boolean;
  /** Seconds that a kernel has to compile, to run and to be timed. */
  readonly limitS: number;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
  /** Share of what the adapter could attain; undefined where its roof was not measured. */
  readonly shareOf: (opened: Opened, judged: Judged) => RoofShare;
}

const openLimitMs = 60_000;
const settleMs = 40;

/** A folder and all below it: a recursive watcher loses files that editors replace (Node 20 on Linux). */
function foldersBelow(folder: string): readonly string[] {
  const below = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory());
  return [folder, ...below.flatMap(({ name }) => foldersBelow(join(folder, name)))];
}

/** A place to wait at until a file is saved. */
class Saves {
  readonly #watchers: readonly FSWatcher[];
  #pending = false;
  #wake: (() => void) | undefined;

  constructor(folder: string) {
    this.#watchers = foldersBelow(folder).map((one) =>
      watch(one, () => {
        this.#pending = true;
        this.#wake?.();
      }),
    );
  }

  get pending(): boolean {
    return this.#pending;
  }

  /** Until something was saved since the last call, or the signal is given. Editors write in several steps: it waits for the last. */
  async next(signal: AbortSignal): Promise<void> {
    while (!this.#pending && !signal.aborted)
      await new Promise<void>((done) => {
        this.#wake = done;
        signal.addEventListener('abort', () => done(), { once: true });
      });
    await new Promise((done) => setTimeout(done, settleMs));
    this.#pending = false;
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers) watcher.close();
  }
}

/** The folder whose files are watched. */
function folderOf({ family, from }: Place): string {
  return from === undefined ? familyFolder(family) : join(resolve(from), family);
}

/** The session: a process, the present kernel as it was at the start, the texts that were judged. */
class Session {
  readonly #run: EditRun;
  readonly #process = new KernelProcess();
  #present: Present | undefined;
  #opened: Opened | undefined;
  #known: Readonly<Record<string, string>> = {};
  /** Whether all that was judged was right. */
  right = true;

  constructor(run: EditRun) {
    this.#run = run;
  }

  /** Starts the process and has it make the present kernel ready, again where the last one took its process with it; nothing where that is done. */
  async open(): Promise<Opened> {
    if (this.#opened !== undefined && this.#process.isRunning) return this.#opened;
    const { place, robustness } = this.#run;
    const isFirst = this.#present === undefined;
    this.#opened = await this.#process.ask(
      {
        kind: 'open',
        place,
        robustness,
        known: this.#known,
        ...(this.#present === undefined ? {} : { present: this.#present }),
      },
      openLimitMs,
    );
    this.#present = this.#opened.present;
    if (!isFirst) await this.#process.ask({ kind: 'look' }, openLimitMs);
    return this.#opened;
  }

  async look(): Promise<Looked> {
    await this.open();
    const looked = await this.#process.ask({ kind: 'look' }, openLimitMs);
    this.#known = looked.known;
    return looked;
  }

  /** Judges a kernel and prints its line. */
  async judge(name: string): Promise<boolean> {
    const { place, limitS, print, shareOf } = this.#run;
    const kernel = `${place.family}/${name}`;
    try {
      const opened = await this.open();
      const found = await this.#process.ask({ kind: 'judge', name }, 1000 * limitS);
      const { share, fault } = found.fault === undefined ? shareOf(opened, found) : {};
      const judged = fault === undefined ? found : { ...found, fault: `is right, and its time is ${fault}` };
      print(judgedLine(kernel, place.shape, judged, opened.present.name, share));
      if (judged.fault !== undefined) this.right = false;
      return judged.fault === undefined;
    } catch (error) {
      return this.#failed(kernel, error);
    }
  }

  /** Judges it at other shapes and prints that line. */
  async others(name: string): Promise<void> {
    const { place, limitS, print } = this.#run;
    const kernel = `${place.family}/${name}`;
    try {
      const others = await this.#process.ask({ kind: 'others', name }, 4000 * limitS);
      if (others.fault !== undefined) this.right = false;
      print(othersLine(kernel, others));
    } catch (error) {
      this.#failed(kernel, error);
    }
  }

  /** What a process could not go on after: it is started anew for the next kernel. */
  #failed(kernel: string, error: unknown): false {
    this.right = false;
    this.#process.kill();
    const reason = error instanceof Error ? error.message : String(error);
    this.#run.print(
      error instanceof ProcessGone ? `${kernel}  ${reason}` : `${kernel}  could not be judged: ${reason}`,
    );
    return false;
  }

  close(): Promise<void> {
    return this.#process.close();
  }
}

/**
 * @returns whether all kernels that were judged were right
 * @throws UsageError where the folder or the kernel is not there at the start
 */
export async function edit(run: EditRun): Promise<boolean> {
  const { place, print, signal, once } = run;
  // What is not there is said at once, before a process and a device are waited for.
  await readVariants(place.family, place.from, place.name);
  await using session = closing(new Session(run));
  const opened = await session.open();
  const software = opened.runsOnHost ? ', a software adapter' : '';
  print(
    `${opened.adapter}${software}; the present choice for ${place.shape} is ${opened.present.name} (${opened.why})`,
  );
  const first = await session.look();
  if (first.fault !== undefined) {
    await session.close();
    throw new UsageError(first.fault);
  }
  using saves = once ? undefined : new Saves(folderOf(place));
  const judgeAll = async (names: readonly string[]): Promise<void> => {
    for (const name of names)
      if (await session.judge(name)) {
        // After another save, only the new text matters.
        if (saves?.pending !== true && !signal.aborted) await session.others(name);
      }
  };
  // A whole family is looked at as it changes; a kernel that was named, at once.
  if (place.name !== undefined || place.from !== undefined || once) await judgeAll(first.changed);
  if (saves === undefined) return session.right;
  print(`watching ${folderOf(place)}; each save prints a line. Ctrl-C ends.`);
  while (!signal.aborted) {
    await saves.next(signal);
    if (signal.aborted) break;
    const { changed, fault } = await session.look();
    if (fault === undefined) await judgeAll(changed);
    else print(fault);
  }
  return true;
}
