/**
 * @file Does what docs/adding.md says, block by block, on a copy of the repository: files are written, lines put in their places, commands
 * run. Third-party packages are those installed here.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyOfSources } from '@longhorizon/tools/source-copy';
import { afterAll, describe, expect, it } from 'vitest';

const root = dirname(import.meta.dirname);
const copy = copyOfSources();
afterAll(copy.remove);

interface Block {
  readonly section: string;
  /** What stands after the language: `file=…`, `append=…`, or `in=… after="…"`. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

const page = readFileSync(join(root, 'docs/adding.md'), 'utf8');
const blocks: readonly Block[] = page.split(/^## /m).flatMap((part) =>
  [...part.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(([, language, place, text]) => ({
    section: part.slice(0, part.indexOf('\n')),
    language: language!,
    place: place!,
    text: text!,
  })),
);
const sections = [...new Set(blocks.map(({ section }) => section))];

function put({ place, text }: Block): void {
  const [, kind, path, , after] = /^(file|append|in)=(\S+)( after="(.*)")?$/.exec(place) ?? [];
  if (path === undefined) throw new Error(`A block says '${place}', which names no place.`);
  if (kind === 'file') {
    if (copy.has(path)) throw new Error(`${path} is there already.`);
    copy.write(path, text);
    return;
  }
  const before = copy.read(path);
  const parts = kind === 'append' ? [before, ''] : before.split(`${after}\n`);
  if (parts.length !== 2) throw new Error(`${path} holds the line '${after}' ${parts.length - 1} times.`);
  const line = kind === 'append' ? '' : `${after}\n`;
  copy.write(path, `${parts[0]}${line}${text}${parts[1]}`);
}

/** What npm scripts of the page come to, once everything is installed. */
async function perform(line: string): Promise<string> {
  const words = [...line.matchAll(/'[^']*'|\S+/g)].map(([word]) => word.replaceAll("'", ''));
  const variables: NodeJS.ProcessEnv = {};
  while (/^\w+=/.test(words[0]!)) {
    const [name, value] = words.shift()!.split('=') as [string, string];
    variables[name] = value;
  }
  const command = words.join(' ');
  if (command.startsWith('npm test -- '))
    return copy.printed(
      ['node_modules/vitest/vitest.mjs', 'run', '--config=tools/vitest/vitest.config.ts', ...words.slice(3)],
      variables,
    );
  if (command.startsWith('npm run longhorizon -- '))
    return copy.printedBy('tools/cli/main.ts', words.slice(4), variables);
  if (command.startsWith('node ')) return copy.printed(words.slice(1), variables);
  throw new Error(`'${line}' is no command that this test knows.`);
}

it('the page has a section for each kind, each with something to write and something to run', () => {
  expect(sections).toEqual([
    'Your own problem',
    'Your own method',
    'An op',
    'A kernel variant',
    'A data set',
  ]);
  for (const section of sections) {
    const own = blocks.filter((block) => block.section === section);
    expect(own.some(({ place }) => place !== '')).toBe(true);
    expect(own.some(({ language }) => language === 'sh')).toBe(true);
  }
});

describe('docs/adding.md', () => {
  it.each(sections)(
    '%s',
    async (section) => {
      for (const block of blocks.filter((one) => one.section === section)) {
        if (block.language !== 'sh') put(block);
        else
          for (const line of block.text.trim().split('\n')) {
            const output = await perform(line);
            // Vitest ends well, too, where a name matches no test.
            if (line.startsWith('npm test')) expect(output).toMatch(/Tests .*\b[1-9]\d* passed/);
            if (line.includes('data verify'))
              expect(output).toContain('traffic: sound: 1 file, 6 examples of 2 classes.');
          }
      }
    },
    300_000,
  );
});
