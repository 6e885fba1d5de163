import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodeOf, UsageError } from '../command-line.ts';
import { stableDigest } from '../record/stable.ts';
import { fixtureRunCell } from '../run/fixture/cells.ts';
import { readRecords } from '../store/read.ts';
import { FakeSlurm } from '../sweep/fixture/fake-slurm.ts';
import { SweepFolder } from '../sweep/layout.ts';
import { benchCommand } from './bench-command.ts';
import type { BenchDefinition } from './definition.ts';
import { fixtureDefinition } from './fixture/definition.ts';

let folder: string;
let out: string;
let slurm: FakeSlurm;
const path = process.env.PATH;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harness-sweep-'));
  out = join(folder, 'shared');
  slurm = new FakeSlurm(join(folder, 'bin'));
  slurm.answer('sbatch', '17\n');
  slurm.answer('sacct', 'Slurm accounting storage is disabled', 1);
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = undefined;
});

async function bench(
  words: string | readonly string[],
  change: Partial<BenchDefinition> = {},
): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const command = benchCommand({
    ...fixtureDefinition,
    output: { write: (text) => (said.out += text) },
    errors: { write: (text) => (said.err += text) },
    ...change,
  });
  const sweep = command.commands.find((one) => one.name() === 'sweep');
  for (const each of [command, ...command.commands, ...(sweep?.commands ?? [])]) each.exitOverride();
  try {
    const list = typeof words === 'string' ? words.split(' ').filter(Boolean) : words;
    await command.parseAsync([...list], { from: 'user' });
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('commander.') !== true) throw error;
    return { code: exitCodeOf(error), ...said };
  }
  return { code: Number(process.exitCode ?? 0), ...said };
}

const plan = (more = ''): Promise<{ code: number; out: string; err: string }> =>
  bench(`sweep --suite fixture --out ${out} --tasks 4 ${more}`);
/** States of the four tasks as squeue says them. */
const queue = (...states: readonly string[]): void =>
  slurm.answer('squeue', states.map((state, index) => `${index + 1}|${state}|None\n`).join(''));
const contents = (paths: readonly string[]): readonly string[] =>
  readRecords(paths).records.map(stableDigest).sort();

describe('bench sweep', () => {
  it('runs all cells as tasks, and what is collected equals a run on one machine', async () => {
    const planned = await plan('--partition gpu --gpus a100:1 --cpus 4 --engine-option=--qos=long');
    expect(planned.err).toBe('');
    expect(planned.out).toMatch(/Round 1: 16 cells in 4 tasks/);
    expect(planned.out).toContain('Slurm has it as job 17.');
    const script = readFileSync(join(out, 'rounds/1/r1-a1.sbatch'), 'utf8');
    for (const option of [
      'array=1-4',
      'partition=gpu',
      'gpus-per-task=a100:1',
      'cpus-per-task=4',
      'qos=long',
    ])
      expect(script).toContain(`#SBATCH --${option}\n`);
    expect(() => execFileSync('sh', ['-n', join(out, 'rounds/1/r1-a1.sbatch')])).not.toThrow();

    queue('PENDING', 'PENDING', 'PENDING', 'PENDING');
    const before = await bench(`sweep status ${out}`);
    expect(before.out).toMatch(/waiting +16 +4 tasks/);
    expect(before.out).toContain('Waiting: 4 × PENDING');

    for (const task of [1, 2, 3, 4]) expect((await bench(`sweep task ${out} 1 ${task}`)).code).toBe(0);
    queue('COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED');
    const after = await bench(`sweep status ${out}`);
    expect(after.out).toMatch(/done +16 +8 ok, 4 out of memory, 4 diverged/);
    expect(after.out).toContain('4 × out of memory: needs 2 GiB');
    expect(after.out).toContain('runs 4 cells again: 4 out of memory, with more of it.');

    const collected = await bench(`sweep collect ${out}`);
    expect(collected.out).toContain(`16 records of 16 cells in ${join(out, 'collected.jsonl')}.`);
    const alone = join(folder, 'alone');
    await bench(`--suite fixture --no-site --out ${alone}`);
    expect(contents([join(out, 'collected.jsonl')])).toEqual(contents([alone]));
    expect((await bench(`show ${out}`)).out).toContain('fine');
  });

  it('hands the variables of its options to tasks on any machine, which record them', async () => {
    const mood = { flags: '--mood <word>', description: 'how', choices: ['calm', 'bold'] };
    const change: Partial<BenchDefinition> = {
      environmentOptions: [{ ...mood, variable: 'FIXTURE_SETTING' }],
      variablesOf: () => ({ FIXTURE_SETTING: process.env.FIXTURE_SETTING ?? 'none' }),
    };
    try {
      await bench(`sweep --suite fixture --out ${out} --tasks 4 --mood bold`, change);
      // The tasks' machine knows nothing of it, or has another.
      for (const [task, own] of ['', 'calm', '', ''].entries()) {
        process.env.FIXTURE_SETTING = own;
        expect((await bench(`sweep task ${out} 1 ${task + 1}`, change)).code).toBe(0);
      }
      const { records } = readRecords([out]);
      const found = records.map(({ environment, details }) => [
        environment.stable.variables?.FIXTURE_SETTING,
        details?.setting ?? 'bold',
      ]);
      expect(found).toEqual(Array(16).fill(['bold', 'bold']));
      expect(records.filter(({ details }) => details?.setting === 'bold').length).toBe(4);
      expect((await bench(`sweep --out ${out}-2 --mood odd`, change).catch(String)).toString()).toContain(
        '--mood odd: known are calm and bold.',
      );
    } finally {
      delete process.env.FIXTURE_SETTING;
    }
  });

  it('goes on with what a lost task left, and gives more memory once', async () => {
    await plan();
    for (const task of [1, 2, 3]) await bench(`sweep task ${out} 1 ${task}`);
    queue('COMPLETED', 'COMPLETED', 'COMPLETED', 'NODE_FAIL');
    const lost = new SweepFolder(out).cellsOf(1)[3]?.length;
    const status = await bench(`sweep status ${out}`);
    expect(status.out).toMatch(new RegExp(`missing +${lost} `));
    expect(status.out).toContain('1 × NODE_FAIL: its program never began.');
    expect((await bench(`sweep resume ${out} --dry-run`)).out).toContain('Nothing was written or submitted.');

    slurm.answer('sbatch', '18\n');
    const resumed = await bench(`sweep resume ${out} --tasks 1`);
    expect(resumed.err).toBe('');
    const round = new SweepFolder(out).rounds()[1];
    const kinds = round?.tasks.map(({ memoryFactor, cells }) => [memoryFactor, cells]).sort();
    const more = readRecords([out]).records.filter(({ status: how }) => how === 'oom').length;
    expect(kinds).toEqual([
      [1, lost],
      [2, more],
    ]);
    const [first, second] = round?.arrays ?? [];
    expect([first?.memoryMiB, second?.memoryMiB].sort()).toEqual([2048, 4096]);
    for (const { number } of round?.tasks ?? []) await bench(`sweep task ${out} 2 ${number}`);
    queue('COMPLETED', 'COMPLETED', 'COMPLETED', 'NODE_FAIL');
    const again = await bench(`sweep resume ${out}`);
    // Of the cells of task 4 those that were out of memory had no more of it yet.
    const once = 4 - more;
    expect(again.out).toContain(once > 0 ? `Round 3: ${once} cell` : 'Nothing is missing');
  });

  it('finishes a task that was ended in the middle, without measuring anything twice', async () => {
    await plan();
    const ids = new SweepFolder(out).cellsOf(1)[0] ?? [];
    let count = 0;
    await bench(`sweep task ${out} 1 1`, {
      runCell: (...all) => {
        if (++count === 2) process.emit('SIGTERM');
        return fixtureRunCell(...all);
      },
    });
    expect(process.exitCode).toBe(143);
    const first = readRecords([out]).records.length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(ids.length);
    // A power cut in the middle of a line.
    appendFileSync(join(out, 'records/r1-t0001.1.jsonl'), '{"schemaVersion":2,"ki');
    queue('PENDING', 'RUNNING', 'RUNNING', 'RUNNING');
    const again = await bench(`sweep task ${out} 1 1`);
    expect(again.out).toContain(`${first} had a result, ${ids.length - first} ran.`);
    const { records, rejected } = readRecords([out]);
    expect(records.map(({ identity }) => identity.cellId).sort()).toEqual([...ids].sort());
    expect(rejected.map(({ path: place }) => place)).toEqual([join(out, 'records/r1-t0001.1.jsonl:2')]);
    expect(readdirSync(join(out, 'records')).sort()).toEqual(['r1-t0001.1.jsonl', 'r1-t0001.2.jsonl']);
    const status = await bench(`sweep status ${out}`);
    expect(status.out).toContain(`r1-t0002: 0 of`);
    expect(status.out).toContain('left with 3 tasks at once');
  });

  it('believes the accounting where there is one, and the queue where it knows more', async () => {
    await plan();
    slurm.answer('sacct', '17_1|TIMEOUT\n17_2|OUT_OF_MEMORY\n17_3|RUNNING\n17_4|PENDING\n');
    slurm.answer('squeue', '3|RUNNING|None\n4|PENDING|Priority\n');
    const { out: said } = await bench(`sweep status ${out}`);
    expect(said).toContain('Waiting: 1 × PENDING (Priority)');
    expect(said).toContain('1 × TIMEOUT: its program never began');
    expect(said).toContain('1 × OUT_OF_MEMORY: its program never began');
    expect(said).toMatch(/running +\d+ +1 task\n/);
  });

  it('leaves to tasks that wait or run what is theirs, and cancels them', async () => {
    await plan();
    queue('RUNNING', 'PENDING', 'PENDING', 'PENDING');
    expect((await bench(`sweep resume ${out}`)).out).toContain('4 tasks waiting or running will bring');
    expect((await bench(`sweep cancel ${out}`)).out).toContain('r1-a1: job 17 is cancelled.');
    expect(slurm.asked('scancel')).toEqual(['17']);
    queue('CANCELLED', 'CANCELLED', 'CANCELLED', 'CANCELLED');
    expect((await bench(`sweep cancel ${out}`)).out).toContain('Nothing of this sweep waits or runs.');
    expect((await bench(`sweep resume ${out}`)).out).toContain('Round 2: 16 cells');
  });

  it('names what two machines do not agree on', async () => {
    await plan();
    await bench(`sweep task ${out} 1 1`);
    const file = join(out, 'records/r1-t0001.1.jsonl');
    const own = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const one = own.find((record) => record.status === 'ok' && record.memory !== undefined);
    const other = join(folder, 'other.jsonl');
    const later = { ...one, run: { ...one.run, startedAt: '2036-01-01T00:00:00.000Z' } };
    const wrong = { ...later, memory: { ...one.memory, peakBytes: one.memory.peakBytes + 4 } };
    writeFileSync(other, `${JSON.stringify(later)}\n`);
    expect((await bench(`sweep collect ${out} ${other}`)).code).toBe(0);
    writeFileSync(other, `${JSON.stringify(wrong)}\n`);
    const { code, err, out: said } = await bench(`sweep collect ${out} ${other}`);
    expect(code).toBe(1);
    expect(said).toContain(`${own.length + 1} records of ${own.length} cells`);
    expect(err).toContain('1 cell answered twice');
    expect(err).toContain(`${other}:1`);
  });

  it('answers what is wrong on a node with a sentence, which the status repeats', async () => {
    await plan();
    const otherCode = await bench(`sweep task ${out} 1 1`, { codeHash: 'changed' });
    expect(otherCode).toMatchObject({ code: 2 });
    expect(otherCode.err).toContain('all nodes need the very same copy');
    expect((await bench(`sweep resume ${out}`, { codeHash: 'changed' })).err).toContain(
      'has changed since the sweep began',
    );
    expect((await bench(`sweep task ${out} 1 1`)).code).toBe(0);
    const adapter = {
      ...{ vendor: 'v', architecture: 'a', device: 'd', description: 'another GPU' },
      ...{ isFallback: false, features: [], limits: {}, toggles: [] },
    };
    const otherDevice = await bench(`sweep task ${out} 1 2`, { describeAdapter: async () => adapter });
    expect(otherDevice.err).toContain('This node has another GPU beside');
    expect(otherDevice.err).toContain('--constraint');
    queue('COMPLETED', 'FAILED', 'FAILED', 'FAILED');
    expect((await bench(`sweep status ${out}`)).out).toContain('1 × This node has another GPU');
    const noAdapter = async () => {
      throw new UsageError('There is no WebGPU adapter: the node has no Vulkan driver.');
    };
    expect((await bench(`sweep task ${out} 1 3`, { describeAdapter: noAdapter })).code).toBe(2);
    const ahead = { began: '2036-01-01T00:00:00Z', node: 'n7', device: 'another', clockSeconds: 90.2 };
    writeFileSync(join(out, 'progress/r1-t0004.1.jsonl'), `${JSON.stringify(ahead)}\n`);
    const status = (await bench(`sweep status ${out}`)).out;
    expect(status).toContain('1 × There is no WebGPU adapter: the node has no Vulkan driver. (on ');
    expect(status).toContain('1 × n7: 90 s ahead');
    const fewer = { suites: fixtureDefinition.suites.slice(1) };
    expect((await bench(`sweep task ${out} 1 2`, fewer)).err).toMatch(/fixture/);
    expect((await bench(`sweep task ${out} 1 9`)).err).toContain('has no task 9');
    expect((await bench(`sweep status ${join(folder, 'nowhere')}`)).err).toContain('There is no sweep in');
  });

  it('keeps nothing of a sweep that the cluster refuses, in the cluster’s words', async () => {
    slurm.answer('sbatch', 'sbatch: error: invalid partition specified: gpuu', 1);
    const refused = await plan('--partition gpuu');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain('Slurm refused');
    expect(refused.err).toContain('invalid partition specified: gpuu');
    expect(existsSync(join(out, 'sweep.json'))).toBe(false);
    slurm.answer('sbatch', '19\n');
    expect((await plan()).code).toBe(0);
    expect((await plan()).err).toContain('There is a sweep in');
  });

  it('says where there is no Slurm, and refuses what an engine does not take', async () => {
    process.env.PATH = join(folder, 'empty');
    expect((await plan()).err).toContain('There is no sbatch here');
    process.env.PATH = path;
    expect((await plan('--engine parallel --partition x')).err).toContain('takes no --partition');
    expect((await plan('--engine kubernetes')).err).toContain('needs --image');
    expect((await plan('--task-minutes 5')).err).toContain('give one of them');
    expect((await bench('sweep --suite fixture')).err).toContain('A sweep needs --out');
    expect((await plan('--cpus none')).err).toContain('--cpus none');
  });

  it('writes commands that a shell runs', async () => {
    const place = join(folder, "it's a folder");
    const words = ['sweep', '--suite', 'fixture', '--tasks', '2', '--engine', 'parallel', '--out', place];
    const said = await bench(words, { taskCommand: ['echo', 'a $word'] });
    expect(said.out).toContain('parallel --jobs 1 --sshloginfile HOSTS');
    const [first = '', second = ''] = readFileSync(join(place, 'rounds/1/r1-a1.commands'), 'utf8').split(
      '\n',
    );
    const printed = (line: string): string => execFileSync('sh', ['-c', line], { encoding: 'utf8' });
    expect(printed(first)).toBe(`a $word sweep task ${place} 1 1\n`);
    expect(printed(second)).toBe(`a $word sweep task ${place} 1 2\n`);
    expect((await bench(['sweep', 'status', place])).out).toMatch(/waiting +16 +2 tasks/);
    expect((await bench(['sweep', 'cancel', place])).err).toContain('ctrl-C there ends its commands');
  });
});
