import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecords, stableDigest } from '@longhorizon/harness';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { equalCells, sweep, wordsOf } from './workers.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Four methods at a horizon without and one with steps in between, in two passes: 16 cells. */
const size = { horizons: [1, 3], seeds: 1 };

/** What an undisturbed run gives; both tests hold theirs against it. */
const whole = join(folder, 'whole');
beforeAll(async () => {
  await bench(whole);
}, 180_000);

/** Runs the benchmark; with `afterCells` it is killed as soon as so many cells are done. */
function bench(
  out: string,
  afterCells?: number,
): Promise<{ readonly finished: boolean; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, wordsOf(out, size));
    let said = '';
    let complaints = '';
    child.stderr.on('data', (text) => (complaints += text));
    child.stdout.on('data', (text) => {
      said += text;
      const done = said.match(/^\[/gm)?.length ?? 0;
      if (afterCells !== undefined && done >= afterCells) child.kill('SIGKILL');
    });
    child.on('close', (code, signal) => {
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(complaints));
      else resolve({ finished: code === 0, said });
    });
  });
}

it('killed and resumed, the benchmark ends with the records of an uninterrupted run; then nothing is left to run', async () => {
  const broken = join(folder, 'broken');
  // The harness kills runs again and again; here it is cells on a device that are resumed.
  expect((await bench(broken, 4)).finished).toBe(false);
  expect((await bench(broken)).finished).toBe(true);

  const [expected, found] = [whole, broken].map((path) => readRecords([path]));
  const digests = (read: typeof expected) => read?.records.map(stableDigest).sort();
  expect(expected?.records).toHaveLength(16);
  expect(digests(found)).toEqual(digests(expected));
  expect(found?.rejected).toEqual([]);

  expect((await bench(broken)).said).toContain('16 cells: 16 had a result, nothing was left to run');
});

it.skipIf(process.platform !== 'linux')(
  'with three of its workers ended by signals, the benchmark gives every cell of an undisturbed run',
  async () => {
    const disturbed = join(folder, 'disturbed');
    const { sent } = await sweep(disturbed, size, 3);
    expect(sent).toEqual(['SIGKILL', 'SIGSEGV', 'SIGTERM']);
    // A signal that met the second try as well left a result that does not stand.
    if (equalCells(whole, disturbed).equal < 16) await sweep(disturbed, size, 0);
    expect(equalCells(whole, disturbed)).toEqual({ equal: 16, cells: 16 });
  },
);
