import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explain } from '@longhorizon/harness/command-line';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildCommandLine } from './command-line.ts';
import { type Subcommand, subcommands } from './registry.ts';

/** Two subcommands that note what was loaded and what was run. */
function sample(notes: string[]): readonly Subcommand[] {
  const subcommand = (name: string): Subcommand => ({
    name,
    summary: `summary of ${name}`,
    load: async () => {
      notes.push(`load ${name}`);
      return (command: Command) => {
        command.argument('<file>').action((file: string) => void notes.push(`run ${name} ${file}`));
      };
    },
  });
  return [subcommand('plan'), subcommand('data')];
}

test('only the subcommand that is asked for is loaded', async () => {
  const notes: string[] = [];
  const words = ['data', 'list.json'];
  const program = await buildCommandLine(sample(notes), words);
  await program.parseAsync(words, { from: 'user' });
  expect(notes).toEqual(['load data', 'run data list.json']);
});

test('the help of all names each with its summary and loads none; the help of one loads it', async () => {
  const notes: string[] = [];
  const all = await buildCommandLine(sample(notes), ['--help']);
  expect(all.helpInformation()).toContain('summary of plan');
  expect(notes).toEqual([]);
  const one = await buildCommandLine(sample(notes), ['help', 'plan']);
  expect(one.commands.find((command) => command.name() === 'plan')?.helpInformation()).toContain('<file>');
  expect(notes).toEqual(['load plan']);
});

test('every registered subcommand can be loaded', async () => {
  for (const { name } of subcommands) {
    const program = await buildCommandLine(subcommands, [name]);
    expect(program.commands.map((command) => command.name())).toContain(name);
  }
});

test('bad input is told in a sentence, our own faults with the place where they happened', () => {
  expect(explain(new Error('There is no such file.'))).toBe('There is no such file.');
  expect(explain(new Error('internal: broken'))).toContain('command-line.test.ts');
  expect(explain(new TypeError('undefined is not a function'))).toContain('command-line.test.ts');
});

test('a name that is not known is repeated as text, without what a terminal would act on', async () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const file = join(mkdtempSync(join(tmpdir(), 'longhorizon-cli-')), 'problem.json');
  const inner = { kind: 'tracking', G: [1], w0: [2], lambda: [1], rate: 0.1 };
  const outer = { kind: 'quadratic', c: [0] };
  writeFileSync(file, JSON.stringify({ inner, outer, T: 2, methods: ['\u001b[31mred\u202e'] }));
  try {
    for (const words of [
      ['hypergrad', file, '--reference'],
      ['\u001b]0;title\u0007'],
      ['plan', '\u009b31m.ts'],
    ]) {
      const { stderr, status } = spawnSync(
        process.execPath,
        ['--conditions=longhorizon-source', '--import', 'tsx', main, ...words],
        { encoding: 'utf8' },
      );
      expect(status).not.toBe(0);
      expect(stderr).toMatch(/[␛�]/);
      expect(stderr).not.toMatch(/(?![\n\t])\p{Cc}|\u202e/u);
    }
  } finally {
    rmSync(dirname(file), { recursive: true });
  }
}, 60_000);

test('a program goes on when the reader of its output has gone', async () => {
  const script = `
    import { outliveReaders } from '@longhorizon/harness/command-line';
    outliveReaders();
    process.stdin.once('data', () => {
      process.stdout.write('to nobody');
      setTimeout(() => { process.stderr.write('done'); process.exit(0); }, 100);
    });`;
  const words = ['--conditions=longhorizon-source', '--import', 'tsx', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, words, { cwd: dirname(fileURLToPath(import.meta.url)) });
  let said = '';
  child.stderr.on('data', (data) => (said += data));
  child.stdout.destroy();
  child.stdin.write('go\n');
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([code, said]).toEqual([0, 'done']);
});
