import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { signedRankP } from '../statistics/compare.ts';
import { accept, acceptedTrailers, readAccepted } from './accepted.ts';
import { bisect } from './bisect.ts';
import { readBudgets } from './budgets.ts';
import { compareFacts, differenceOf } from './difference.ts';
import { brokenBudgets, findingsOf } from './findings.ts';
import { fixtureFacts, fixtureOutcome } from './fixture/facts.ts';
import { fixtureTimed, fixtureReport as report } from './fixture/report.ts';
import { fixtureMachine as machine } from './fixture/repository.ts';
import { commitNamed } from './git.ts';
import { exactChanges, History, readHistory } from './history.ts';
import { marker, reportMarkdown } from './markdown.ts';
import { partialResults, type SettledCell } from './partial.ts';
import { matchesCell } from './patterns.ts';
import { spread, uniformityP } from './selftest.ts';
import { seriesOf } from './series.ts';
import { exitCodeFor, parseFailOn, verdictLine } from './verdict.ts';

const scratch = mkdtempSync(join(tmpdir(), 'track-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folders = 0;
const folder = (): string => mkdtempSync(join(scratch, `${folders++}-`));

const severity = { failOn: [3, 4, 5], strict: false };

describe('findings and exit codes', () => {
  const verdicts = (change: Parameters<typeof fixtureFacts>[0]) =>
    compareFacts({ c: fixtureOutcome() }, { c: fixtureOutcome(change) });
  const found = (change: Parameters<typeof fixtureFacts>[0]) => findingsOf(verdicts(change));

  it('tell other results (5), a worse counter (4), a slower cell (3) and nothing compared (6) apart', () => {
    const answers = found({ results: 'r1' });
    const worse = found({ counters: { dispatches: 4, measuredBytes: 1000 } });
    expect(exitCodeFor(report(), severity)).toBe(0);
    expect(exitCodeFor(report({ findings: worse }), severity)).toBe(4);
    expect(exitCodeFor(report({ findings: [...worse, ...answers] }), severity)).toBe(5);
    expect(exitCodeFor(report({ findings: worse }), { failOn: [5], strict: false })).toBe(0);
    const timing = fixtureTimed({ verdict: 'regressed' });
    expect(exitCodeFor(report({ timing }), severity)).toBe(3);
    const none = report({ cells: [{ kind: 'not compared', cell: 'c', reason: 'base: no such cell' }] });
    expect(verdictLine(none)).toContain('not one cell');
    expect(exitCodeFor(none, severity)).toBe(0);
    expect(exitCodeFor(none, { ...severity, strict: true })).toBe(6);
  });

  it('of less are gains, and what is accepted is no objection', () => {
    expect(found({ counters: { dispatches: 2, measuredBytes: 1000 } })).toMatchObject([
      { kind: 'better', what: 'dispatches' },
    ]);
    const findings = found({ results: 'r1' });
    const accepted = [{ id: findings[0]!.id, what: '', because: 'the order of summation is another' }];
    expect(exitCodeFor(report({ findings, accepted }), severity)).toBe(0);
    expect(found({ results: 'r1' })[0]!.id).toBe(findings[0]!.id);
  });

  it('are accepted by a line of a file or a trailer, and a line that is none is named', () => {
    const path = join(folder(), 'accepted.jsonl');
    expect(readAccepted(path)).toEqual([]);
    accept(path, { id: '0123abcd', what: 'results', because: 'better sums' });
    expect(readAccepted(path)).toEqual([{ id: '0123abcd', what: 'results', because: 'better sums' }]);
    appendFileSync(path, 'nonsense\n');
    expect(() => readAccepted(path)).toThrow(/accepted.jsonl:2 is no accepted change/);
    expect(acceptedTrailers('Subject\n\nPerf-accepted: 89abcdef because it is right\n')).toEqual([
      { id: '89abcdef', what: 'in a commit message', because: 'it is right' },
    ]);
  });

  it('come from budgets: soft growth is borne, a hard limit is not, and a budget that cannot be read is named', () => {
    const path = join(folder(), 'budgets.json');
    writeFileSync(path, '[{"match":"c*","counter":"dispatches","soft":"50%","hard":4}]');
    const budgets = readBudgets(path);
    expect(findingsOf(verdicts({ counters: { dispatches: 4, measuredBytes: 1000 } }), budgets)).toMatchObject(
      [{ kind: 'changed' }],
    );
    expect(findingsOf(verdicts({ counters: { dispatches: 5, measuredBytes: 1000 } }), budgets)).toMatchObject(
      [{ kind: 'worse' }],
    );
    expect(brokenBudgets({ c: fixtureOutcome({ counters: { dispatches: 5 } }) }, budgets)).toMatchObject([
      { kind: 'budget', cells: [{ head: 5 }] },
    ]);
    writeFileSync(path, '[{"match":"c*","counter":"dispatches","soft":"much"}]');
    expect(() => readBudgets(path)).toThrow(/budgets.json: 0.soft/);
    expect(matchesCell('kernels/*/T1/*', 'kernels/sum/longhorizon/T1/p0')).toBe(true);
    expect(matchesCell('kernels/*', 'hypergradient/kernels/x')).toBe(false);
  });

  it('of a --fail-on that is none of ours are refused', () => {
    expect(parseFailOn('4, 5')).toEqual([4, 5]);
    expect(() => parseFailOn('4,9')).toThrow("'9' is none of 3, 4, 5, 6, 7");
  });
});

it('a report of ten thousand cells stays below 60 kB, and begins with its marker and the verdict', () => {
  const cells = Array.from({ length: 10_000 }, (_, k) => {
    const cell = `suite/problem-${k}/method/T10/p10`;
    const difference = differenceOf(
      cell,
      fixtureFacts(),
      fixtureFacts({ results: `r${k}`, counters: { dispatches: k + 4, measuredBytes: 1 } }),
    )!;
    return { kind: 'differs' as const, cell, difference };
  });
  const text = reportMarkdown(report({ cells, findings: findingsOf(cells) }));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
  expect(text.split('\n')[0]).toBe(marker);
  expect(text.split('\n')[1]).toContain('change of results');
  expect(text).toContain('npx longhorizon bench track run --base main');
  expect(text).toContain('lines more; the JSON has them all');
});

describe('history', () => {
  const commit = (hash: string, committed: string) => ({ hash, parents: [], committed, subject: hash });
  const filled = (): { readonly history: History; readonly path: string } => {
    const root = folder();
    const history = new History(root, machine);
    history.add(
      commit('one', '2026-01-01T00:00:00Z'),
      '1',
      { c: fixtureOutcome(), d: fixtureOutcome() },
      undefined,
    );
    history.add(
      commit('two', '2026-01-02T00:00:00Z'),
      '1',
      { c: fixtureOutcome(), d: fixtureOutcome({ counters: { dispatches: 9 } }) },
      history.read()[0],
    );
    history.add(commit('three', '2026-01-03T00:00:00Z'), '1', {}, history.read()[1]);
    return { history, path: join(history.folder, '2026.jsonl') };
  };

  it('keeps what differs from the line before, and gives all cells of every commit', () => {
    const { history } = filled();
    const commits = history.read();
    expect(commits.map(({ line }) => Object.keys(line.cells))).toEqual([['c', 'd'], ['d'], []]);
    expect(commits[2]!.cells.get('d')?.counters).toEqual({ dispatches: 9 });
    expect(exactChanges(commits).map(({ commit: { commit: hash }, what }) => `${hash} ${what}`)).toEqual([
      'two dispatches',
      'two measuredBytes',
    ]);
    expect(seriesOf(commits, 'd', 'dispatches')[0]!.points.map(({ value }) => value)).toEqual([3, 9, 9]);
    expect(() => seriesOf(commits, 'e', 'dispatches')).toThrow('no cell e');
  });

  it('merged by union reads as one: lines that stand twice count once, their order does not matter', () => {
    const { history, path } = filled();
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    writeFileSync(path, `${[...lines].reverse().join('\n')}\n${lines.join('\n')}\n`);
    expect(history.read().map(({ line }) => line.commit)).toEqual(['one', 'two', 'three']);
  });

  it('refuses a line of a newer version, a torn one, a missing one, and two machines of one name, each with a sentence', () => {
    const { history, path } = filled();
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, `${good}{"longhorizonHistory":2}\n`);
    expect(() => readHistory(history.folder)).toThrow(
      /2026.jsonl:4 is of version 2 of the history; this program reads 1/,
    );
    writeFileSync(path, good.slice(0, -20));
    expect(() => readHistory(history.folder)).toThrow(/it is not whole JSON/);
    writeFileSync(path, good.split('\n').slice(1).join('\n'));
    expect(() => readHistory(history.folder)).toThrow(/has no line of that one/);
    const root = folder();
    new History(root, machine, 'lab');
    expect(() => new History(root, { ...machine, cores: 64 }, 'lab')).toThrow(
      /is the history of another machine/,
    );
  });

  it('chains times from paired ratios', () => {
    const history = new History(folder(), machine);
    const ratio = (vs: string, change: number) => ({
      ratios: { c: { vs, change, low: change, high: change } },
    });
    const line = {
      longhorizonHistory: 1 as const,
      parents: [],
      subject: '',
      measuring: '1',
      cells: { c: { trace: '', results: '', shaders: '', counters: {} } },
    };
    history.append({ ...line, commit: 'b', committed: '2026-01-01T00:00:00Z', ...ratio('a', 0.1) });
    history.append({ ...line, commit: 'c', committed: '2026-01-02T00:00:00Z', ...ratio('b', -0.5) });
    expect(seriesOf(history.read(), 'c', 'time')[0]!.points.map(({ value }) => value)).toEqual([1.1, 0.55]);
  });
});

it('a killed run goes on: what was settled is read again, a torn line is not', () => {
  const where = folder();
  const first = partialResults<SettledCell>(where, 'k'.repeat(16));
  first.add('c', { base: fixtureOutcome(), head: fixtureOutcome(), unstable: [] });
  const [name = ''] = execFileSync('ls', [where], { encoding: 'utf8' }).split('\n');
  appendFileSync(join(where, name), '{"name":"d","va');
  const second = partialResults<SettledCell>(where, 'k'.repeat(16));
  expect(second.get('c')?.base).toEqual(fixtureOutcome());
  expect(second.get('d')).toBeUndefined();
  second.clear();
  expect(existsSync(join(where, name))).toBe(false);
});

describe('bisection', () => {
  const commits = Array.from({ length: 30 }, (_, k) => `c${k}`);
  const at =
    (from: number, broken: readonly number[] = []) =>
    async (commit: string) => {
      const k = Number(commit.slice(1));
      return broken.includes(k) ? undefined : k >= from ? 7 : 3;
    };

  it('finds the commit by at most seven of thirty, also past commits that do not run', async () => {
    for (const first of [1, 2, 15, 28, 29]) {
      const found = await bisect(commits, at(first));
      expect(found).toMatchObject({ commit: `c${first}`, good: 3, bad: 7 });
      expect(found.tried).toBeLessThanOrEqual(7);
    }
    expect(await bisect(commits, at(20, [14, 15, 16]))).toMatchObject({ commit: 'c20', unknown: [] });
    expect(await bisect(commits, at(20, [18, 19]))).toMatchObject({ commit: 'c20', unknown: ['c18', 'c19'] });
  });

  it('says so where there is nothing to look for, or an end does not run', async () => {
    await expect(bisect(commits, at(0))).rejects.toThrow('there is nothing to look for');
    await expect(bisect(commits, at(5, [0]))).rejects.toThrow('c0 has no such value');
  });
});

describe('git', () => {
  it('a folder without a repository, an unknown commit and a shallow clone are sentences with exit code 7', () => {
    const git = (where: string, ...words: string[]): void => {
      execFileSync('git', ['-C', where, '-c', 'user.name=t', '-c', 'user.email=t@t', ...words], {
        stdio: 'ignore',
      });
    };
    const [empty, whole, shallow] = [folder(), folder(), join(folder(), 'clone')];
    git(whole, 'init');
    for (const message of ['one', 'two']) git(whole, 'commit', '--allow-empty', '-m', message);
    execFileSync('git', ['clone', '--depth', '1', `file://${whole}`, shallow], { stdio: 'ignore' });
    const failure = (where: string, name: string): unknown => {
      try {
        return commitNamed(where, name);
      } catch (error) {
        return error;
      }
    };
    expect(commitNamed(whole, 'HEAD~1')).toMatch(/^[0-9a-f]{40}$/);
    expect(failure(empty, 'main')).toMatchObject({
      exitCode: 7,
      message: expect.stringContaining('is no git repository'),
    });
    expect(failure(whole, 'nowhere')).toMatchObject({
      exitCode: 7,
      message: expect.stringContaining('no commit nowhere'),
    });
    expect(failure(shallow, 'HEAD~1')).toMatchObject({
      exitCode: 7,
      message: expect.stringContaining('This clone is shallow'),
    });
  });
});

it('uniform p-values pass as uniform, and small ones do not', () => {
  const even = Array.from({ length: 40 }, (_, k) => (k + 0.5) / 40);
  expect(uniformityP(even)).toBeGreaterThan(0.99);
  expect(uniformityP(even.map((p) => p ** 4))).toBeLessThan(0.001);
});

it('p-values of six blocks are uniform where nothing differs, once each is spread over its step', () => {
  const signs = Array.from({ length: 64 }, (_, k) =>
    [1, 2, 3, 4, 5, 6].map((size, b) => ((k >> b) & 1 ? size : -size)),
  );
  const cells = signs.map((values) => {
    const { p, below } = signedRankP(values);
    return { firstP: p, firstPBelow: below };
  });
  expect(Math.min(...cells.map(({ firstP }) => firstP))).toBe(1 / 32);
  expect(uniformityP(spread(cells))).toBeGreaterThan(0.5);
  expect(uniformityP(cells.map(({ firstP }) => firstP))).toBeLessThan(0.1);
});
