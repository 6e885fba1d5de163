/** What becomes of commits that cannot be compared as they are: each a sentence and an exit code of its own. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import type { BenchDefinition } from '../command/definition.ts';
import { trackCommand } from '../command/track-command.ts';
import { RunError } from '../errors.ts';
import { accept } from './accepted.ts';
import { fixtureOutcome } from './fixture/facts.ts';
import { FixtureRepository, fixtureMachine } from './fixture/repository.ts';
import { History, machineFolder, machineKey } from './history.ts';
import { reportMarkdown } from './markdown.ts';
import { partialResults } from './partial.ts';
import { recordCommits } from './record.ts';
import { trackRun } from './run.ts';
import { exitCodeFor } from './verdict.ts';

const scratch = mkdtempSync(join(tmpdir(), 'track-commits-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let repository: FixtureRepository;
beforeEach(() => {
  repository = new FixtureRepository(mkdtempSync(join(scratch, 'r-')));
});
afterEach(() => {
  process.exitCode = 0;
  delete process.env.LONGHORIZON_TRACK_CACHE;
});

const severity = { failOn: [3, 4, 5], strict: true };
const all = { a: 3, b: 3, c: 3 };

/** Runs `track …` as a user does. */
async function command(
  ...words: readonly string[]
): Promise<{ readonly code: unknown; readonly said: string }> {
  let said = '';
  const write = (text: string): void => {
    said += text;
  };
  const definition = { repositoryFolder: repository.root } as BenchDefinition;
  const around = { output: { write }, errors: { write, program: 'bench' } };
  process.exitCode = 0;
  await trackCommand(definition, repository.definition, around).parseAsync([...words], { from: 'user' });
  return { code: process.exitCode, said };
}

it('a counter that grew is 4; a commit of documentation runs nothing; what one side lacks is not compared', async () => {
  repository.facts({ a: 3, b: 3 });
  repository.commit();
  repository.facts({ ...all, a: 4 });
  repository.commit();
  const report = await trackRun(repository.run());
  expect(report.cells.map(({ kind }) => kind)).toEqual(['differs', 'identical', 'not compared']);
  expect(report.cells[2]).toMatchObject({
    reason: expect.stringContaining('base: no such cell: there is no problem c'),
  });
  expect(reportMarkdown(report)).toContain('Not compared:');
  expect(exitCodeFor(report, severity)).toBe(4);
  repository.asked();
  repository.write('README.md', 'words');
  repository.commit();
  expect(await trackRun(repository.run())).toMatchObject({ sameSources: true });
  expect(repository.asked()).toEqual([]);
});

it('a base without any of the cells is inconclusive: 6', async () => {
  repository.facts({});
  repository.commit();
  repository.facts(all);
  repository.commit();
  expect(exitCodeFor(await trackRun(repository.run()), severity)).toBe(6);
});

it('a base that does not build or does not run is no baseline: 7 with --strict, else 0 and a sentence', async () => {
  repository.write('package-lock.json', 'no lock file');
  repository.write('facts.json', 'no facts');
  repository.commit('packages that do not install');
  repository.write('package-lock.json', '{}');
  repository.commit('a process that does not start');
  repository.facts(all);
  repository.commit();
  const out = join(repository.root, 'out');
  const strict = await command('run', '--base', 'HEAD~1', '--exact', '--strict', '--out', out);
  expect(strict).toMatchObject({
    code: 7,
    said: expect.stringMatching(/the base \w+ cannot be run: .*SyntaxError/),
  });
  const lenient = await command('run', '--base', 'HEAD~2', '--exact', '--out', out);
  expect(lenient).toMatchObject({
    code: 0,
    said: expect.stringMatching(/no baseline \(7\): The packages of .* could not be installed/),
  });
});

it('a tree with changes is compared as it lies there and says so; the history takes none of it', async () => {
  repository.facts(all);
  repository.commit();
  repository.commit();
  repository.facts({ ...all, b: 5 });
  const report = await trackRun(repository.run());
  expect(report.head.dirty).toBe(true);
  expect(reportMarkdown(report)).toContain('with changes that are not committed');
  expect(report.findings).toMatchObject([{ kind: 'worse', cells: [{ base: 3, head: 5 }] }]);
  expect(await command('record')).toMatchObject({
    code: 2,
    said: expect.stringContaining('have changes that are not committed, such as facts.json'),
  });
});

it('a run that was ended goes on: 130, and then only what is left is asked', async () => {
  repository.facts(all);
  repository.commit();
  repository.write('facts.json', `${readFileSync(join(repository.root, 'facts.json'), 'utf8')}\n`);
  repository.commit();
  const run = repository.run();
  const asked: string[] = [];
  const signal = {
    get aborted() {
      asked.push(...repository.asked());
      // Known before c is begun, which comes after a; b is under way beside them and comes to its end.
      return asked.filter((problem) => problem === 'a').length >= 2;
    },
  } as AbortSignal;
  await expect(trackRun({ ...run, signal })).rejects.toMatchObject({ exitCode: 130 });
  expect([...asked].sort()).toEqual(['a', 'a', 'b', 'b']);
  const { cells } = await trackRun(run);
  expect(repository.asked()).toEqual(['c', 'c']);
  expect(cells.map(({ kind }) => kind)).toEqual(['identical', 'identical', 'identical']);
});

const newer = '{"longhorizonHistory":2}\n';

it('a history is recorded, shown, and refused where a newer program wrote it: 2', async () => {
  repository.facts(all);
  repository.commit('one');
  repository.facts({ ...all, a: 7 });
  repository.commit('two');
  await recordCommits({
    definition: repository.definition,
    root: repository.root,
    since: 'HEAD~1',
    cells: repository.definition.cells(),
    say: () => {},
  });
  expect((await command('show', 's/a/m/T1/p1')).said).toContain('7');
  const machine = machineFolder(join(repository.root, 'history'), machineKey(fixtureMachine));
  appendFileSync(join(machine, readdirSync(machine).find((name) => name.endsWith('.jsonl'))!), newer);
  expect(await command('show')).toMatchObject({ code: 2, said: expect.stringContaining('is of version 2') });
});

it('a full disk is a sentence and 1, wherever it fills up', () => {
  const folder = mkdtempSync(join(scratch, 'full-'));
  const full = (act: () => void): void => {
    expect(act).toThrow(RunError);
    expect(act).toThrow(/cannot be written to .*there is no space left.*the same command goes on/);
  };
  const partial = partialResults(folder, 'k'.repeat(16));
  symlinkSync('/dev/full', join(folder, `partial-${'k'.repeat(16)}.jsonl`));
  full(() => partial.add('c', 1));
  const history = new History(folder, fixtureMachine, 'lab');
  symlinkSync('/dev/full', join(history.folder, '2026.jsonl'));
  const commit = { hash: 'one', parents: [], committed: '2026-01-01T00:00:00Z', subject: '' };
  full(() => history.add(commit, '1', { c: fixtureOutcome() }, undefined));
  mkdirSync(join(folder, 'x'));
  symlinkSync('/dev/full', join(folder, 'x', 'accepted.jsonl'));
  full(() => accept(join(folder, 'x', 'accepted.jsonl'), { id: '0123abcd', what: '', because: 'so' }));
});
