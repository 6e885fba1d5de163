import { linkSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Shard } from '../cell/shard.ts';
import { RunError, UsageError } from '../errors.ts';
import { type Holder, isDead, ownHolder, readHolder, sameHolder, writeHolder } from './holder.ts';

const heartbeatMs = 30_000;
/** As often as a lock may turn out to be dead, or be taken by another run that then gives way, before this one gives up. */
const mostTries = 5;

/** A folder held for one run. */
export interface Lock {
  /** @throws RunError when the lock is no longer this run's: the folder was removed, or its locks were */
  check(): void;
  /** Gives the folder back. A lock that is another's by now stays. */
  release(): void;
}

/**
 * Holds a folder for one run. Shards of one split may share a folder, because their cells do not overlap; any
 * other two runs may not. The lock of a process that is gone (killed, crashed) is taken over at once.
 *
 * @param onLost called when the heartbeat finds that the lock is gone; {@link Lock.check} says why
 * @throws UsageError naming the process that holds the folder
 */
export function lockFolder(folder: string, shard: Shard, onLost: () => void = () => {}): Lock {
  const locks = join(folder, '.locks');
  const own = `shard-${shard.index}-of-${shard.count}.json`;
  const path = join(locks, own);
  const holder = ownHolder();
  mkdirSync(locks, { recursive: true });
  take(folder, own, shard, holder);
  const isOurs = (): boolean => sameHolder(holder, readHolder(path));
  const heartbeat = setInterval(() => {
    try {
      if (!isOurs()) return onLost();
      utimesSync(path, new Date(), new Date());
    } catch {
      onLost();
    }
  }, heartbeatMs).unref();
  const release = (): void => {
    clearInterval(heartbeat);
    process.off('exit', release);
    if (isOurs()) rmSync(path, { force: true });
  };
  // A second ctrl-C ends the process at once, and still leaves no lock.
  process.on('exit', release);
  return {
    check: () => {
      if (isOurs()) return;
      throw new RunError(
        `The lock of this run, ${path}, is gone: somebody removed it or the folder, or the disk was taken away. The run stops, because another ` +
          'may write to the folder now. What is still there is kept, and the same command goes on from there.',
      );
    },
    release,
  };
}

function take(folder: string, own: string, shard: Shard, holder: Holder): void {
  const path = join(folder, '.locks', own);
  for (let tries = 1; ; tries++) {
    lookAround(folder, own, shard, true);
    try {
      writeHolder(path, holder);
      break;
    } catch (error) {
      // Another run was faster; the next look says whether it lives.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries === mostTries) throw error;
    }
  }
  try {
    // Two runs may both have looked before either wrote: one that now sees the other gives way.
    lookAround(folder, own, shard, false);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** Removes dead locks and refuses a living one that overlaps. Other files among the locks are ignored. */
function lookAround(folder: string, own: string, shard: Shard, withOwn: boolean): void {
  const locks = join(folder, '.locks');
  for (const name of readdirSync(locks)) {
    if (!/^shard-\d+-of-\d+\.json$/.test(name) || (name === own && !withOwn)) continue;
    refuseIfAlive(folder, join(locks, name), overlaps(name, own, shard));
  }
}

/** Whether two shards have cells in common: all do, except two different ones of the same split. */
function overlaps(name: string, own: string, shard: Shard): boolean {
  return name === own || !name.endsWith(`-of-${shard.count}.json`);
}

function refuseIfAlive(folder: string, path: string, overlapping: boolean): void {
  const holder = readHolder(path);
  if (holder === 'gone') return;
  if (isDead(holder, path)) {
    removeStale(path, holder);
  } else if (overlapping) {
    const who = holder === 'nobody' ? '' : ` (process ${holder.pid} on ${holder.host})`;
    throw new UsageError(
      `Another run${who} is writing to ${folder}. ` +
        'Wait for it, give another folder with --out, or split the work with --shard i/n.',
    );
  }
}

/** Moves the lock aside first: if another process has taken it over in the meantime, its lock is put back, but never over a third one. */
function removeStale(path: string, holder: Holder | 'nobody'): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
    const moved = readHolder(aside);
    const isTheirs = typeof moved === 'object' && (holder === 'nobody' || !sameHolder(holder, moved));
    if (isTheirs) linkSync(aside, path);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
