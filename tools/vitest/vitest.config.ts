/**
 * @file One configuration for all tests, one project a package. The top level of the repository holds none, so Vitest must be
 * told: `npm test -- <path>` and `npm run test:watch -- <path>` do.
 */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = dirname(dirname(import.meta.dirname));

/** Packages of this repository resolve to their TypeScript source, so tests need no build; then Vite's defaults. */
const conditions = ['longhorizon-source', 'module', 'node', 'development|production'];

const folders = [
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
  'benchmarks',
  'datasets',
  'tools',
  'test',
];

export default defineConfig({
  root,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // A GPU device per test file, in a process of its own: a crash of the driver takes one file with it.
    pool: 'forks',
    // Three for two cores: many tests wait for processes, clocks and a browser.
    maxWorkers: 3,
    // The first use of a pipeline on a software adapter costs up to a second.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    globalSetup: [join(import.meta.dirname, 'global-setup.ts')],
    projects: folders.map((folder) => ({
      extends: true as const,
      test: {
        name: folder.replace('packages/', ''),
        root: join(root, folder),
        include: ['**/*.test.ts'],
        exclude: ['**/node_modules/**', '**/dist/**'],
      },
    })),
  },
});
