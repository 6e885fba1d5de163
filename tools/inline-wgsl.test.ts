import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = join(import.meta.dirname, 'inline-wgsl.mjs');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhorizon-wgsl-'));
  for (const one of ['src/kernels/matmul', 'dist/kernels/matmul'])
    mkdirSync(join(folder, one), { recursive: true });
  writeFileSync(join(folder, 'dist/kernels/source.js'), 'export function readWgsl() {}\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const start = (...folders: readonly string[]) =>
  spawnSync(process.execPath, ['--conditions=longhorizon-source', '--import', 'tsx', script, ...folders], {
    encoding: 'utf8',
    cwd: join(import.meta.dirname, '..'),
  });
const inline = () => start(join(folder, 'src'), join(folder, 'dist'));
const compiled = () => join(folder, 'dist/kernels/matmul/tile.js');
const kernel = (text: string) => writeFileSync(join(folder, 'src/kernels/matmul/tile.wgsl'), text);
const load = async (version: number) => (await import(`${pathToFileURL(compiled()).href}?${version}`)).text;

test('a module holds the text of its kernel, also after the kernel alone has changed', async () => {
  writeFileSync(
    compiled(),
    "import { readWgsl } from '../source.js';\nexport const text = readWgsl(new URL('./tile.wgsl', import.meta.url));\n",
  );
  kernel('// A comment.\n  // "quoted" \\ and */\nfn main() { // one more\n  //: body\n}');
  expect(inline()).toMatchObject({ status: 0, stderr: '' });
  // What is for readers of the sources goes; lines stay where they were, and so do places that the compiler fills.
  expect(await load(1)).toBe('\n\nfn main() {\n//: body\n}');
  expect(readFileSync(compiled(), 'utf8')).not.toContain('source.js');
  kernel('fn other() {}');
  expect(inline().status).toBe(0);
  expect(await load(2)).toBe('fn other() {}');
});

test('a computed name is refused: it could not be found', () => {
  writeFileSync(compiled(), 'const f = (n) => readWgsl(new URL("./" + n, import.meta.url));\n');
  expect(inline().stderr).toContain('tile.js: a kernel is read whose name is computed');
});

test('without folders it says what it needs', () => {
  const child = start();
  expect(child.status).toBe(1);
  expect(child.stderr).toContain('inline-wgsl needs two folders');
});
