/**
 * @file Does what docs/adding.md says, block by block, on a copy of the repository: files are written, lines put in their places, commands
 * run. Third-party packages are those installed here.
 */
import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = dirname(import.meta.dirname);
const source = ['--conditions=longhorizon-source', '--import', 'tsx'];
let copy = '';

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

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'longhorizon-adding-'));
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of listed.trim().split('\n')) {
    if (/^(benchmarks\/records|docs\/images)\//.test(file)) continue;
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(copy, file), { force: true });
  }
  linkModules('node_modules');
  for (const folder of workspaces()) {
    if (existsSync(join(root, folder, 'node_modules'))) linkModules(`${folder}/node_modules`);
  }
}, 120_000);

afterAll(() => rmSync(copy, { recursive: true, force: true }));

function workspaces(): readonly string[] {
  return [
    ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
    'benchmarks',
    'datasets',
    'tools',
  ];
}

/** The installed packages, with this repository's own ones leading to the copy. */
function linkModules(folder: string): void {
  const names = readdirSync(join(root, folder), { withFileTypes: true }).map(({ name }) => name);
  mkdirSync(join(copy, folder), { recursive: true });
  for (const name of names) {
    if (name === '@longhorizon')
      cpSync(join(root, folder, name), join(copy, folder, name), { recursive: true, verbatimSymlinks: true });
    else if (name !== '.cache' && name !== '.vite')
      symlinkSync(join(root, folder, name), join(copy, folder, name));
  }
}

function put({ place, text }: Block): void {
  const [, kind, path, , after] = /^(file|append|in)=(\S+)( after="(.*)")?$/.exec(place) ?? [];
  if (path === undefined) throw new Error(`A block says '${place}', which names no place.`);
  const target = join(copy, path);
  mkdirSync(dirname(target), { recursive: true });
  if (kind === 'file') {
    writeFileSync(target, text, { flag: 'wx' });
    return;
  }
  const before = readFileSync(target, 'utf8');
  const parts = kind === 'append' ? [before, ''] : before.split(`${after}\n`);
  if (parts.length !== 2) throw new Error(`${path} holds the line '${after}' ${parts.length - 1} times.`);
  const line = kind === 'append' ? '' : `${after}\n`;
  writeFileSync(target, `${parts[0]}${line}${text}${parts[1]}`);
}

/** What npm scripts of the page come to, once everything is installed. */
async function perform(line: string): Promise<string> {
  const words = [...line.matchAll(/'[^']*'|\S+/g)].map(([word]) => word.replaceAll("'", ''));
  const environment: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
  delete environment.FORCE_COLOR;
  while (/^\w+=/.test(words[0]!)) {
    const [name, value] = words.shift()!.split('=') as [string, string];
    environment[name] = value;
  }
  const command = words.join(' ');
  const program = command.startsWith('npm test -- ')
    ? [
        join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--config',
        'tools/vitest/vitest.config.ts',
        ...words.slice(3),
      ]
    : command.startsWith('npm run longhorizon -- ')
      ? [...source, 'tools/cli/main.ts', ...words.slice(4)]
      : command.startsWith('node ')
        ? words.slice(1)
        : undefined;
  if (program === undefined) throw new Error(`'${line}' is no command that this test knows.`);
  for (const name of Object.keys(environment)) if (name.startsWith('VITEST')) delete environment[name];
  const run = promisify(execFile)(process.execPath, program, {
    cwd: copy,
    env: environment,
    encoding: 'utf8',
  });
  const { stdout } = await run.catch((error: Error & { stdout?: string; stderr?: string }) => {
    throw new Error(`${line}\n${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

it('the page has a section for each kind, each with something to write and something to run', () => {
  expect(sections).toEqual([
    "A problem of one's own",
    "A method of one's own",
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
