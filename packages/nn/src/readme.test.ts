/** @file The README's example runs as it is printed. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '..');

it('trains a network from the first line of the README to the last', () => {
  const [, example] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(folder, 'README.md'), 'utf8'))!;
  // Below the repository's own packages, so that its names resolve; a test that is killed leaves nothing where it would be packed.
  const cache = join(folder, '../../node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const place = mkdtempSync(join(cache, 'nn-readme-'));
  try {
    const file = join(place, 'example.mts');
    writeFileSync(file, `${example}\nconsole.log(trained.every(Number.isFinite), trained.length);\n`);
    const output = execFileSync(
      process.execPath,
      ['--conditions=longhorizon-source', '--import', 'tsx', file],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    expect(output).toBe('true 28488\n');
  } finally {
    rmSync(place, { recursive: true });
  }
});
