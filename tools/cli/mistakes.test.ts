import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchDefinition } from '@longhorizon/benchmarks';
import { benchCommand } from '@longhorizon/harness';
import type { Command } from 'commander';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { buildCommandLine, runCommandLine } from './command-line.ts';
import { subcommands } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhorizon-mistakes-'));
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  mkdirSync(at('empty'));
  writeFileSync(at('bytes.json'), Buffer.from([0xff, 0xd8, 0, 1, 2, 0xfe]));
  writeFileSync(at('bytes.jsonl'), Buffer.from([0xff, 0xd8, 0, 1, 2, 0xfe]));
  writeFileSync(at('bytes.ts'), Buffer.from([0xff, 0xd8, 0, 1, 2, 0xfe]));
  writeFileSync(at('list.json'), '[1, 2]');
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Commander goes on where `process.exit` returns. */
class Ended extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super('ended');
    this.exitCode = exitCode;
  }
}

/** Runs a command line in this process. */
async function longhorizon(words: readonly string[]): Promise<{ code: number; err: string }> {
  let err = '';
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Ended(Number(code));
  });
  await runCommandLine(subcommands, words);
  vi.restoreAllMocks();
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { code, err: err.replace(/longhorizon: ended\n$/, '') };
}

/** Every command, with the words that lead to it; those of the benchmark are its own. */
async function allCommands(): Promise<ReadonlyMap<string, Command>> {
  const found = new Map<string, Command>();
  const visit = (command: Command, path: string): void => {
    found.set(path, command);
    for (const below of command.createHelp().visibleCommands(command))
      if (below.name() !== 'help') visit(below, `${path} ${below.name()}`);
  };
  for (const { name } of subcommands) {
    const program = await buildCommandLine(subcommands, [name]);
    const command = program.commands.find((one) => one.name() === name);
    visit(name === 'bench' || command === undefined ? benchCommand(benchDefinition()) : command, name);
  }
  return found;
}

/** What has to be true of every answer to a mistake. */
function expectSentence({ code, err }: { code: number; err: string }, words: string, expected: number): void {
  expect([words, code], err).toEqual([words, expected]);
  expect(err, words).toMatch(/^longhorizon: \S/m);
  expect(err, words).not.toMatch(/^ +at |internal:|node:internal|error: error/m);
}

it('every subcommand answers options that it does not have, or that have no value, and names its own help', async () => {
  const commands = await allCommands();
  expect(commands.size).toBeGreaterThanOrEqual(16);
  for (const [path, command] of commands) {
    const valued = command.options.filter(({ required }) => required).map(({ long }) => long ?? '');
    for (const option of ['--nonsense', ...valued]) {
      const words = [...path.split(' '), option];
      const answer = await longhorizon(words);
      expectSentence(answer, words.join(' '), 2);
      expect(answer.err).toContain(option);
      expect(answer.err).toContain(`"longhorizon ${path} --help" says what it takes.`);
    }
  }
}, 120_000);

const mistakes: readonly (readonly [line: string, sentence: string])[] = [
  ['datta', 'There is no subcommand datta. The nearest are data, doctor and bench.'],
  ['bench sho', 'There is no subcommand sho. The nearest are show'],
  ['data lst', "no subcommand 'data lst'"],
  ['bench list problem', 'There is no list problem.'],
  ['bench --suite kernel --dry-run', 'There is no suite kernel. The nearest are kernels'],
  ['bench --method neuman --dry-run', '"bench list methods" prints all'],
  ['bench --problem traking --dry-run', 'The nearest are tracking'],
  ['bench --pass times --dry-run', 'There is no pass times.'],
  ['bench --problem tracking --dim 2000 --dry-run', 'possible are 1 to 1000'],
  ['bench --suite few-shot --pass time --dry-run', 'quick of few-shot has no pass time'],
  ['bench --isolation nowhere', "argument 'nowhere' is invalid"],
  ['bench show MISSING', 'There is no'],
  ['bench show EMPTY', 'no records'],
  ['bench show EMPTY --horizon x', 'x is no whole number'],
  ['bench show BYTES', 'no records'],
  ['bench compare MISSING EMPTY', 'There is no'],
  ['bench compare EMPTY BYTES', 'no records'],
  ['bench gather MISSING', 'no records'],
  ['bench gather BYTES --format xls', 'known are csv'],
  ['bench site MISSING', 'no records'],
  ['bench site EMPTY', 'no records'],
  ['bench site BYTES', 'no records'],
  ['data show nonsense', "no data set 'nonsense'"],
  ['data show glyphs --classes many', 'a whole number'],
  ['data verify nonsense', "no data set 'nonsense'"],
  ['data fetch glyphs', 'nothing to fetch'],
  ['kernels --row nonsense', "called 'nonsense'"],
  ['kernels --library nonsense', "no library 'nonsense'"],
  ['kernels edit nonsense', "'nonsense' names no kernels; write FAMILY or FAMILY/VARIANT"],
  ['kernels edit matmul/naive --shape 3', "'3' is no shape of matmul"],
  ['kernels edit matmul/naive --limit soon', 'Give seconds between 0 and 3600.'],
  ['kernels edit matmul/naive --from MISSING', 'There is no folder'],
  ['kernels show matmul', "'matmul' names no kernel; write FAMILY/VARIANT"],
  ['kernels show matmul/nonsense', "There is no kernel 'nonsense' in the family matmul"],
  ['kernels diff matmul/naive conv2d/naive', 'are of two families'],
  ['kernels roofline --row nonsense', "No row is called 'nonsense'"],
  ['plan nonsense', "'nonsense' is neither an example"],
  ['plan EMPTY', 'is neither an example'],
  ['plan MODULE', 'cannot be loaded as a module'],
  ['hypergrad', 'missing required argument'],
  ...['hypergrad', 'initialisation'].flatMap((command): (readonly [string, string])[] => [
    [`${command} MISSING`, 'cannot be read'],
    [`${command} EMPTY`, 'cannot be read'],
    [`${command} JSON`, 'is not JSON'],
    [`${command} LIST --reference`, 'cannot be used'],
  ]),
];

it.each(mistakes)(
  'longhorizon %s: a sentence, and exit code 2',
  async (line, sentence) => {
    const places: Readonly<Record<string, string>> = {
      MISSING: at('missing'),
      EMPTY: at('empty'),
      BYTES: at('bytes.jsonl'),
      JSON: at('bytes.json'),
      LIST: at('list.json'),
      MODULE: at('bytes.ts'),
    };
    const answer = await longhorizon(line.split(' ').map((word) => places[word] ?? word));
    expectSentence(answer, line, 2);
    expect(answer.err).toContain(sentence);
  },
  60_000,
);
