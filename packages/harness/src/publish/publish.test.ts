import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { checkPublication, isPublished, publishFolder } from './folder.ts';
import { slugOf } from './slug.ts';
import { readStamp, stampName } from './stamp.ts';
import { FolderWriter } from './writer.ts';

let scratch: string;
let place: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'harness-publish-'));
  place = join(scratch, 'page');
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** Publishes a page with these files. */
function publish(files: Readonly<Record<string, string>>, folder = place): Promise<readonly string[]> {
  return publishFolder(folder, { kind: 'page', builtFrom: JSON.stringify(files) }, (writer) => {
    for (const [path, text] of Object.entries(files)) writer.write(path, text);
  });
}

/** All files below a folder with their content. */
function contentOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const entries = files.map((file) => {
    const path = join(file.parentPath, file.name);
    return [path.slice(folder.length + 1), readFileSync(path, 'utf8')] as const;
  });
  return Object.fromEntries(entries.filter(([path]) => path !== stampName));
}

describe('publishing a folder', () => {
  it('makes it where there is none, and fills one that is empty', async () => {
    await publish({ 'index.html': 'first', 'cells/a.html': 'a' });
    expect(contentOf(place)).toEqual({ 'index.html': 'first', 'cells/a.html': 'a' });
    const empty = join(scratch, 'deep', 'empty');
    mkdirSync(empty, { recursive: true });
    await publish({ 'index.html': 'second' }, empty);
    expect(contentOf(empty)).toEqual({ 'index.html': 'second' });
    expect(readdirSync(scratch).sort()).toEqual(['deep', 'page']);
  });

  it('replaces its own, and leaves nothing of the earlier one', async () => {
    await publish({ 'index.html': 'first', 'methods/old.html': 'old' });
    await publish({ 'index.html': 'second', 'cells/a.html': 'a' });
    expect(contentOf(place)).toEqual({ 'index.html': 'second', 'cells/a.html': 'a' });
    expect(readdirSync(place).sort()).toEqual([stampName, 'cells', 'index.html'].sort());
    expect(readdirSync(scratch)).toEqual(['page']);
  });

  it.each(['data', 'methods', 'pictures', 'cells'])(
    'refuses a folder with a %s of somebody else',
    async (name) => {
      mkdirSync(join(place, name), { recursive: true });
      writeFileSync(join(place, name, 'mine.txt'), 'mine');
      writeFileSync(join(place, 'index.html'), 'mine as well');
      const before = contentOf(place);
      await expect(publish({ 'index.html': 'page' })).rejects.toThrow(UsageError);
      await expect(publish({ 'index.html': 'page' })).rejects.toThrow(
        /it is not empty.* nothing there was touched.*--out/,
      );
      expect(contentOf(place)).toEqual(before);
      expect(readdirSync(scratch)).toEqual(['page']);
    },
  );

  it('refuses a folder of another kind of ours, a stamp that is none, a file, and the folder it is called from', async () => {
    await publish({ 'index.html': 'first' });
    await expect(publishFolder(place, { kind: 'tables', builtFrom: '' }, () => {})).rejects.toThrow(
      'tables of this program',
    );
    writeFileSync(join(place, stampName), '{"longhorizon":"page"}');
    await expect(publish({ 'index.html': 'second' })).rejects.toThrow(UsageError);
    await expect(publish({ 'index.html': 'x' }, join(place, 'index.html'))).rejects.toThrow(
      'a file is in the way',
    );
    await expect(publish({ 'index.html': 'x' }, '.')).rejects.toThrow('the folder that you are in');
    await expect(publish({ 'index.html': 'x' }, dirname(process.cwd()))).rejects.toThrow(
      'the folder that you are in',
    );
    await expect(publish({ 'index.html': 'x' }, '')).rejects.toThrow('without a name');
  });

  it('replaces a page with the earlier stamp, which listed no files, and keeps what others put there', async () => {
    const root = (path: string): string => '../'.repeat(path.split('/').length - 1);
    const ours = (path: string): string =>
      `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Old</title>\n<link rel="icon" href="data:,">\n` +
      `<link rel="stylesheet" href="${root(path)}site.css">\n<script defer src="${root(path)}site.js"></script>\n</head></html>`;
    const cell = 'cells/0123456789abcdef.html';
    const pages = ['index.html', 'scaling.html', 'methods/old.html', 'methods/init/old.html'];
    const other = [
      cell,
      'site.css',
      'site.js',
      'pictures/memory.svg',
      'data/cells.csv',
      'data/samples.parquet',
    ];
    const users = ['methods/mine.html', 'own.html', 'data/mine.csv', 'pictures/mine.svg', 'cells/notes.html'];
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), text);
    };
    for (const path of pages) put(path, ours(path));
    for (const path of [...other, 'data/records.jsonl']) put(path, 'old');
    for (const path of users) put(path, 'mine');
    put('built-from.txt', `${'0f'.repeat(32)}\n`);
    expect([...(readStamp(place)?.files ?? [])].sort()).toEqual(
      [...pages, ...other, 'data/records.jsonl', 'built-from.txt'].sort(),
    );
    await publish({ 'index.html': 'new', [cell]: 'new cell', 'methods/old.html': 'new card' });
    expect(contentOf(place)).toEqual({
      'index.html': 'new',
      [cell]: 'new cell',
      'methods/old.html': 'new card',
      ...Object.fromEntries(users.map((path) => [path, 'mine'])),
    });
    expect(readdirSync(scratch)).toEqual(['page']);
  });

  it('takes no other file of the name of the earlier stamp for one', async () => {
    mkdirSync(place);
    writeFileSync(join(place, 'built-from.txt'), 'from flour and water\n');
    await expect(publish({ 'index.html': 'page' })).rejects.toThrow(UsageError);
    expect(contentOf(place)).toEqual({ 'built-from.txt': 'from flour and water\n' });
  });

  it('says beforehand what it would refuse, and writes nothing', async () => {
    const check = (folder = place): void => checkPublication(folder, 'page', (path) => path === 'new.html');
    expect(check).not.toThrow();
    expect(existsSync(place)).toBe(false);
    await publish({ 'index.html': 'first' });
    writeFileSync(join(place, 'mine.txt'), 'mine');
    expect(check).not.toThrow();
    writeFileSync(join(place, 'new.html'), 'mine');
    expect(check).toThrow(/new\.html was not written by this program/);
    rmSync(join(place, stampName));
    expect(check).toThrow(/it is not empty.* nothing there was touched/);
    expect(() => check(join(place, 'mine.txt'))).toThrow('a file is in the way');
    expect(contentOf(place)).toEqual({ 'index.html': 'first', 'mine.txt': 'mine', 'new.html': 'mine' });
  });

  it('carries over what is not its own: files, folders and links', async () => {
    await publish({ 'index.html': 'first', 'methods/a.html': 'a' });
    mkdirSync(join(place, 'notes', 'empty'), { recursive: true });
    writeFileSync(join(place, 'notes', 'mine.txt'), 'mine');
    writeFileSync(join(place, 'methods', 'mine.html'), 'my method');
    symlinkSync('notes', join(place, 'link'));
    await publish({ 'index.html': 'second' });
    expect(contentOf(place)).toEqual({
      'index.html': 'second',
      'notes/mine.txt': 'mine',
      'methods/mine.html': 'my method',
    });
    expect(statSync(join(place, 'notes', 'empty')).isDirectory()).toBe(true);
    expect(readFileSync(join(place, 'link', 'mine.txt'), 'utf8')).toBe('mine');
  });

  it('does not write over a file that somebody put where a new one has to go', async () => {
    await publish({ 'index.html': 'first' });
    mkdirSync(join(place, 'methods'));
    writeFileSync(join(place, 'methods', 'sgd.html'), 'mine');
    await expect(publish({ 'index.html': 'second', 'methods/sgd.html': 'ours' })).rejects.toThrow(
      /methods.sgd\.html was not written by this program/,
    );
    expect(contentOf(place)).toEqual({ 'index.html': 'first', 'methods/sgd.html': 'mine' });
  });

  it('replaces what a link leads to, not the link', async () => {
    await publish({ 'index.html': 'first' });
    symlinkSync('page', join(scratch, 'latest'));
    await publish({ 'index.html': 'second' }, join(scratch, 'latest'));
    expect(contentOf(place)).toEqual({ 'index.html': 'second' });
    expect(readdirSync(scratch).sort()).toEqual(['latest', 'page']);
  });

  it('leaves the earlier one when a build fails', async () => {
    await publish({ 'index.html': 'first' });
    const failing = publishFolder(place, { kind: 'page', builtFrom: '' }, (writer) => {
      writer.write('index.html', 'half');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(contentOf(place)).toEqual({ 'index.html': 'first' });
    expect(readdirSync(scratch)).toEqual(['page']);
  });

  it('knows whether it holds what would be published now', async () => {
    const publication = { kind: 'page', builtFrom: JSON.stringify({ 'index.html': 'first' }) } as const;
    expect(isPublished(place, publication)).toBe(false);
    await publish({ 'index.html': 'first' });
    expect(isPublished(place, publication)).toBe(true);
    expect(isPublished(place, { ...publication, builtFrom: 'other' })).toBe(false);
    rmSync(join(place, 'index.html'));
    expect(isPublished(place, publication)).toBe(false);
  });
});

describe('a path in a folder that is built', () => {
  it.each([
    '../x.html',
    'a/../../x',
    '/etc/x',
    'a\0b',
    'a//b',
    '.hidden',
    'a\\b',
    'C:x',
    `${'a'.repeat(300)}.html`,
    '',
  ])('stays inside: path %# of those that do not is refused', (path) => {
    const writer = new FolderWriter(scratch);
    expect(() => writer.write(path, 'text')).toThrow(/^internal: .* is no path inside/);
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('is written once, where upper and lower case are one file too', () => {
    const writer = new FolderWriter(scratch);
    writer.write('methods/a.html', 'text');
    expect(() => writer.write('methods/A.html', 'text')).toThrow('internal: two files');
  });
});

describe('a slug', () => {
  it('leaves readable names as they are and shows the parts of a path', () => {
    expect(['exact', 'hyper/imaml', 'init/imaml', 'multi-step-fomaml', '1-2'].map(slugOf)).toEqual([
      'exact',
      'hyper--imaml',
      'init--imaml',
      'multi-step-fomaml',
      '1-2',
    ]);
  });

  const names = [
    '',
    '.',
    '..',
    '/',
    'a/b',
    'a//b',
    'a--b',
    'a-/b',
    'a/-b',
    '-a',
    'a-',
    'A',
    'a',
    'Exact',
    'exact',
    'EXACT',
    '../../../x',
    '../index',
    'a\0b',
    'ab',
    'x'.repeat(300),
    `${'x'.repeat(300)}y`,
    'con',
    'CON',
    'lpt1',
    'é',
    'é',
    '日本',
    '中国',
    'a b',
    'a_b',
    '\ud800',
    '\ud801',
    slugOf('Exact'),
    slugOf(slugOf('Exact')),
    'a.b',
    '<script>',
    'url(#x',
  ]; // prettier-ignore

  it('is a segment of a path, whatever the name', () => {
    for (const name of names) {
      expect(slugOf(name), JSON.stringify(name)).toMatch(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/);
      expect(slugOf(name).length).toBeLessThanOrEqual(77);
      expect(slugOf(name)).not.toMatch(/^(?:con|lpt1)$/);
    }
  });

  it('differs for different names', () => {
    expect(new Set(names.map(slugOf)).size).toBe(new Set(names).size);
  });
});

describe('a build that is killed', () => {
  const killed = join(import.meta.dirname, 'fixture', 'killed.ts');
  /** Builds in a process of its own; how that ended. */
  const build = (title: string, ...words: readonly string[]): string => {
    const child = [
      process.execPath,
      '--conditions=longhorizon-source',
      '--import',
      'tsx',
      killed,
      place,
      title,
    ];
    const [command = '', ...args] = [...child, ...words];
    const { signal, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    return signal ?? stderr;
  };
  const titleOf = (): string =>
    /<title>([^<]*)/.exec(readFileSync(join(place, 'index.html'), 'utf8'))?.[1] ?? '';

  it('leaves the earlier page or the new one whole, and the next build clears up', async () => {
    expect(build('first', 'never', '0')).toBe('');
    const whole = Object.keys(contentOf(place));
    for (const file of [2, 8, whole.length + 1, whole.length + 2].map(String)) {
      expect(build('second', 'openSync', file), file).toBe('SIGKILL');
      expect(titleOf()).toBe('first');
      expect(readStamp(place)?.files).toEqual([...whole].sort());
      expect(Object.keys(contentOf(place))).toEqual(whole);
    }
    expect(build('second', 'renameSync', '1')).toBe('SIGKILL');
    expect(titleOf()).toBe('first');
    // Between the two renames the place is empty; whoever looks at it next through the program finds the earlier page.
    expect(build('second', 'renameSync', '2')).toBe('SIGKILL');
    expect(existsSync(place)).toBe(false);
    expect(isPublished(place, { kind: 'page', builtFrom: readStampOfEarlier() })).toBe(true);
    expect(titleOf()).toBe('first');
    expect(build('second', 'never', '0')).toBe('');
    expect(titleOf()).toBe('second');
    expect(readdirSync(scratch)).toEqual(['page']);
  }, 240_000);

  /** What the page was built from that a killed build had moved aside. */
  function readStampOfEarlier(): string {
    const name = readdirSync(scratch).find((other) => other.startsWith('.page.replaced-')) ?? '';
    return readStamp(join(scratch, name))?.builtFrom ?? '';
  }
});
