import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Shard } from '../cell/shard.ts';
import { UsageError } from '../errors.ts';

/** Who holds a lock. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process started, in the kernel's count; tells it from a later process with the same number. */
  readonly started: string | null;
}

const heartbeatMs = 30_000;
/** A lock from another machine, whose processes cannot be looked up, is dead after this silence. */
const silenceMs = 15 * 60_000;

/**
 * Holds a folder for one run. Shards of one split may share a folder, because their cells do not overlap; any
 * other two runs may not. The lock of a process that is gone (killed, crashed) is taken over at once.
 *
 * @returns gives the lock back
 * @throws UsageError naming the process that holds the folder
 */
export function lockFolder(folder: string, shard: Shard): () => void {
  const locks = join(folder, '.locks');
  const own = `shard-${shard.index}-of-${shard.count}.json`;
  const path = join(locks, own);
  mkdirSync(locks, { recursive: true });
  for (const name of readdirSync(locks)) refuseIfAlive(folder, join(locks, name), overlaps(name, own, shard));
  try {
    writeHolder(path);
    // Two runs may both have looked before either wrote: whoever now sees the other gives way.
    for (const name of readdirSync(locks)) {
      if (name !== own) refuseIfAlive(folder, join(locks, name), overlaps(name, own, shard));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') refuseIfAlive(folder, path, true);
    else rmSync(path, { force: true });
    throw error;
  }
  const heartbeat = setInterval(() => utimesSync(path, new Date(), new Date()), heartbeatMs).unref();
  return () => {
    clearInterval(heartbeat);
    rmSync(path, { force: true });
  };
}

/** Whether two shards have cells in common: all do, except two different ones of the same split. */
function overlaps(name: string, own: string, shard: Shard): boolean {
  return name === own || !name.endsWith(`-of-${shard.count}.json`);
}

/** Removes a dead lock; refuses a living one that overlaps. */
function refuseIfAlive(folder: string, path: string, overlapping: boolean): void {
  const holder = readHolder(path);
  if (holder === undefined) return;
  if (isGone(holder, path)) {
    removeStale(path, holder);
  } else if (overlapping) {
    throw new UsageError(
      `Another run (process ${holder.pid} on ${holder.host}) is writing to ${folder}. ` +
        'Wait for it, give another folder with --out, or split the work with --shard i/n.',
    );
  }
}

function writeHolder(path: string): void {
  const holder: Holder = { host: hostname(), pid: process.pid, started: startOf(process.pid) };
  const file = openSync(path, 'wx');
  try {
    writeSync(file, JSON.stringify(holder));
  } finally {
    closeSync(file);
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    // Empty or torn: its writer was killed while writing. Old enough to be sure, it is nobody's.
    return { host: hostname(), pid: -1, started: null };
  }
}

function isGone(holder: Holder, path: string): boolean {
  if (holder.host !== hostname()) return Date.now() - modified(path) > silenceMs;
  if (holder.pid < 0) return Date.now() - modified(path) > 2000;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return holder.started !== null && startOf(holder.pid) !== holder.started;
}

function modified(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return Date.now();
  }
}

/** Moves the lock aside first: if somebody has taken it over in the meantime, theirs is put back. */
function removeStale(path: string, holder: Holder): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
    const moved = readHolder(aside);
    if (moved !== undefined && moved.pid !== holder.pid) renameSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** The start of a process in clock ticks since the machine started; null where there is no /proc. */
function startOf(pid: number): string | null {
  try {
    // The second field is the command in parentheses and may hold spaces; the start is field 22.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[19] ?? null;
  } catch {
    return null;
  }
}
