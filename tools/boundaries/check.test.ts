import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { checkBoundaries } from './check.ts';
import { allowed } from './layers.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

interface Package {
  readonly uses?: readonly string[];
  readonly testsUse?: readonly string[];
  /** Source files by their path in `src`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A repository in a scratch folder, with packages by their names. */
function repository(packages: Readonly<Record<string, Package>>): string {
  const root = mkdtempSync(join(tmpdir(), 'longhorizon-boundaries-'));
  folders.push(root);
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'fixture', workspaces: ['packages/*'] }));
  for (const [name, { uses = [], testsUse = [], files = {} }] of Object.entries(packages)) {
    const source = join(root, 'packages', name, 'src');
    const versions = (names: readonly string[]) =>
      Object.fromEntries(names.map((one) => [`@longhorizon/${one}`, '0.1.0']));
    const manifest = {
      name: `@longhorizon/${name}`,
      exports: { '.': './src/index.ts' },
      dependencies: versions(uses),
      devDependencies: versions(testsUse),
    };
    for (const [path, text] of Object.entries({ 'index.ts': 'export {};\n', ...files })) {
      mkdirSync(dirname(join(source, path)), { recursive: true });
      writeFileSync(join(source, path), text);
    }
    writeFileSync(join(root, 'packages', name, 'package.json'), JSON.stringify(manifest));
  }
  return root;
}

describe('what passes', () => {
  test('declared dependencies that point downwards, over any number of layers', () => {
    const root = repository({
      tensor: { files: { 'ops/add.ts': "import { a } from '../graph/node.ts';\n", 'graph/node.ts': '' } },
      nn: { uses: ['tensor'], files: { 'dense.ts': "import type { Node } from '@longhorizon/tensor';\n" } },
      bilevel: { uses: ['tensor', 'nn'], files: { 'loop.ts': "export * from '@longhorizon/tensor';\n" } },
    });
    expect(checkBoundaries(root)).toEqual([]);
  });

  test('what only looks like an import', () => {
    const text = "// import '@longhorizon/nn';\nexport const text = \"import x from '@longhorizon/nn'\";\n";
    expect(checkBoundaries(repository({ tensor: { files: { 'a.ts': text } }, nn: {} }))).toEqual([]);
  });

  test('a dependency of tests, in tests', () => {
    const text = "import '@longhorizon/tensor';\n";
    const root = repository({ tensor: {}, nn: { testsUse: ['tensor'], files: { 'a.test.ts': text } } });
    expect(checkBoundaries(root)).toEqual([]);
  });

  test('this repository', () => {
    expect(checkBoundaries(dirname(dirname(import.meta.dirname)))).toEqual([]);
  });
});

describe('what fails', () => {
  test('an upward arrow in a manifest', () => {
    expect(checkBoundaries(repository({ tensor: { uses: ['nn'] }, nn: {} }))).toEqual([
      "packages/tensor/package.json: 'tensor' uses 'nn', which does not stand below it. It may use no other package.",
    ]);
  });

  test.each([
    ['import', "import { x } from '@longhorizon/bilevel';"],
    ['import of a type', "import type { X } from '@longhorizon/bilevel';"],
    ['re-export', "export * from '@longhorizon/bilevel';"],
    ['re-export of a name', "export { x } from '@longhorizon/bilevel';"],
    ['dynamic import', "const x = await import('@longhorizon/bilevel');"],
    ['type import', "export type X = import('@longhorizon/bilevel').X;"],
  ])('an upward arrow in source: %s', (_, text) => {
    const root = repository({ bilevel: {}, nn: { files: { 'deep/layer.ts': `export {};\n${text}\n` } } });
    expect(checkBoundaries(root)).toEqual([
      "packages/nn/src/deep/layer.ts:2: 'nn' uses 'bilevel', which does not stand below it. It may use tensor.",
    ]);
  });

  test('the harness knows nothing of the others', () => {
    const root = repository({ tensor: {}, harness: { uses: ['tensor'] } });
    expect(checkBoundaries(root)).toHaveLength(1);
  });

  test('an import that is not declared', () => {
    const root = repository({ tensor: {}, nn: { files: { 'a.ts': "import '@longhorizon/tensor';\n" } } });
    expect(checkBoundaries(root)).toEqual([
      "packages/nn/src/a.ts:1: '@longhorizon/tensor' is not declared. Add it to the dependencies in packages/nn/package.json.",
    ]);
  });

  test('a dependency of tests, outside of tests', () => {
    const text = "import '@longhorizon/tensor';\n";
    const root = repository({ tensor: {}, nn: { testsUse: ['tensor'], files: { 'a.ts': text } } });
    expect(checkBoundaries(root)).toHaveLength(1);
  });

  test("another package's internals, by name and by path", () => {
    const byName = "import '@longhorizon/tensor/src/graph/node.ts';\n";
    const byPath = "import '../../tensor/src/index.ts';\n";
    const root = repository({
      tensor: {},
      nn: { uses: ['tensor'], files: { 'a.ts': byName, 'b.ts': byPath } },
    });
    expect(checkBoundaries(root)).toEqual([
      "packages/nn/src/a.ts:1: '@longhorizon/tensor/src/graph/node.ts' reaches into the package. " +
        "Import from '@longhorizon/tensor', or list './src/graph/node.ts' in its exports.",
      "packages/nn/src/b.ts:1: '../../tensor/src/index.ts' leads out of packages/nn. Import the other package by its name.",
    ]);
  });

  test('a package that nobody has given a layer', () => {
    expect(checkBoundaries(repository({ novelty: {} }))).toEqual([
      "packages/novelty: the package 'novelty' has no layer. Add a line for it to tools/boundaries/layers.ts.",
    ]);
  });

  test('a package that does not exist', () => {
    const root = repository({ nn: { files: { 'a.ts': "import '@longhorizon/tensors';\n" } } });
    expect(checkBoundaries(root)).toEqual([
      "packages/nn/src/a.ts:1: there is no package '@longhorizon/tensors' in this repository.",
    ]);
  });

  test('the command itself ends with 1 and names the place', () => {
    const root = repository({ tensor: { files: { 'a.ts': "import '@longhorizon/nn';\n" } }, nn: {} });
    const main = join(import.meta.dirname, 'main.ts');
    const child = spawnSync(process.execPath, ['--import', 'tsx', main, root], { encoding: 'utf8' });
    expect(child.status).toBe(1);
    expect(child.stderr).toContain('packages/tensor/src/a.ts:1: ');
  });
});

test('the layers have no circle: nothing may use itself', () => {
  for (const name of ['tensor', 'nn', 'bilevel', 'lazy', 'datasets', 'benchmarks', 'tools', 'test']) {
    expect(allowed(name).has(name)).toBe(false);
  }
});

test.each(['hyperdistill', 'trajectory-shifting', 'lazy', 'metaperturb'])(
  'the method %s uses none of the others',
  (name) => {
    expect([...allowed(name)].sort()).toEqual(['bilevel', 'nn', 'tensor']);
  },
);
