import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryKills, saysKilled, saysOutOfMemory } from './evidence.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harness-evidence-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Lays out control groups and reads them. */
function killsWith(membership: string, files: Readonly<Record<string, string>>): number | undefined {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, 'membership'), membership);
  return memoryKills(join(folder, 'membership'), folder);
}

const events = (kills: number) => `low 0\nhigh 3\nmax 12\noom 4\noom_kill ${kills}\noom_group_kill 9\n`;

it('counts kills for memory in the own control group of version 2, and in its root in a container', () => {
  expect(killsWith('0::/user/session\n', { 'user/session/memory.events': events(2) })).toBe(2);
  expect(killsWith('0::/not/seen/here\n', { 'memory.events': events(5) })).toBe(5);
});

it('counts them in version 1', () => {
  const control = 'oom_kill_disable 0\nunder_oom 0\noom_kill 7\n';
  const membership = '5:cpu,cpuacct:/job\n4:memory:/job\n0::/\n';
  expect(killsWith(membership, { 'memory/job/memory.oom_control': control })).toBe(7);
});

it('knows nothing where there is nothing to read', () => {
  expect(killsWith('', {})).toBeUndefined();
  expect(memoryKills(join(folder, 'none'), folder)).toBeUndefined();
});

it('finds a process in the log of the kernel, and no other', () => {
  const log =
    '[12.3] Out of memory: Killed process 4321 (node) total-vm:1kB\n[12.4] Memory cgroup out of memory: Killed process 77 (node)';
  expect([4321, 77, 432, 43210].map((pid) => saysKilled(log, pid))).toEqual([true, true, false, false]);
});

it('reads failed allocations in last words', () => {
  expect(
    saysOutOfMemory('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'),
  ).toBe(true);
  expect(saysOutOfMemory("terminate called after throwing an instance of 'std::bad_alloc'")).toBe(true);
  expect(saysOutOfMemory('a memory of things past')).toBe(false);
});
