/** @file Runs the code of docs/core.md as it stands there. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = dirname(import.meta.dirname);

it('docs/core.md is a program that runs, and every claim in it holds', async () => {
  const page = readFileSync(join(root, 'docs/core.md'), 'utf8');
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
  expect(blocks.length).toBeGreaterThan(8);
  // Inside the repository, so that its packages are found by name.
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'core-page-'));
  try {
    const file = join(folder, 'core.mts');
    writeFileSync(file, blocks.join('\n'));
    const run = promisify(execFile)(
      process.execPath,
      ['--conditions=longhorizon-source', '--import', 'tsx', file],
      { cwd: root, timeout: 50_000 },
    );
    await expect(run).resolves.toBeDefined();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
