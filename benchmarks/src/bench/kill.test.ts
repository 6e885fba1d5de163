import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomFrom, readRecords, stableDigest } from '@longhorizon/harness';
import { afterAll, expect, it } from 'vitest';
import { equalCells, sweep } from './kill-workers.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = join(import.meta.dirname, 'main.ts');
const node = ['--conditions=longhorizon-source', '--import', 'tsx', program];
const cells =
  '--suite hypergradient --problem tracking --method exact-reverse,one-step,drmad,hyperdistill ' +
  '--horizon 1,2,3 --dim 10 --seeds 1 --pass gradient,memory --no-site';

/** Runs the benchmark; with `afterCells` it is killed as soon as so many cells are done. */
function bench(
  out: string,
  afterCells?: number,
): Promise<{ readonly finished: boolean; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...node, ...cells.split(' '), '--out', out]);
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

it('killed and resumed, the benchmark ends with the records of an uninterrupted run; then nothing is left to run', {
  timeout: 180_000,
}, async () => {
  const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')];
  await bench(whole);
  const random = randomFrom(6);
  for (let kill = 0; kill < 2; kill++) {
    const { finished } = await bench(broken, 1 + Math.floor(6 * random.uniform()));
    expect(finished).toBe(false);
  }
  expect((await bench(broken)).finished).toBe(true);

  const [expected, found] = [whole, broken].map((path) => readRecords([path]));
  const digests = (read: typeof expected) => read?.records.map(stableDigest).sort();
  expect(expected?.records).toHaveLength(24);
  expect(digests(found)).toEqual(digests(expected));
  expect(found?.rejected).toEqual([]);

  expect((await bench(broken)).said).toContain('24 cells: 24 had a result, nothing was left to run');
});

it.skipIf(process.platform !== 'linux')(
  'with three of its workers ended by signals, the benchmark gives every cell of an undisturbed run',
  { timeout: 180_000 },
  async () => {
    const [whole, disturbed] = [join(folder, 'undisturbed'), join(folder, 'disturbed')];
    await sweep(whole, 1, 0);
    const { sent } = await sweep(disturbed, 1, 3);
    expect(sent).toEqual(['SIGKILL', 'SIGSEGV', 'SIGTERM']);
    // A signal that met the second try as well left a result that does not stand.
    await sweep(disturbed, 1, 0);
    expect(equalCells(whole, disturbed)).toEqual({ equal: 24, cells: 24 });
  },
);
