import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * How often the kernel has killed a process of this control group for want of memory (cgroup v2 `memory.events`, v1 `memory.oom_control`);
 * undefined where that cannot be read.
 *
 * @param membership which groups this process is in, one a line
 * @param mount where control groups are mounted
 */
export function memoryKills(membership = '/proc/self/cgroup', mount = '/sys/fs/cgroup'): number | undefined {
  const lines = (textOf(membership) ?? '').split('\n').map((line) => line.split(':'));
  // In a container the group's own path may not be visible, and its root is what limits it.
  const files = lines.flatMap(([, controllers = '', path = '']) => {
    if (controllers === '') return [join(mount, path, 'memory.events'), join(mount, 'memory.events')];
    if (!controllers.split(',').includes('memory')) return [];
    return [join(mount, 'memory', path, 'memory.oom_control'), join(mount, 'memory', 'memory.oom_control')];
  });
  for (const file of files) {
    const count = /^oom_kill (\d+)$/m.exec(textOf(file) ?? '')?.[1];
    if (count !== undefined) return Number(count);
  }
  return undefined;
}

/** Whether the kernel's log, where it may be read, says that it killed this process for want of memory. */
export function kernelKilled(pid: number | undefined): boolean {
  if (pid === undefined || process.platform !== 'linux') return false;
  try {
    const log = execFileSync('dmesg', {
      encoding: 'utf8',
      timeout: 2000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return saysKilled(log, pid);
  } catch {
    return false;
  }
}

/** Whether a kernel log names a process as killed for want of memory. */
export function saysKilled(log: string, pid: number): boolean {
  return new RegExp(`[Oo]ut of memory.*[Kk]ill(?:ed)? process ${pid}\\b`).test(log);
}

/** Whether what a process wrote before its end tells of an allocation that failed. */
export function saysOutOfMemory(words: string): boolean {
  return /heap out of memory|bad_alloc|Cannot allocate memory|VK_ERROR_OUT_OF_(?:HOST|DEVICE)_MEMORY/i.test(
    words,
  );
}

/** Whether a process is stopped (SIGSTOP, a debugger); false where there is no /proc. */
export function isStopped(pid: number | undefined): boolean {
  const state = /^.*\) (\S)/s.exec(textOf(`/proc/${pid}/stat`) ?? '')?.[1];
  return state === 'T' || state === 't';
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
