/** @file How a sweep's cells ended, in short lines beside the records: a status of 100,000 cells is read in a moment. */
import {
  closeSync,
  existsSync,
  futimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Status, statuses } from '../cell/config.ts';
import type { CellRecord } from '../record/record.ts';

const beganSchema = z.object({
  began: z.string(),
  node: z.string(),
  /** Adapter and processor. */
  device: z.string(),
  /** How far the clock of the node is from that of the file server, in seconds. */
  clockSeconds: z.number(),
});
const refusedSchema = z.object({ refused: z.string(), node: z.string() });
const stoppedSchema = z.object({ stopped: z.string(), interrupted: z.boolean() });

/** A cell that ended. */
export interface EndedCell {
  readonly cell: string;
  readonly status: Status;
  readonly ms: number;
  readonly reason?: string;
  /** Set where a signal of unknown cause ended it: it is no answer. */
  readonly endedBy?: string;
}
/** A task that began. */
export type Began = z.infer<typeof beganSchema>;
/** A task that could not begin, and the sentence why. */
export type Refused = z.infer<typeof refusedSchema>;
/** A task that came to its end or was told to stop. */
export type Stopped = z.infer<typeof stoppedSchema>;

/** The few lines of a task that are not about a cell. */
const otherSchema = z.union([beganSchema, refusedSchema, stoppedSchema]);
type Line = EndedCell | z.infer<typeof otherSchema>;

/** What is known of one start of a task. */
export interface Start {
  readonly began: Began | undefined;
  readonly refused: Refused | undefined;
  readonly stopped: Stopped | undefined;
  readonly cells: readonly EndedCell[];
  /** When it was last heard of, by the clock of the file server, in milliseconds. */
  readonly heardOf: number;
}

/** How often a running task reports. */
const heartbeatMs = 20_000;

/** Where a task says how its cells end. */
export class ProgressFile {
  readonly #file: number;
  readonly #heartbeat: NodeJS.Timeout;

  /** @param writer the task's name among the writers of records */
  constructor(sweepFolder: string, writer: string) {
    const folder = join(sweepFolder, 'progress');
    mkdirSync(folder, { recursive: true });
    this.#file = openNext(folder, writer);
    this.#heartbeat = setInterval(() => futimesSync(this.#file, new Date(), new Date()), heartbeatMs).unref();
  }

  write(line: Line): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  ended({ identity, status, reason, run }: CellRecord): void {
    const why = reason === null ? {} : { reason };
    const endedBy = run.endedBy === undefined ? {} : { endedBy: run.endedBy };
    this.write({ cell: identity.cellId, status, ms: run.durationMs, ...why, ...endedBy });
  }

  close(): void {
    clearInterval(this.#heartbeat);
    closeSync(this.#file);
  }
}

/** Makes the file of this start; no two starts get the same. */
function openNext(folder: string, writer: string): number {
  for (let start = 1; ; start++) {
    try {
      return openSync(join(folder, `${writer}.${start}.jsonl`), 'ax');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** What the starts of all tasks say, by writer, in the order of the starts. A line that a kill left unfinished says nothing. */
export function readProgress(sweepFolder: string): ReadonlyMap<string, readonly Start[]> {
  const folder = join(sweepFolder, 'progress');
  const starts = new Map<string, Start[]>();
  if (!existsSync(folder)) return starts;
  const files = readdirSync(folder).flatMap((name) => {
    const match = /^(.+)\.(\d+)\.jsonl$/.exec(name);
    return match === null ? [] : [{ name, writer: match[1] ?? '', number: Number(match[2]) }];
  });
  for (const { name, writer } of files.sort((a, b) => a.number - b.number)) {
    const own = starts.get(writer) ?? [];
    const path = join(folder, name);
    own.push(startOf(readFileSync(path, 'utf8'), statSync(path).mtimeMs));
    starts.set(writer, own);
  }
  return starts;
}

function startOf(text: string, heardOf: number): Start {
  const start = {
    began: undefined as Began | undefined,
    refused: undefined as Refused | undefined,
    stopped: undefined as Stopped | undefined,
    cells: [] as EndedCell[],
    heardOf,
  };
  for (const word of text.split('\n')) {
    const line = parsed(word);
    if (line === undefined) continue;
    if ('cell' in line) start.cells.push(line);
    else if ('began' in line) start.began = line;
    else if ('refused' in line) start.refused = line;
    else start.stopped = line;
  }
  return start;
}

function parsed(word: string): Line | undefined {
  if (word === '') return undefined;
  try {
    const line: unknown = JSON.parse(word);
    if (isEnded(line)) return line;
    const result = otherSchema.safeParse(line);
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

const knownStatuses: ReadonlySet<unknown> = new Set(statuses);

/** Looked at by hand: there is one for each of perhaps 100,000 cells, and a schema takes twenty times as long. */
function isEnded(line: unknown): line is EndedCell {
  if (typeof line !== 'object' || line === null) return false;
  const { cell, status, ms, reason = '', endedBy = '' } = line as Partial<Record<keyof EndedCell, unknown>>;
  return (
    typeof cell === 'string' &&
    knownStatuses.has(status) &&
    typeof ms === 'number' &&
    typeof reason === 'string' &&
    typeof endedBy === 'string'
  );
}
