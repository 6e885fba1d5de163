import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerDataCommands } from './register.ts';

let folder: string;
const before = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhorizon-cli-'));
  process.env.LONGHORIZON_DATA = join(folder, 'data');
  process.env.LONGHORIZON_CACHE = join(folder, 'cache');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  for (const name of ['LONGHORIZON_DATA', 'LONGHORIZON_CACHE']) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

/** Runs `longhorizon data …` and gives what it printed and its exit code. */
async function run(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  let [out, err, code] = ['', '', 0];
  const program = new Command('longhorizon');
  program.exitOverride().configureOutput({
    writeOut: (text) => {
      out += text;
    },
    writeErr: (text) => {
      err += text;
    },
  });
  registerDataCommands(program);
  try {
    await program.parseAsync(['node', 'longhorizon', 'data', ...args]);
  } catch (error) {
    code = (error as { exitCode?: number }).exitCode ?? -1;
    if (code === -1) throw error;
  }
  return { out, err, code };
}

describe('longhorizon data', () => {
  it('alone prints its help, which is no error, and refuses a subcommand that is none', async () => {
    const { out, err, code } = await run();
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toMatch(/^Usage: longhorizon data .*\bverify\b/s);
    const wrong = await run('lst');
    expect(wrong.code).toBe(2);
    expect(wrong.err).toBe(
      "error: there is no subcommand 'data lst': there are list, fetch, verify, show.\n",
    );
  });

  it('list names every set and where it stands', async () => {
    const { out } = await run('list');
    expect(out).toMatch(/glyphs .* 200 .* MIT .* generated/);
    expect(out).toMatch(/mnist-full .* CC-BY-SA-3.0 .* can be fetched/);
    expect(out).toMatch(/eurosat .* absent/);
    expect(out).toContain(`Searched: ${join(folder, 'data')}`);
    const lines = (await run('list', '--json')).out.trim().split('\n');
    const signs = lines.map((line) => JSON.parse(line)).find(({ name }) => name === 'sign-digits');
    expect(signs).toMatchObject({ classes: 10, licence: 'Apache-2.0', status: 'absent' });
    expect(signs.leak).toContain('the same hands on both sides');
  });

  it('show writes a contact sheet whose tiles are the pictures', async () => {
    const out = join(folder, 'sheet.png');
    const args = [
      'show',
      'polygons',
      'gratings',
      '--classes',
      '3',
      '--per-class',
      '4',
      '--zoom',
      '2',
      '-o',
      out,
    ];
    expect((await run(...args)).out).toContain(`Wrote ${out}.`);
    const sheet = PNG.sync.read(readFileSync(out));
    expect(sheet.width).toBeGreaterThan(4 * 64);
    expect(sheet.height).toBeGreaterThan(3 * 64 + 3 * 48);
    const colours = new Set<number>();
    for (let i = 0; i < sheet.data.length; i += 4) colours.add(sheet.data.readUIntBE(i, 3));
    expect(colours.size).toBeGreaterThan(1000);
    const again = join(folder, 'again.png');
    await run(...args.slice(0, -1), again);
    expect(readFileSync(again).equals(readFileSync(out))).toBe(true);
  });

  it.each(['sinusoids', 'himmelblau', 'quadratics', 'gaussian-blobs'])('show draws %s', async (name) => {
    const out = join(folder, `${name}.png`);
    await run('show', name, '--out', out);
    expect(PNG.sync.read(readFileSync(out)).width).toBeGreaterThan(400);
  });

  it('verify says that nothing is here, or what is wrong, with exit code 1', async () => {
    expect((await run('verify')).out).toContain('No data sets are here');
    const absent = await run('verify', 'iris');
    expect(absent.out).toContain("iris: 'iris' is not on this machine");
    expect([absent.code, absent.err]).toEqual([
      1,
      'error: 1 of the data sets above are not as they should be.\n',
    ]);
    mkdirSync(join(folder, 'data', 'tabular'), { recursive: true });
    writeFileSync(join(folder, 'data', 'tabular', 'iris.csv'), 'not iris');
    const wrong = await run('verify');
    expect(wrong.out).toContain('iris.csv is not the file it should be');
    expect(wrong.code).toBe(1);
  });

  it('answers a mistake with one sentence and exit code 2', async () => {
    expect(await run('show', 'nope')).toMatchObject({ code: 2 });
    expect((await run('show', 'nope')).err).toMatch(/^error: There is no data set 'nope'. Known are: /);
    expect((await run('fetch', 'glyphs')).err).toBe(
      "error: 'glyphs' is generated from a seed: there is nothing to fetch.\n",
    );
    expect((await run('fetch', 'eurosat')).err).toContain('cannot be downloaded');
    expect((await run('verify', 'blobs')).err).toContain('there are no files to check');
    expect((await run('show', 'glyphs', '--classes', 'many')).err).toContain('It should be a whole number.');
    expect((await run('show', 'glyphs', '--per-class', '0')).err).toContain('It should be at least 1.');
    expect((await run('show', 'mnist')).err).toContain("'longhorizon data fetch mnist'");
    expect((await run('show', 'glyphs', '-o', join(folder, 'no', 'such', 'folder.png'))).err).toContain(
      'The sheet could not be written',
    );
  });
});
