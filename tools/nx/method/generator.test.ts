import { spawnSync } from 'node:child_process';
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
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const require = createRequire(import.meta.url);
const generate = require('./generator.cjs') as (
  tree: object,
  options: { name: string; title?: string; citation: string },
) => Promise<() => void>;

/** What of the repository a generated method needs, in a folder of its own: packages that it changes as copies, all else as links. */
const copy = mkdtempSync(join(tmpdir(), 'longhorizon-method-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));
const isModule = (path: string): boolean => !/[\\/](node_modules|dist|records)$/.test(path);
for (const folder of ['packages/bilevel', 'benchmarks'])
  cpSync(join(root, folder), join(copy, folder), { recursive: true, filter: isModule });
for (const file of ['package.json', '.biome.jsonc', 'tsconfig.base.json', '.gitignore'])
  if (existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
mkdirSync(join(copy, 'node_modules/@longhorizon'), { recursive: true });
for (const name of readdirSync(join(root, 'node_modules')))
  if (name !== '@longhorizon')
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
for (const name of readdirSync(join(root, 'node_modules/@longhorizon'))) {
  const own = name === 'bilevel' ? 'packages/bilevel' : name === 'benchmarks' ? 'benchmarks' : undefined;
  symlinkSync(
    own === undefined ? join(root, 'node_modules/@longhorizon', name) : join(copy, own),
    join(copy, 'node_modules/@longhorizon', name),
  );
}

const written: string[] = [];
const tree = {
  root: copy,
  exists: (path: string) => existsSync(join(copy, path)),
  read: (path: string) => readFileSync(join(copy, path), 'utf8'),
  write: (path: string, text: string) => {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
    written.push(path);
  },
};

/** What a program prints in the copy; fails with what it complains of. */
function printed(words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...words], { cwd: copy, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
const program = (name: string): string => join(root, 'node_modules', name);

test('a generated method passes lint and types, and computes what one-step does at every horizon', {
  timeout: 240_000,
}, async () => {
  const layOut = await generate(tree, {
    name: 'my-idea',
    title: 'My idea',
    citation: `Somebody's paper with a title that is long enough to be broken over lines, ICML 2026, algorithm 1`,
  });
  layOut();
  expect([...written].sort()).toEqual([
    'benchmarks/src/methods/hyper/my-idea.ts',
    'packages/bilevel/src/hyper/methods/my-idea.test.ts',
    'packages/bilevel/src/hyper/methods/my-idea.ts',
    'packages/bilevel/src/index.ts',
  ]);
  printed([
    program('@biomejs/biome/bin/biome'),
    'check',
    '--error-on-warnings',
    '--diagnostic-level=warn',
    ...written,
  ]);
  const config = {
    extends: './tsconfig.base.json',
    compilerOptions: { typeRoots: [join(root, 'node_modules/@types'), join(root, 'node_modules')] },
    files: written.filter((path) => path !== 'packages/bilevel/src/index.ts'),
  };
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(config));
  printed([program('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json']);

  const script = `
    import { learnStart, myIdea, oneStep, prepare, refusal, trackingOfSize } from '@longhorizon/bilevel';
    import { method } from './benchmarks/src/methods/hyper/my-idea.ts';
    async function by(method, horizon) {
      const run = await prepare('float64', trackingOfSize(6, 3), method, { horizon });
      const { outerLoss } = await run.compute();
      const found = { outerLoss, hypergradient: [...(await run.read('hypergradient'))] };
      run.destroy();
      return found;
    }
    const found = [];
    for (const T of [1, 3, 10]) found.push([await by(myIdea, T), await by(oneStep, T)]);
    const start = learnStart(trackingOfSize(4, 2));
    const refused = [refusal(myIdea, start, 3), refusal(oneStep, start, 3)];
    console.log(JSON.stringify({ found, refused, id: method.id, title: method.title }));`;
  writeFileSync(join(copy, 'compare.ts'), script);
  const tsx = join(program('tsx'), 'dist/loader.mjs');
  const { found, refused, id, title } = JSON.parse(
    printed(['--conditions=longhorizon-source', '--import', tsx, 'compare.ts']),
  );
  expect([id, title]).toEqual(['hyper/my-idea', 'My idea']);
  expect(found).toHaveLength(3);
  for (const [own, oneStep] of found) expect(own).toEqual(oneStep);
  expect(refused[1]).toMatch(/start/);
  expect(refused[0]).toBe(refused[1].replaceAll('one-step', 'my-idea'));
});

test('a name that is taken is refused, and nothing is written', async () => {
  const before = written.length;
  await expect(generate(tree, { name: 'drmad', citation: 'x' })).rejects.toThrow(
    'There is a method drmad already',
  );
  await expect(generate(tree, { name: 'learn-start', citation: 'x' })).rejects.toThrow(
    'exports something called learnStart already',
  );
  expect(written).toHaveLength(before);
});
