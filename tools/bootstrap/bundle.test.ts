/** @file Bundles of programs: what they do, and when they are made anew. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleOf } from './bundle.mjs';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'bundle-')));
const write = (path: string, text: string): string => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  return join(root, path);
};
const own = 'benchmarks/src/own.ts';
const main = 'benchmarks/src/main.ts';
const child = 'benchmarks/src/child.ts';
const found = write(
  'benchmarks/src/methods/found.ts',
  'export async function modulesIn(folder: string) { throw new Error(folder); }\n',
);
beforeAll(() => {
  for (const path of ['package.json', 'package-lock.json', 'benchmarks/package.json']) write(path, '{}');
  write('tools/bootstrap/bundle.mjs', '');
  write('benchmarks/src/methods/hyper/first.ts', "export const method = 'first';\n");
  write('benchmarks/src/methods/init/other.ts', "export const method = 'other';\n");
  write('node_modules/outside/package.json', '{ "type": "module", "exports": "./index.js" }');
  write('node_modules/outside/index.js', 'export const url = import.meta.url;\n');
  write(own, 'export const places = [import.meta.url, import.meta.dirname, import.meta.filename];\n');
  write(
    main,
    `import { url } from 'outside';
import { places } from './own.ts';
import { modulesIn } from './methods/found.ts';
declare const bundledPrograms: Readonly<Record<string, string>>;
const found = [...(await modulesIn('hyper')), ...(await modulesIn('init'))] as const;
const names = found.map(({ name, module }) => [name, module.method]);
console.log(JSON.stringify({ url, places, names, programs: bundledPrograms, words: process.argv.slice(2) }));
`,
  );
  write(child, "console.log('child');\n");
});
afterAll(() => rmSync(root, { recursive: true }));

const run = (file: string, ...words: readonly string[]): string =>
  execFileSync(process.execPath, [file, ...words], { encoding: 'utf8', cwd: tmpdir() });

it('a bundle does what the sources do: modules know their places, packages are found, methods by their folders', async () => {
  const file = (await bundleOf(root, main, [child]))!;
  const { url, places, names, programs, words } = JSON.parse(run(file, 'a', 'b'));
  expect(url).toBe(pathToFileURL(join(root, 'node_modules/outside/index.js')).href);
  const path = join(root, own);
  expect(places).toEqual([pathToFileURL(path).href, dirname(path), path]);
  expect(names).toEqual([
    ['first', 'first'],
    ['other', 'other'],
  ]);
  expect(words).toEqual(['a', 'b']);
  expect(run(join(dirname(file), programs[child]))).toBe('child\n');
});

it('one is made for the sources as they are, and once', async () => {
  const first = await bundleOf(root, main, [child]);
  expect(await bundleOf(root, main, [child])).toBe(first);
  write(own, 'export const places = [];\n');
  const second = (await bundleOf(root, main, [child]))!;
  expect(second).not.toBe(first);
  expect(JSON.parse(run(second)).places).toEqual([]);
  write('benchmarks/src/methods/init/more.ts', "export const method = 'more';\n");
  const third = (await bundleOf(root, main, [child]))!;
  expect(JSON.parse(run(third)).names.map(([name]: readonly string[]) => name)).toEqual([
    ...['first', 'more', 'other'],
  ]);
  for (const count of [1, 2, 3]) {
    write(own, `export const places = [${count}];\n`);
    await bundleOf(root, main, [child]);
  }
  const folder = dirname(dirname(third));
  expect(readdirSync(folder).filter((name) => name !== 'inputs.json').length).toBe(4);
});

it('where the sources have an error there is none, and they say it themselves', async () => {
  write('benchmarks/src/methods/found.ts', 'export async function modulesIn( {\n');
  expect(await bundleOf(root, main, [child])).toBeUndefined();
  expect(existsSync(found)).toBe(true);
});
