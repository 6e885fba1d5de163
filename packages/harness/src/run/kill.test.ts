import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stableDigest } from '../record/stable.ts';
import { randomFrom } from '../statistics/random.ts';
import { readRecords } from '../store/read.ts';

const folder = mkdtempSync(join(tmpdir(), 'harness-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = new URL('./fixture/bench.ts', import.meta.url).pathname;

/** Runs the program and, if told to, kills it that long after its first cell. Returns whether it finished. */
function run(outputFolder: string, jobs: number, killAfterMs?: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', program, outputFolder, String(jobs)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (text) => (complaints += text));
    if (killAfterMs !== undefined)
      child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), killAfterMs));
    child.stdout.on('data', () => {});
    child.on('close', (code, signal) => {
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(complaints));
      else resolve(code === 0);
    });
  });
}

/** What an uninterrupted run gives; both are held against it. */
const whole = join(folder, 'whole');
beforeAll(async () => {
  expect(await run(whole, 1)).toBe(true);
}, 60_000);

it.each([
  [1, 90],
  [2, 40],
])(
  'killed at ten random moments and resumed ends with the records of an uninterrupted run, %i at once',
  async (jobs, longestMs) => {
    const broken = join(folder, `broken-${jobs}`);
    const random = randomFrom(2026);
    let finished = 0;
    for (let kill = 0; kill < 10; kill++)
      if (await run(broken, jobs, longestMs * random.uniform())) finished++;
    // The moments must have met the run at work, not after its end.
    expect(finished).toBeLessThan(5);
    await run(broken, jobs);

    const [expected, found] = [whole, broken].map((path) => readRecords([path]));
    expect(found?.rejected).toEqual([]);
    expect(found?.records.length).toBe(48);
    expect(found?.records.every((record) => record.identity.attempt === 1)).toBe(true);
    const digests = (result: typeof expected) => result?.records.map(stableDigest).sort();
    expect(digests(found)).toEqual(digests(expected));
    expect(readdirSync(broken).includes('quarantine')).toBe(false);
    expect(readdirSync(join(broken, '.locks'))).toEqual([]);
  },
);
