import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a lock. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process started, in the kernel's count; tells it from a later process with the same number. Null where there is no /proc. */
  readonly started: string | null;
}

/** A lock whose holder cannot be looked up is dead after this silence of its heartbeat. */
const silenceMs = 15 * 60_000;
/** A lock without a holder's name is being written, or its writer was killed while writing; an old one has no holder. */
const writingMs = 2000;

/** This process. */
export function ownHolder(): Holder {
  return { host: hostname(), pid: process.pid, started: startOf(process.pid) };
}

/** Writes a lock that is not there yet. @throws EEXIST when it is */
export function writeHolder(path: string, holder: Holder): void {
  const file = openSync(path, 'wx');
  try {
    writeSync(file, JSON.stringify(holder));
  } finally {
    closeSync(file);
  }
}

/** Who holds a lock; `gone` where there is none, `nobody` where the file names no process. */
export function readHolder(path: string): Holder | 'gone' | 'nobody' {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isHolder(value) ? value : 'nobody';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'nobody';
  }
}

/** Whether two locks are held by the same process. */
export function sameHolder(a: Holder, b: Holder | 'gone' | 'nobody'): boolean {
  return typeof b === 'object' && a.host === b.host && a.pid === b.pid && a.started === b.started;
}

/**
 * Whether a lock's process is gone. On this machine it is looked up; its heartbeat decides for other machines, and where a start that would tell
 * a process from a later one of the same number is not known.
 */
export function isDead(holder: Holder | 'nobody', path: string): boolean {
  const silent = Date.now() - modified(path);
  if (holder === 'nobody') return silent > writingMs;
  if (holder.host !== hostname()) return silent > silenceMs;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  const started = startOf(holder.pid);
  return holder.started === null || started === null ? silent > silenceMs : started !== holder.started;
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const { host, pid, started } = value as Record<string, unknown>;
  const isStart = started === null || typeof started === 'string';
  return (
    typeof host === 'string' && typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 && isStart
  );
}

function modified(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return Date.now();
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
