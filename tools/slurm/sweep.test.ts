import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { checkRecord, stableDigest } from '@longhorizon/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf } from '../bootstrap/bundle.mjs';
import { type Cluster, killTask, startCluster, whyNoCluster } from './cluster.ts';

const problem = whyNoCluster();
// Said in the report of the tests: a cluster that could not be had is no proof.
const title =
  problem === undefined ? 'a sweep on a real Slurm' : `a sweep on a real Slurm (not run: ${problem})`;

describe.skipIf(problem !== undefined)(title, () => {
  let folder: string;
  let out: string;
  let cluster: Cluster;
  let program: string;
  beforeAll(async () => {
    // Every task is a process of its own; from a bundle it starts in a fraction of the time.
    const bundle = await bundleOf(join(import.meta.dirname, '../..'), 'tools/slurm/fixture/bench.ts');
    expect(bundle).toBeDefined();
    program = bundle ?? '';
    folder = mkdtempSync(join(tmpdir(), 'longhorizon-slurm-'));
    out = join(folder, 'sweep');
    cluster = await startCluster(join(folder, 'cluster'));
  }, 60_000);
  afterAll(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const run = (command: string, ...words: readonly string[]): string =>
    execFileSync(command, [...words], {
      env: { ...process.env, ...cluster.environment },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const bench = (...words: readonly string[]): string => run(process.execPath, program, ...words);
  /** Array index and state of the tasks that wait or run. */
  const queue = (): readonly (readonly [string, string])[] =>
    run('squeue', '-h', '-r', '-o', '%K|%T')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('|') as [string, string]);
  const recordFiles = (): readonly string[] =>
    existsSync(join(out, 'records')) ? readdirSync(join(out, 'records')) : [];
  /** A task that is at work and has a record already. */
  const working = async (): Promise<string> => {
    for (;;) {
      const found = queue().find(
        ([index, state]) =>
          state === 'RUNNING' &&
          recordFiles().some(
            (name) =>
              name.startsWith(`r1-t${index.padStart(4, '0')}.`) &&
              statSync(join(out, 'records', name)).size > 0,
          ),
      );
      if (found !== undefined) return found[0];
      await setTimeout(50);
    }
  };
  /** What a task that is over said last: that it was told to stop, that it came to its end, or nothing. */
  const lastWord = (index: string): 'stopped' | 'ended' | undefined => {
    const [name] = readdirSync(join(out, 'progress')).filter((file) =>
      file.startsWith(`r1-t${index.padStart(4, '0')}.`),
    );
    const said = readFileSync(join(out, 'progress', name!), 'utf8');
    if (said.includes('"interrupted":true')) return 'stopped';
    return said.includes('"interrupted":') ? 'ended' : undefined;
  };
  /** Ends a task at work. One that came to its end by itself before that has another last word: then it is the next one's turn. */
  const endAtWork = async (end: (index: string) => void, word?: 'stopped'): Promise<void> => {
    for (;;) {
      const index = await working();
      end(index);
      await until(() => queue().every(([one]) => one !== index));
      if (lastWord(index) === word) return;
    }
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await setTimeout(200);
  };
  /** Until nothing waits or runs. What was requeued after a lost node waits two minutes by Slurm's own rule, unless it is told to start. */
  const untilIdle = async (): Promise<void> => {
    while (queue().length > 0) {
      for (const line of run('squeue', '-h', '-r', '-o', '%A|%r').split('\n')) {
        const [job = '', reason] = line.split('|');
        if (reason === 'BeginTime') run('scontrol', 'update', `JobId=${job}`, 'StartTime=now');
      }
      await setTimeout(500);
    }
  };
  const digests = (text: string): readonly string[] =>
    text
      .trim()
      .split('\n')
      .map((line) => {
        const checked = checkRecord(JSON.parse(line));
        if (!checked.ok) throw new Error(checked.problems.join('; '));
        return `${checked.value.identity.cellId} ${stableDigest(checked.value)}`;
      })
      .sort();

  it('has the records of a run on one machine, though tasks and a node were killed in the middle', async () => {
    const planned = bench('sweep', '--out', out, '--tasks', '20', '--cpus', '1');
    expect(planned).toMatch(/Round 1: 200 cells in 20 tasks/);
    expect(bench('sweep', 'status', out)).toMatch(/waiting|running/);

    // One task is killed without a word, one is cancelled while it waits, one while it runs, and one node falls with what it runs.
    await endAtWork((index) => killTask(Number(index)));
    const job = run('squeue', '-h', '-o', '%F').split('\n')[0];
    run('scancel', `${job}_20`);
    await until(() => recordFiles().length >= 5);
    await endAtWork((index) => run('scancel', `${job}_${index}`), 'stopped');
    await until(() => recordFiles().length >= 8);
    await cluster.stopNode('n2');
    await until(() => recordFiles().length >= 10);
    await cluster.startNode('n2');
    await untilIdle();

    const status = bench('sweep', 'status', out);
    // Slurm itself keeps no memory of a task that was cancelled before it began.
    expect(status).toContain('Slurm has forgotten it: its program never began');
    expect(status).toMatch(/FAILED.*: it ended in the middle/);
    expect(status).toMatch(/CANCELLED.*: it was told to stop/);
    const missing = Number(/missing +(\d+)/.exec(status)?.[1]);
    expect(missing).toBeGreaterThanOrEqual(10);
    expect(missing).toBeLessThan(60);

    expect(bench('sweep', 'resume', out, '--tasks', '4')).toContain(`Round 2: ${missing} cells in 4 tasks`);
    await untilIdle();
    expect(bench('sweep', 'status', out)).toContain('Nothing is left to run');
    expect(bench('sweep', 'collect', out)).toContain('of 200 cells');

    const alone = join(folder, 'alone');
    bench('--out', alone, '--no-site');
    bench('gather', alone, '--format', 'jsonl', '--out', join(folder, 'tables'));
    const collected = digests(readFileSync(join(out, 'collected.jsonl'), 'utf8'));
    const uninterrupted = digests(readFileSync(join(folder, 'tables', 'records.jsonl'), 'utf8'));
    expect(uninterrupted).toHaveLength(200);
    expect([...new Set(collected)]).toEqual(uninterrupted);
  }, 600_000);
});
