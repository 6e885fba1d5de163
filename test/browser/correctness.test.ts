/**
 * @file Everything that is held against the float64 reference on the second driver is held against it in a browser as well: all test files in
 * one module, in one page of a headless Chromium on SwiftShader.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleForBrowser } from '@longhorizon/benchmarks/bundling';
import { describe, expect, it } from 'vitest';
import { findChromium, runInChromium } from '../chromium.ts';
import type { Told } from './run.ts';

const root = join(import.meta.dirname, '../..');

/** Files that ask for something that pages do not have, and what. */
const elsewhere: Readonly<Record<string, string>> = {
  'packages/tensor/src/device/pipeline-warmer.gpu-correctness.test.ts': "the warmer is for Node's Dawn",
  'packages/tensor/src/testing/differences.gpu-correctness.test.ts': 'reads docs/',
  'packages/nn/src/parity.gpu-correctness.test.ts': 'reads files',
  'packages/bilevel/src/testing/parity.gpu-correctness.test.ts': 'reads folders',
  'packages/metaperturb/src/golden.gpu-correctness.test.ts': 'reads files',
};

const found = readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' })
  .map((path) => `packages/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.gpu-correctness.test.ts') && !/\/(?:node_modules|dist)\//.test(path))
  .sort();
const files = found.filter((path) => elsewhere[path] === undefined);

it('files that are not run in a browser are there, and need what they are left out for', () => {
  expect(Object.keys(elsewhere).filter((path) => !found.includes(path))).toEqual([]);
  for (const path of Object.keys(elsewhere))
    expect(readFileSync(join(root, path), 'utf8'), path).toMatch(/from 'node:fs'|process\.|golden/);
});

const chromium = findChromium();
if (chromium === undefined)
  it.skip(
    'no test file runs in a browser: there is no Chromium on this machine; install one, or name it in LONGHORIZON_CHROMIUM',
  );

describe.runIf(chromium !== undefined)('in Chromium', () => {
  const told: Told[] = [];

  it('every test of the second driver runs', async ({ signal }) => {
    const lines = files.map((path) => `  '${path}': () => import('${join(root, path)}'),\n`);
    const { text } = await bundleForBrowser(join(import.meta.dirname, 'run.ts'), {
      instead: { vitest: join(import.meta.dirname, 'vitest.ts') },
      made: { 'test-files': `export const files = {\n${lines.join('')}};\n` },
    });
    const started = performance.now();
    const seen = await runInChromium(chromium!, text, {
      signal,
      onSaid: (some) => told.push(...(some as readonly Told[])),
    });
    expect(seen).toBe('done');
    const states = (['pass', 'fail', 'skip'] as const).map(
      (state) => `${told.filter((one) => one.state === state).length} ${state}`,
    );
    const msOf = (file: string): number =>
      told.filter((one) => one.file === file).reduce((sum, { ms }) => sum + ms, 0);
    const slowest = [...files]
      .sort((a, b) => msOf(b) - msOf(a))
      .slice(0, 5)
      .map((file) => `${file.split('/').slice(1).join('/')} ${(msOf(file) / 1000).toFixed(0)} s`);
    console.log(
      `${files.length} files in Chromium: ${states.join(', ')}; ${Math.round((performance.now() - started) / 1000)} s. Longest: ${slowest.join(', ')}.`,
    );
    expect(new Set(told.map(({ file }) => file))).toEqual(new Set(files));
  }, 1_200_000);

  it('and passes', () => {
    const failures = told.filter(({ state }) => state === 'fail');
    expect(failures.map(({ file, name, errors }) => `${file}: ${name}\n${errors.join('\n')}`)).toEqual([]);
    expect(told.filter(({ state }) => state === 'pass').length).toBeGreaterThan(500);
  });
});
