import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = dirname(import.meta.dirname);
const libraries = [
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
  'datasets',
  'benchmarks',
].filter((folder) => existsSync(join(root, folder, 'package.json')));

test('the top level holds manifests, what a reader expects there, folders and dot files, and nothing else', () => {
  const made = ['node_modules', 'results', 'coverage', 'dist'];
  const names = readdirSync(root).filter((name) => !name.startsWith('.') && !made.includes(name));
  expect(names.sort()).toEqual([
    'CHANGELOG.md',
    'CITATION.cff',
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    'benchmarks',
    'datasets',
    'docs',
    'nx.json',
    'package-lock.json',
    'package.json',
    'packages',
    'test',
    'tools',
    'tsconfig.base.json',
  ]);
});

test.each(libraries)('%s is found by its name and resolves to its source', (folder) => {
  const { name } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { name: string };
  expect(fileURLToPath(import.meta.resolve(name))).toBe(join(root, folder, 'src/index.ts'));
});
