/**
 * @file Runs Vitest in a process of its own and returns its count.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryOf } from './binary-of.ts';
import { add, emptyTally, type Tally } from './tally.ts';

const reporter = join(import.meta.dirname, 'tally-reporter.ts');
const configuration = join(import.meta.dirname, '../vitest/vitest.config.ts');

/**
 * @param root the repository's folder
 * @param words Vitest's arguments: paths to filter by, `-t name`, …
 * @param environment of the tests
 * @param config Vitest's configuration; left out, the one of all tests
 * @returns a failed run has at least one failure, whatever the reason
 */
export function runVitest(
  root: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  config = configuration,
): Tally {
  const folder = mkdtempSync(join(tmpdir(), 'longhorizon-tally-'));
  const path = join(folder, 'tally.json');
  try {
    const child = spawnSync(
      process.execPath,
      [
        binaryOf(root, 'vitest'),
        'run',
        `--config=${config}`,
        '--reporter=default',
        `--reporter=${reporter}`,
        ...words,
      ],
      { cwd: root, stdio: 'inherit', env: { ...environment, LONGHORIZON_TALLY: path } },
    );
    const tally = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Tally) : emptyTally;
    const failedSilently = child.status !== 0 && tally.failed === 0;
    return failedSilently ? add(tally, { ...emptyTally, failed: 1 }) : tally;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
