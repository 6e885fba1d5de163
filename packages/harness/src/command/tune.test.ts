/** @file `bench tune` and `bench --tuned` from the command line. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fixtureSuite } from '../run/fixture/suite.ts';
import { benchCommand } from './bench-command.ts';
import { fixtureDefinition } from './fixture/definition.ts';

const suites = [
  fixtureSuite(['learning'], {
    problems: [{ name: 'nothing', rates: [0.01, 0.1, 1] }],
    passes: ['training'],
    metric: { name: 'loss', title: 'Loss', direction: 'lower' },
    tuning: { pass: 'training', seeds: [100] },
    profiles: { quick: { horizons: [1], dimensions: [2], seeds: [0], timeoutSeconds: 20 } },
  }),
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harness-tune-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = undefined;
});

async function bench(...words: readonly string[]) {
  let [out, err] = ['', ''];
  const output = { write: (text: string) => (out += text) };
  const errors = { write: (text: string) => (err += text) };
  const definition = { ...fixtureDefinition, suites, outputFolder: folder, output, errors };
  await benchCommand(definition).parseAsync([...words], { from: 'user' });
  return { code: Number(process.exitCode ?? 0), out, err };
}

it('tunes in shards, goes on where it stopped, and runs tuned cells whose page leaves the trials out', async () => {
  const early = await bench('--tuned');
  expect(early.code).toBe(2);
  expect(early.err).toContain('learning on nothing, T = 1, p = 2: 0 of its 3 trials are there.');
  process.exitCode = undefined;
  expect((await bench('tune', '--dry-run')).out).toContain(
    `3 cells, 3 without an answer in ${folder}.\nNo record in the folder says how long such cells take.`,
  );
  await bench('tune', '--shard', '1/2');
  const { out } = await bench('tune');
  expect(out).toMatch(/nothing +1 +2 +learning +rate=0\.1 \(1\)/);
  expect((await bench('tune', '--dry-run')).out).toContain('3 cells, 0 without an answer');
  const tuned = await bench('--tuned');
  expect(tuned.code).toBe(0);
  expect(tuned.out).toContain('1 cell: 0 had a result, ran 1 ok.');
  expect((await bench('--tuned', '--no-resume', '--dry-run')).out).toMatch(
    /One after another, 1 cell would take about .*, as records of their kind did\./,
  );
  const card = readFileSync(join(folder, 'site', 'methods', 'learning.html'), 'utf8');
  expect(card.replaceAll(/<[^>]*>/g, ' ')).toMatch(/3 × 1 seed +rate 0\.01, 0\.1, 1 +rate 0\.1 +30/);
  const [, words = ''] =
    /nx run bench (.*?)</.exec(
      readFileSync(
        join(folder, 'site', 'cells', readdirSync(join(folder, 'site', 'cells'))[0] ?? ''),
        'utf8',
      ),
    ) ?? [];
  expect(words).toContain('--tuned');
  expect((await bench(...words.split(' '), '--dry-run')).out).toContain('tuned={"rate":0.1} (again');
  const cells = readFileSync(join(folder, 'site', 'cells.html'), 'utf8');
  expect(cells.match(/href="cells\//g)).toHaveLength(1);
});

it('answers bad input in sentences', async () => {
  expect((await bench('--tuned', '--seeds', '100..100')).err).toContain(
    'Tuned cells cannot be evaluated on seed 100: fixture chose their numbers on it.',
  );
  expect((await bench('--tuned', join(folder, 'none'))).err).toContain('to read records from');
  expect((await bench('tune', '--seeds', '0..0')).err).toContain('Trials cannot run on seed 0');
});
