import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram, explain } from './program.ts';
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
  const program = await buildProgram(sample(notes), words);
  await program.parseAsync(words, { from: 'user' });
  expect(notes).toEqual(['load data', 'run data list.json']);
});

test('the help of all names each with its summary and loads none; the help of one loads it', async () => {
  const notes: string[] = [];
  const all = await buildProgram(sample(notes), ['--help']);
  expect(all.helpInformation()).toContain('summary of plan');
  expect(notes).toEqual([]);
  const one = await buildProgram(sample(notes), ['help', 'plan']);
  expect(one.commands.find((command) => command.name() === 'plan')?.helpInformation()).toContain('<file>');
  expect(notes).toEqual(['load plan']);
});

test('every registered subcommand can be loaded', async () => {
  for (const { name } of subcommands) {
    const program = await buildProgram(subcommands, [name]);
    expect(program.commands.map((command) => command.name())).toContain(name);
  }
});

test('bad input is told in a sentence, our own faults with the place where they happened', () => {
  expect(explain(new Error('There is no such file.'))).toBe('There is no such file.');
  expect(explain(new Error('internal: broken'))).toContain('program.test.ts');
  expect(explain(new TypeError('undefined is not a function'))).toContain('program.test.ts');
});
