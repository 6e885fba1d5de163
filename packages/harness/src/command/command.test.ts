import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../command-line.ts';
import { UsageError } from '../errors.ts';
import { readRecords } from '../store/read.ts';
import { benchCommand } from './bench-command.ts';
import type { BenchDefinition } from './definition.ts';
import { fixtureDefinition } from './fixture/definition.ts';
import { outputFolderFor } from './output-folder.ts';
import { overheadText } from './run-action.ts';
import { parseChoice, parseNumbers, parseSeeds } from './values.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harness-command-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = undefined;
});

/** Runs a command line in this process. */
async function bench(
  words: string,
  change: Partial<BenchDefinition> = {},
): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const command = benchCommand({
    ...fixtureDefinition,
    outputFolder: folder,
    output: { write: (text) => (out += text) },
    errors: { write: (text) => (err += text) },
    ...change,
  });
  for (const each of [command, ...command.commands]) each.exitOverride();
  try {
    await command.parseAsync(
      words.split(' ').filter((word) => word !== ''),
      { from: 'user' },
    );
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('commander.') !== true) throw error;
    return { code: exitCodeOf(error), out, err };
  }
  return { code: Number(process.exitCode ?? 0), out, err };
}

describe('bench', () => {
  it('runs, says what came of it, and builds the page', async () => {
    const { code, out, err } = await bench('--suite fixture');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('[16/16]');
    expect(out).toMatch(/16 cells: 0 had a result, ran 8 ok, 4 out of memory and 4 diverged\./);
    expect(out).toMatch(/fine +80 B +\+8 B/);
    expect(out).toMatch(/The page is .*index\.html/);
    expect(readFileSync(join(folder, 'site', 'index.html'), 'utf8')).toContain('Nothing here was measured.');
    const again = await bench('--suite fixture');
    expect(again.out).toContain('16 cells: 16 had a result, nothing was left to run.');
    expect(again.out).toMatch(/The page is .*index\.html \(there is nothing new for it\)/);
    const retitled = { site: { ...fixtureDefinition.site, title: 'Another title' } };
    expect((await bench('--suite fixture', retitled)).out).toMatch(/index\.html \(built in /);
    await bench('--suite fixture --no-site --no-resume --method fine');
    expect((await bench('--suite fixture', retitled)).out).toMatch(/index\.html \(built in /);
  });

  it('refuses a folder that the page cannot be written to before it measures anything', async () => {
    const site = join(folder, 'site');
    mkdirSync(site);
    writeFileSync(join(site, 'mine.txt'), 'mine');
    const { code, err } = await bench('--suite fixture');
    expect(code).toBe(2);
    expect(err).toMatch(/The page cannot be written to .*site: it is not empty/);
    expect(existsSync(join(folder, 'records'))).toBe(false);
    expect((await bench('--suite fixture --no-site --method fine')).code).toBe(0);
    rmSync(join(site, 'mine.txt'));
    expect((await bench('--suite fixture --method fine')).code).toBe(0);
    writeFileSync(join(site, 'methods', 'slow.html'), 'mine');
    const before = readRecords([folder]).records.length;
    const taken = await bench('--suite fixture');
    expect(taken.code).toBe(2);
    expect(taken.err).toMatch(/methods.slow\.html was not written by this program/);
    expect(readRecords([folder]).records).toHaveLength(before);
  });

  it('replaces a page that an earlier version built', async () => {
    await bench('--suite fixture --method fine');
    const site = join(folder, 'site');
    rmSync(join(site, 'built-from.json'));
    // What earlier versions did not write.
    for (const later of ['problems', 'pictures', 'data/records.jsonl.gz'])
      rmSync(join(site, later), { recursive: true, force: true });
    writeFileSync(join(site, 'built-from.txt'), `${'a1'.repeat(32)}\n`);
    writeFileSync(join(site, 'mine.txt'), 'mine');
    const { code, out } = await bench('--suite fixture');
    expect(code).toBe(0);
    expect(out).toMatch(/index\.html \(built in /);
    expect(existsSync(join(site, 'built-from.txt'))).toBe(false);
    expect(readFileSync(join(site, 'mine.txt'), 'utf8')).toBe('mine');
  });

  it('measures again, and again only what is asked for', async () => {
    await bench('--suite fixture --no-site');
    expect((await bench('--suite fixture --no-site --no-resume --method fine')).out).toContain(
      '0 had a result, ran 4 ok',
    );
    expect((await bench('--suite fixture --no-site --retry oom')).out).toContain(
      '12 had a result, ran 4 out of memory',
    );
    expect(readRecords([folder]).records).toHaveLength(24);
  });

  it('ends with code 1 when a cell failed in a way nobody foresaw', async () => {
    const { code, out } = await bench('--suite broken --no-site');
    expect(code).toBe(1);
    expect(out).toContain('4 cells failed:');
    expect(out).toContain('the fixture fails');
    expect(out).toContain('4 failed: --retry error runs these cells again.');
  });

  it('selects by every axis', async () => {
    const { out } = await bench(
      '--suite fixture --dry-run --method fine,slow --horizon 7 --dim 50 --seeds 3..3 --pass gradient',
    );
    expect(out.match(/to run {7}fixture\/nothing (fine|slow) T=7 p=50 seed=3/g)).toHaveLength(2);
    expect(out).toContain('2 cells, 2 without an answer');
    expect(existsSync(join(folder, 'records'))).toBe(false);
    const id = /^[0-9a-f]{12}/.exec(out)?.[0] ?? '';
    expect(
      (await bench(`--suite fixture --dry-run --horizon 7 --dim 50 --seeds 3..3 --cell ${id}`)).out,
    ).toContain('1 cell,');
  });

  it('marks in a dry run what has a record', async () => {
    await bench('--suite fixture --no-site --method diverging');
    const { out } = await bench('--suite fixture --dry-run');
    expect(out.match(/ diverged /g)).toHaveLength(4);
    expect(out).toContain('16 cells, 12 without an answer');
    const retried = await bench('--suite fixture --dry-run --retry diverged');
    expect(retried.out.match(/ to run .*\(again; it was diverged\)/g)).toHaveLength(4);
    const changed = await bench('--suite fixture --dry-run', { codeHash: 'changed since' });
    expect(changed.out.match(/ to run .*\(again; the record is of other code/g)).toHaveLength(4);
    expect(changed.out).toContain('16 cells, 16 without an answer');
  });

  it('splits the work, and leaves the page to whoever has it all', async () => {
    const first = await bench('--suite fixture --shard 1/2');
    const second = await bench('--suite fixture --shard 2/2');
    expect(first.out + second.out).not.toContain('The page is');
    expect(readRecords([folder]).records).toHaveLength(16);
  });

  it.each([
    ['--suite nothing', 'There is no suite nothing. Known are broken and fixture.'],
    [
      '--suite fixture --method maml,fine',
      'There is no method maml. Known are diverging, fine, out-of-memory and slow.',
    ],
    ['--profile slow', 'There is no profile slow. Known are brief, full and quick.'],
    ['--suite fixture --dim 51', 'fixture/nothing has no dimension 51: possible are 1 to 50.'],
    ['--horizon 1,ten', '--horizon 1,ten: ten is no whole number from 0.'],
    ['--seeds 3..1', '--seeds 3..1: write a count (5)'],
    ['--shard 3/2', '--shard 3/2: write i/n'],
    ['--seeds 1000000000 --dry-run', '1,000,000,000 seeds, and at most 10,000 run at a time'],
    ['--seeds 0..4294967296', '4,294,967,297 seeds, and at most 10,000'],
    ['--seeds 9007199254740993..9007199254740993', 'is above 2^53 − 1'],
    ['--horizon 0x10', '0x10 is no whole number from 0'],
    ['--horizon 1e16', '1e16 is above 2^53 − 1'],
    ['--jobs 0 --dry-run', '--jobs 0: write a whole number from 1'],
    ['--jobs NaN --dry-run', '--jobs NaN: write a whole number from 1'],
    ['--retry never', '--retry never: known are ok, unsupported, oom'],
    ['--out /proc/self/nowhere', 'cannot be written'],
  ])('answers %s with a sentence', async (words, message) => {
    const { code, err } = await bench(words);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  it('an option of the definition sets its variable, and names its choices', async () => {
    const mood = {
      flags: '--mood <word>',
      description: 'how',
      variable: 'HARNESS_MOOD',
      choices: ['calm', 'bold', 'sad'],
    };
    try {
      const { code } = await bench('--mood bold --dry-run', { environmentOptions: [mood] });
      expect([code, process.env.HARNESS_MOOD]).toEqual([0, 'bold']);
      await expect(bench('--mood odd --dry-run', { environmentOptions: [mood] })).rejects.toThrow(
        new UsageError('--mood odd: known are calm, bold and sad.'),
      );
    } finally {
      delete process.env.HARNESS_MOOD;
    }
  });

  it('refuses an unknown adapter before anything is measured', async () => {
    const describeAdapter = async (name: string | undefined) => {
      throw new UsageError(`There is no adapter ${name}. Known are hardware and software.`);
    };
    const { code, err } = await bench('--adapter quantum', { describeAdapter });
    expect([code, err]).toEqual([
      2,
      'bench: There is no adapter quantum. Known are hardware and software.\n',
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('documents every option', async () => {
    const { code, out } = await bench('--help');
    expect(code).toBe(0);
    for (const option of [
      'suite',
      'problem',
      'method',
      'pass',
      'horizon',
      'dim',
      'seeds',
      'cell',
      'profile',
      'adapter',
      'out',
      'resume',
      'no-resume',
      'retry',
      'shard',
      'isolation',
      'dry-run',
      'no-site',
    ]) {
      expect(out).toMatch(new RegExp(`--${option}\\b.*\\s+\\S`));
    }
    expect(out).toContain('gather');
    expect(out).toContain('Examples:');
    expect(out).not.toContain('serve');
    expect(out).toContain('bench --method fine --dry-run');
  });

  it.each([
    ['--color', 'bench: unknown option \'--color\'\n"bench --help" says what it takes.\n'],
    ['show --color', 'bench: unknown option \'--color\'\n"bench show --help" says what it takes.\n'],
    ['compare a', 'bench: missing required argument \'b\'\n"bench compare --help" says what it takes.\n'],
    [
      'sho',
      'bench: There is no subcommand sho. The nearest are show, site and list. "bench --help" prints all 8.\n',
    ],
  ])('answers %s with its name, a sentence, and the help of the very subcommand', async (words, message) => {
    expect(await bench(words)).toEqual({ code: 2, out: '', err: message });
  });
});

describe('looking at results', () => {
  it('gathers, shows, compares and builds the page', async () => {
    await bench('--suite fixture --no-site');
    const gathered = await bench('gather --format csv,jsonl --latex');
    expect(gathered.out).toMatch(
      /^16 records in .*README\.md, .*boards\.tex, .*cells\.csv, .*records\.jsonl, .*rows\.csv\n$/,
    );
    const shown = await bench(`show ${join(folder, 'tables', 'records.jsonl')} --method fine,diverging`);
    expect(shown.out).toMatch(/nothing +10 +2 +fine +2 +80 B/);
    expect(shown.out).not.toContain('slow');
    const rows = JSON.parse((await bench('show --json --method fine')).out) as readonly { method: string }[];
    expect(rows.map(({ method }) => method)).toEqual(['fine', 'fine']);
    expect((await bench('show --method maml')).err).toMatch(
      /; methods diverging, fine, out-of-memory, slow;/,
    );
    const compared = await bench(`compare ${folder} ${join(folder, 'tables', 'records.jsonl')}`);
    expect(compared.out).toContain('16 cells in both; 0 only in A, 0 only in B.');
    expect((await bench(`site --out ${join(folder, 'page')}`)).out).toContain(
      join(folder, 'page', 'index.html'),
    );
    expect((await bench('show /nonexistent')).err).toContain('There is no /nonexistent');
    expect((await bench('gather --format xls')).err).toContain('known are csv, parquet, jsonl, latex');
  });
});

describe('the program in a process of its own', () => {
  const program = new URL('./fixture/definition.ts', import.meta.url).pathname;
  const start = (words: string) =>
    spawn(process.execPath, ['--import', 'tsx', program, ...words.split(' '), '--out', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('starts itself again for isolated cells', async () => {
    const child = start('--suite fixture --isolation worker --no-site --method fine');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    const { records } = readRecords([folder]);
    expect(records.map((record) => record.run.isolation)).toEqual(['worker', 'worker', 'worker', 'worker']);
    expect(new Set(records.map((record) => record.notes?.[0])).size).toBe(1);
  });

  it('finishes cleanly on ctrl-C and goes on later', async () => {
    const child = start('--suite fixture --profile full --method slow --no-site');
    let out = '';
    let pressed = false;
    child.stdout.on('data', (text) => {
      out += text;
      if (pressed || !out.includes('[ 3/36]')) return;
      pressed = true;
      child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    expect(out).toContain('Interrupted. The same command goes on where this run stopped.');
    const { records, rejected } = readRecords([folder]);
    expect(rejected).toEqual([]);
    expect(records.length).toBeGreaterThanOrEqual(3);
    expect(records.length).toBeLessThan(36);
    expect(readdirSync(join(folder, '.locks'))).toEqual([]);
    const { out: later } = await bench('--suite fixture --profile full --method slow --no-site');
    expect(later).toContain(`36 cells: ${records.length} had a result`);
  });
});

describe('requests to end', () => {
  const program = new URL('./fixture/definition.ts', import.meta.url).pathname;
  const slow = '--suite fixture --profile full --method slow --no-site';

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s, twice within a moment, ends the run cleanly', async (signal, code) => {
    const child = spawn(process.execPath, ['--import', 'tsx', program, ...slow.split(' '), '--out', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (text) => {
      out += text;
      if (out.includes('Stopping') || !out.includes('[ 2/36]')) return;
      child.kill(signal);
      child.kill(signal);
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(code);
    expect(out).toContain('Interrupted. The same command goes on where this run stopped.');
    expect(readdirSync(join(folder, '.locks'))).toEqual([]);
  });
});

describe('the harness itself', () => {
  it('is mentioned only where it took much time, and a good part of it', () => {
    expect(overheadText({ durationMs: 4000, overheadShare: 0.4 })).toBe('');
    expect(overheadText({ durationMs: 3_600_000, overheadShare: 0.05 })).toBe('');
    expect(overheadText({ durationMs: 600_000, overheadShare: 1 })).toContain(
      '5 min 0 s of it for starting processes',
    );
  });
});

describe('values', () => {
  it('are read as people write them', () => {
    expect(parseNumbers('--horizon', '1, 10,1e3,10')).toEqual([1, 10, 1000]);
    expect(parseSeeds('--seeds', '3')).toEqual([0, 1, 2]);
    expect(parseSeeds('--seeds', '0,7')).toEqual([0, 7]);
    expect(parseSeeds('--seeds', '4..6')).toEqual([4, 5, 6]);
    expect(parseChoice('--format', 'b', ['a', 'b'])).toEqual(['b']);
    for (const wrong of ['0', '', '1..', '-1', '2.5'])
      expect(() => parseSeeds('--seeds', wrong)).toThrow(UsageError);
    for (const wrong of ['', ',', '1.5', '-2', '1e99'])
      expect(() => parseNumbers('--dim', wrong)).toThrow(UsageError);
  });
});

describe('where pages and tables go', () => {
  it('is inside a folder of results, else beside what is read', () => {
    mkdirSync(join(folder, 'results', 'records'), { recursive: true });
    mkdirSync(join(folder, 'others'));
    writeFileSync(join(folder, 'more.jsonl'), '');
    const at = (...names: readonly string[]) =>
      outputFolderFor(
        names.map((name) => join(folder, name)),
        'site',
      );
    expect(at('results')).toBe(join(folder, 'results', 'site'));
    expect(at('others')).toBe(join(folder, 'others-site'));
    expect(at('others/')).toBe(join(folder, 'others-site'));
    expect(at('more.jsonl')).toBe(join(folder, 'more-site'));
    expect(() => at('results', 'others')).toThrow('say where the result goes');
    expect(outputFolderFor(['a', 'b'], 'tables', 'out')).toBe('out');
  });

  it('is never a folder with something else in it, a file, or a place that cannot be written', async () => {
    await bench('--suite fixture --no-site --method fine');
    mkdirSync(join(folder, 'project', 'data'), { recursive: true });
    writeFileSync(join(folder, 'project', 'data', 'mine.txt'), 'mine');
    for (const command of ['site', 'gather']) {
      for (const out of ['project', 'project/data/mine.txt', 'project/data/mine.txt/deeper']) {
        const { code, err } = await bench(`${command} --out ${join(folder, out)}`);
        expect(code, out).toBe(2);
        expect(err).toContain('--out');
      }
    }
    expect(readFileSync(join(folder, 'project', 'data', 'mine.txt'), 'utf8')).toBe('mine');
    expect(readdirSync(join(folder, 'project'))).toEqual(['data']);
  });

  it('stays as it is when there is nothing to gather or to build from', async () => {
    mkdirSync(join(folder, 'records'));
    for (const command of ['site', 'gather']) {
      const { code, err } = await bench(`${command} ${folder}`);
      expect(code, command).toBe(2);
      expect(err).toContain('There are no records');
    }
    expect(readdirSync(folder)).toEqual(['records']);
  });
});

describe('comparing', () => {
  it('says so when there is nothing in common', async () => {
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    await bench(`--suite fixture --no-site --method fine --out ${one}`);
    await bench(`--suite fixture --no-site --method diverging --out ${other}`);
    const apart = await bench(`compare ${one} ${other}`);
    expect(apart.code).toBe(1);
    expect(apart.out).toBe('');
    expect(apart.err).toBe(
      `bench: Nothing was compared: no cell is in both ${one} and ${other}; they have no method in common.\n`,
    );
    expect((await bench(`compare ${one} ${one} --method fine`)).out).toContain('agree in every cell');
    const nothing = await bench(`compare ${one} ${one} --method diverging`);
    expect(nothing.code).toBe(1);
    expect(nothing.err).toBe(`bench: Nothing was compared: no record in ${one} matches.\n`);
  });

  it('looks at those cells alone that are asked for', async () => {
    await bench(`--suite fixture --no-site --out ${folder}`);
    const { out } = await bench(`compare ${folder} ${folder} --method fine,diverging --horizon 1`);
    const rows = readRecords([folder]).records.filter(
      ({ config }) => ['fine', 'diverging'].includes(config.method) && config.horizon === 1,
    );
    expect(out).toContain(`${rows.length} cells in both`);
  });
});

describe('what a command prints', () => {
  it('is text, whatever was asked', async () => {
    const { err } = await bench('--problem \u001b[31mred\u202ex');
    expect(err).toContain('␛[31mred');
    expect(err).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
    expect((await bench('--suite fixture --method \u009b31m')).err).not.toContain('\u009b');
  });
});
