import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Suite } from '../cell/suite.ts';
import { leaderboardRows } from '../leaderboard/rows.ts';
import { fixturePhase } from '../record/fixture/records.ts';
import { stableDigest } from '../record/stable.ts';
import { readRecords } from '../store/read.ts';
import { CellFailure, measurementOf } from './cell-runner.ts';
import { duration } from './duration.ts';
import { fixtureRunCell } from './fixture/cells.ts';
import { fixtureChild, fixtureSuite } from './fixture/suite.ts';
import { openProgress } from './progress.ts';
import { type BenchRun, cellsOfRun, runBench } from './run-bench.ts';
import { batchesOf, scheduler } from './schedule.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harness-run-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function bench(methods: readonly string[], change: Partial<BenchRun> = {}): BenchRun {
  return {
    suites: [fixtureSuite(methods)],
    selection: { profile: 'quick' },
    runCell: fixtureRunCell,
    outputFolder: folder,
    adapter: null,
    codeHash: 'fixture',
    childCommand: fixtureChild,
    ...change,
  };
}

const brief = { selection: { profile: 'brief' } } as const;

describe('a run', () => {
  it('stores one record a cell, in their order', async () => {
    const run = bench(['fine'], { adapterName: 'some-adapter' });
    const summary = await runBench(run);
    expect(summary).toMatchObject({ planned: 4, cached: 0, interrupted: false, ran: { ok: 4, error: 0 } });
    expect(summary.records.map((record) => record.config)).toEqual(
      cellsOfRun(run).cells.map((cell) => cell.config),
    );
    expect(summary.records[2]).toMatchObject({
      status: 'ok',
      reason: null,
      memory: { peakBytes: 80 },
      details: { adapter: 'some-adapter' },
      run: { isolation: 'in-process' },
      identity: { attempt: 1, codeHash: 'fixture', measureVersion: 1 },
    });
    expect(readRecords([folder]).records).toHaveLength(4);
  });

  it('runs cells that are alone in their order, pass by pass', async () => {
    const lines: string[] = [];
    const problems = [{ name: 'here' }, { name: 'there' }];
    const suites = [fixtureSuite(['fine'], { problems, passes: ['gradient', 'time'] })];
    await runBench(bench(['fine'], { ...brief, suites, progress: { write: (text) => lines.push(text) } }));
    const places = lines.map((line) => /fixture\/(\w+) .* (gradient|time) /.exec(line)?.slice(1).join(' '));
    expect(places).toEqual(['here gradient', 'there gradient', 'here time', 'there time']);
  });

  it('measures a cell again, twice at most, where its machine was too unsteady', async () => {
    let runs = 0;
    const unsteadyFor =
      (times: number): BenchRun['runCell'] =>
      async () => {
        const verdict = runs++ < times ? ('reject' as const) : ('quiet' as const);
        return {
          status: 'ok',
          time: { compileMs: null, primaryPhase: 'x', phases: { x: fixturePhase([runs]) } },
          noise: { control: {}, coefficientOfVariation: 0, drift: 0, verdict },
        };
      };
    const one = { profile: 'quick', horizons: [1], seeds: [0] };
    const [calm] = (await runBench(bench(['fine'], { selection: one, runCell: unsteadyFor(1) }))).records;
    expect(calm).toMatchObject({
      noise: { verdict: 'quiet' },
      run: { repeats: 1 },
      identity: { attempt: 1 },
    });
    expect(calm?.time?.phases.x?.samples).toEqual([2]);
    runs = 0;
    const never = bench(['fine'], { selection: one, runCell: unsteadyFor(9), codeHash: 'other' });
    expect((await runBench(never)).records[0]).toMatchObject({
      noise: { verdict: 'reject' },
      run: { repeats: 2 },
    });
    expect(runs).toBe(3);
  });

  it('runs only what is missing', async () => {
    await runBench(bench(['fine'], { selection: { profile: 'quick', horizons: [1] } }));
    const second = await runBench(bench(['fine']));
    expect(second).toMatchObject({ planned: 4, cached: 2, ran: { ok: 2 } });
    expect(second.records).toHaveLength(4);
    expect(await runBench(bench(['fine']))).toMatchObject({ cached: 4, ran: { ok: 0 } });
    expect(readRecords([folder]).records).toHaveLength(4);
  });

  it('measures again what another code, another version or another wish asks for', async () => {
    await runBench(bench(['fine'], brief));
    expect((await runBench(bench(['fine'], { ...brief, codeHash: 'changed' }))).cached).toBe(0);
    const raised = { ...brief, suites: [fixtureSuite(['fine'], { measureVersion: 2 })] };
    expect((await runBench(bench(['fine'], raised))).cached).toBe(0);
    expect((await runBench(bench(['fine'], { ...brief, resume: false }))).cached).toBe(0);
    expect(readRecords([folder]).records).toHaveLength(4);
  });

  it('gives processes the variables that their cells ask for, records them, and measures again under others', async () => {
    const suites = [
      fixtureSuite(['fine'], { problems: [{ name: 'one' }, { name: 'many' }], isolation: 'worker' }),
    ];
    const set = (one: string): NonNullable<BenchRun['variablesOf']> => {
      const byProblem = new Map([['one', { FIXTURE_SETTING: one }]]);
      return ({ problem }) => byProblem.get(problem) ?? {};
    };
    const selection = { profile: 'quick', horizons: [1], seeds: [0] };
    const run = (one: string) => runBench(bench(['fine'], { selection, suites, variablesOf: set(one) }));
    const { records } = await run('few');
    const said = records.map(({ config, details, environment }) => [
      config.problem,
      details?.setting,
      environment.stable.variables,
    ]);
    expect(said).toEqual([
      ['one', 'few', { FIXTURE_SETTING: 'few' }],
      ['many', null, undefined],
    ]);
    expect(records[0]?.environment.fingerprint).not.toBe(records[1]?.environment.fingerprint);
    expect((await run('few')).cached).toBe(2);
    const again = await run('more');
    expect(again).toMatchObject({ cached: 1, ran: { ok: 1 } });
    // Rows under different settings stand at different points: nothing is ranked across them.
    const rows = leaderboardRows(readRecords([folder]).records, suites);
    expect(rows.map(({ problem, variables }) => [problem, variables])).toEqual([
      ['many', ''],
      ['one', 'FIXTURE_SETTING=few'],
      ['one', 'FIXTURE_SETTING=more'],
    ]);
    expect(new Set(rows.map(({ point }) => point)).size).toBe(3);
  });

  it('keeps code hashes apart by method', async () => {
    const hashes = (changed: string) => ({
      ...brief,
      codeHash: ({ method }: { method: string }) => (method === changed ? 'new' : 'old'),
    });
    await runBench(bench(['fine', 'slow'], hashes('none')));
    expect(await runBench(bench(['fine', 'slow'], hashes('slow')))).toMatchObject({
      cached: 1,
      ran: { ok: 1 },
    });
  });

  it('turns every end of a cell into a result and goes on', async () => {
    const run = bench(['failing', 'out-of-memory', 'diverging', 'malformed', 'fine'], brief);
    const summary = await runBench(run);
    expect(summary.ran).toMatchObject({ ok: 1, error: 2, oom: 1, diverged: 1 });
    const byMethod = Object.fromEntries(summary.records.map((record) => [record.config.method, record]));
    expect(byMethod.failing?.reason).toMatch(/^Error: the fixture fails \(at .*cells/);
    expect(byMethod['out-of-memory']).toMatchObject({
      status: 'oom',
      reason: 'needs 2 GiB',
      failedAtStep: 3,
    });
    expect(byMethod.diverging).toMatchObject({ status: 'diverged', failedAtStep: 2 });
    expect(byMethod.malformed?.reason).toMatch(/does not fit the schema.*counters\.dispatches.*quarantine/);
    const kept = readdirSync(join(folder, 'quarantine')).find((name) => name.endsWith('.json')) ?? '';
    expect(readFileSync(join(folder, 'quarantine', kept), 'utf8')).toContain('"dispatches": "NaN"');
    expect(await runBench(run)).toMatchObject({ cached: 5 });
    expect(await runBench({ ...run, retry: ['error'] })).toMatchObject({ cached: 3, ran: { error: 2 } });
  });

  it('records what a method does not admit without running it', async () => {
    const suite = fixtureSuite(['fine']);
    const limited = { ...suite, methods: [{ name: 'fine', horizon: { minimum: 1, maximum: 5 } }] };
    const summary = await runBench(bench(['fine'], { suites: [limited] }));
    expect(summary.ran).toMatchObject({ ok: 2, unsupported: 2 });
    expect(summary.records[2]).toMatchObject({
      run: { isolation: 'none' },
      reason: expect.stringContaining('T 1 to 5'),
    });
  });

  it('stops a cell whose time is over', async () => {
    const summary = await runBench(bench(['listening', 'fine'], brief));
    expect(summary.ran).toMatchObject({ timeout: 1, ok: 1 });
    expect(summary.records[0]?.reason).toBe('stopped after 0.4 s, the limit of the profile brief.');
  });

  it('ends cleanly when interrupted and goes on later', async () => {
    const stop = new AbortController();
    let calls = 0;
    const run = bench(['slow'], {
      signal: stop.signal,
      runCell: (config, context) => {
        if (++calls === 3) stop.abort();
        return fixtureRunCell(config, context);
      },
    });
    const summary = await runBench(run);
    expect(summary).toMatchObject({ interrupted: true, ran: { ok: 2 } });
    expect(readRecords([folder]).records).toHaveLength(2);
    expect(await runBench(bench(['slow']))).toMatchObject({ cached: 2, ran: { ok: 2 } });
  });

  it('whose folder is removed ends with a sentence instead of a result', async () => {
    let calls = 0;
    const run = bench(['fine', 'slow'], {
      runCell: (config, context) => {
        if (++calls === 3) rmSync(folder, { recursive: true });
        return fixtureRunCell(config, context);
      },
    });
    await expect(runBench(run)).rejects.toThrow(/lock of this run.*is gone.*goes on from there/s);
    expect(calls).toBe(3);
    expect(await runBench(bench(['fine', 'slow']))).toMatchObject({ cached: 0, ran: { ok: 8 } });
  });

  it('splits over shards and joins again', async () => {
    const shards = await Promise.all(
      [1, 2].map((index) => runBench(bench(['fine', 'slow'], { shard: { index, count: 2 } }))),
    );
    expect(shards.map((shard) => shard.planned).reduce((sum, count) => sum + count)).toBe(8);
    expect(await runBench(bench(['fine', 'slow']))).toMatchObject({ planned: 8, cached: 8 });
  });

  it('gives the same stable content twice', async () => {
    const digests = async (outputFolder: string) =>
      (await runBench(bench(['fine', 'diverging'], { outputFolder }))).records.map(stableDigest);
    expect(await digests(join(folder, 'a'))).toEqual(await digests(join(folder, 'b')));
  });

  it('names what it set aside and refuses to isolate without a command', async () => {
    await runBench(bench(['fine'], brief));
    writeFileSync(join(folder, 'records', 'torn.json'), '{');
    const lines: string[] = [];
    const summary = await runBench(
      bench(['fine'], { ...brief, progress: { write: (text) => lines.push(text) } }),
    );
    expect(summary.quarantined.map((file) => file.path)).toEqual(['records/torn.json']);
    expect(lines.join('')).toContain('records/torn.json is no record and was moved to quarantine');
    await expect(
      runBench(bench(['fine'], { isolation: 'process', childCommand: undefined })),
    ).rejects.toThrow('childCommand');
  });
});

describe('cells in other processes', () => {
  it('survive every kind of death', async () => {
    const methods = ['crashing', 'killed', 'quitting', 'malformed', 'failing', 'chatting', 'fine'];
    const summary = await runBench(
      bench(methods, { selection: { profile: 'quick', seeds: [0], horizons: [1] }, isolation: 'worker' }),
    );
    const byMethod = Object.fromEntries(summary.records.map((record) => [record.config.method, record]));
    expect(byMethod.crashing).toMatchObject({ status: 'error', reason: expect.stringContaining('SIGABRT') });
    expect(byMethod.killed).toMatchObject({
      status: 'error',
      reason: expect.stringContaining('was ended by SIGKILL'),
      run: { endedBy: 'SIGKILL' },
    });
    expect(byMethod.quitting?.reason).toContain(
      'ended with code 3 and without a measurement. It last said: cannot go on',
    );
    expect(byMethod.malformed?.reason).toContain('does not fit the schema');
    expect(byMethod.failing?.reason).toContain('the fixture fails');
    expect(byMethod.chatting?.status).toBe('ok');
    expect(byMethod.fine).toMatchObject({ status: 'ok', run: { isolation: 'worker' } });
  });

  describe('whose process a signal ends', () => {
    const signalled = (signals: readonly NodeJS.Signals[], timeoutSeconds = 20): BenchRun => {
      const plain = fixtureSuite(['signalled'], { isolation: 'worker' });
      const [method] = plain.methods;
      return bench(['signalled'], {
        suites: [
          {
            ...plain,
            methods: [{ ...method!, parameters: { place: folder, signals } }],
            profiles: { quick: { horizons: [1], dimensions: [2], seeds: [0], timeoutSeconds } },
          },
        ],
      });
    };

    it.each(['SIGKILL', 'SIGSEGV', 'SIGTERM'] as const)(
      '%s: are tried again in a fresh one',
      async (signal) => {
        const { records } = await runBench(signalled([signal]));
        expect(records).toMatchObject([{ status: 'ok', counters: { seed: 0 } }]);
        expect(records[0]?.run).not.toHaveProperty('endedBy');
        expect(records[0]?.notes).toEqual([
          `tried a second time: the process of the first try was ended by ${signal}`,
        ]);
      },
    );

    it('twice: have no result that stands, and a resumed run tries them again', async () => {
      const run = signalled(['SIGKILL', 'SIGTERM']);
      const { records } = await runBench(run);
      expect(records).toMatchObject([
        { status: 'error', reason: 'its process was ended by SIGTERM.', run: { endedBy: 'SIGTERM' } },
      ]);
      expect(await runBench(run)).toMatchObject({ cached: 0, ran: { ok: 1 } });
      expect(await runBench(run)).toMatchObject({ cached: 1 });
    });

    it.skipIf(process.platform !== 'linux')('SIGSTOP: are tried again when their time is over', async () => {
      const { records } = await runBench(signalled(['SIGSTOP'], 4));
      expect(records).toMatchObject([{ status: 'ok' }]);
      expect(records[0]?.notes?.[0]).toContain('was stopped by a signal until its time was over');
    });
  });

  it('are killed when their time is over, even in an endless loop', async () => {
    const summary = await runBench(bench(['spinning', 'hanging'], { ...brief, isolation: 'process' }));
    expect(summary.ran).toMatchObject({ timeout: 2 });
  });

  it('share a worker, or have a process each', async () => {
    const processes = async (isolation: 'worker' | 'process') => {
      const outputFolder = join(folder, isolation);
      const { records } = await runBench(
        bench(['fine'], { isolation, outputFolder, selection: { profile: 'quick', seeds: [0] } }),
      );
      return records.map((record) => record.notes?.[0]);
    };
    expect(new Set(await processes('worker')).size).toBe(1);
    expect(new Set(await processes('process')).size).toBe(2);
  });

  it('end with their parent, even at work', async () => {
    const child = spawn(fixtureChild.command, [...fixtureChild.arguments], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [cell] = cellsOfRun(bench(['hanging'], brief)).cells;
    child.stdin.write(`${JSON.stringify({ cell })}\n`);
    const ended = new Promise((resolve) => child.on('exit', resolve));
    setTimeout(() => child.stdin.end(), 1500);
    expect(await ended).toBe(1);
  });

  it('say so when the program does not exist', async () => {
    const childCommand = { command: '/nonexistent/program', arguments: [] };
    const summary = await runBench(bench(['fine'], { ...brief, isolation: 'process', childCommand }));
    expect(summary.records[0]?.reason).toContain('could not be started');
  });
});

describe('cells side by side', () => {
  const suite = (change: Partial<Suite>, sideBySide: readonly string[]): Suite =>
    fixtureSuite(['fine', 'meeting'], {
      isolation: 'worker',
      problems: [{ name: 'here' }, { name: 'there' }],
      profiles: { quick: { horizons: [1], dimensions: [2], seeds: [0], timeoutSeconds: 20, sideBySide } },
      ...change,
    });
  const meeting = (sideBySide: readonly string[], jobs: number, change: Partial<Suite> = {}): BenchRun => {
    const place = join(folder, 'place');
    mkdirSync(place, { recursive: true });
    const plain = suite(change, sideBySide);
    const methods = plain.methods.map((method) => ({ ...method, parameters: { place } }));
    return bench(['fine'], {
      suites: [{ ...plain, methods }],
      selection: { profile: 'quick', methods: ['meeting'] },
      jobs,
    });
  };

  it('are at work at once, in processes of their own, and say so', async () => {
    const { records, overheadShare } = await runBench(meeting(['gradient'], 2));
    expect(records.map(({ status, run }) => [status, run.cellsAtOnce])).toEqual([
      ['ok', 2],
      ['ok', 2],
    ]);
    expect(new Set(records.map(({ notes }) => notes?.[0])).size).toBe(2);
    expect(overheadShare).toBeGreaterThanOrEqual(0);
  });

  it('are one after another where the profile does not allow it, or one job is asked for', async () => {
    const brief = (run: BenchRun): BenchRun => ({
      ...run,
      suites: run.suites.map((one) => ({
        ...one,
        profiles: { quick: { ...one.profiles.quick!, timeoutSeconds: 3 } },
      })),
    });
    const first = async (run: BenchRun) => (await runBench(brief(run))).records[0];
    expect(await first(meeting([], 2))).toMatchObject({ status: 'timeout' });
    rmSync(join(folder, 'place'), { recursive: true });
    const alone = await first({ ...meeting(['gradient'], 1), resume: false });
    expect(alone).toMatchObject({ status: 'timeout' });
    expect(alone?.run).not.toHaveProperty('cellsAtOnce');
  });

  it('end in the records of a run one after another', async () => {
    const fine = async (jobs: number) => {
      const run = {
        ...meeting(['gradient'], jobs),
        selection: { profile: 'quick', methods: ['fine'], horizons: [1, 10, 100] },
        outputFolder: join(folder, `jobs-${jobs}`),
      };
      // Which process ran a cell is the one thing that differs.
      return (await runBench(run)).records.map((record) => stableDigest({ ...record, notes: [] }));
    };
    expect(await fine(3)).toEqual(await fine(1));
  });

  it('stop together when interrupted', async () => {
    const stop = new AbortController();
    const run = meeting(['gradient'], 2);
    const hanging = run.suites.map((one) => ({ ...one, methods: [{ name: 'hanging' }] }));
    const progress = { write: () => true };
    setTimeout(() => stop.abort(), 1500);
    const summary = await runBench({
      ...run,
      suites: hanging,
      selection: { profile: 'quick' },
      signal: stop.signal,
      progress,
    });
    expect(summary).toMatchObject({ interrupted: true, records: [] });
  });

  it('are dealt by problem, and taken from another slot when a slot has none left', () => {
    const run = meeting(['gradient'], 2);
    const { cells } = cellsOfRun({
      ...run,
      selection: { profile: 'quick', horizons: [1, 10, 100], methods: ['fine', 'meeting'], seeds: [0, 1, 2] },
    });
    const next = scheduler(cells, new Map());
    const problems = (slot: number, count: number): readonly (string | undefined)[] =>
      Array.from({ length: count }, () => next(slot)?.config.problem);
    const nine = (problem: string): readonly string[] => new Array<string>(9).fill(problem);
    expect([next(0), next(1)].map((cell) => cell?.config.problem)).toEqual(['here', 'there']);
    expect(problems(0, 17)).toEqual([...nine('here'), ...nine('here').slice(1)]);
    // Seventeen are left to the other slot, of which this one takes until seven are left.
    expect(problems(0, 11)).toEqual([...nine('there'), 'there', undefined]);
    expect(problems(1, 8)).toEqual([...nine('there').slice(2), undefined]);
  });

  it('come before those that must be alone', () => {
    const run = meeting(['gradient'], 2);
    const { cells } = cellsOfRun(run);
    const at = (index: number) => ({ ...cells[0]!, cellId: String(index) });
    const cellList = [0, 1, 2, 3, 4].map(at);
    const batches = batchesOf(cellList, ({ cellId }) => ['0', '1', '4'].includes(cellId), 2);
    expect(batches.map((one) => [one.slots, ...one.cells.map(({ cellId }) => cellId)])).toEqual([
      [2, '0', '1', '4'],
      [1, '2', '3'],
    ]);
  });
});

describe('errors of cells', () => {
  it('can be classified by the caller', () => {
    class LostError extends Error {}
    const classify = (error: unknown) =>
      error instanceof LostError ? new CellFailure('device-lost', error.message) : undefined;
    expect(measurementOf(new LostError('gone'), classify)).toEqual({ status: 'device-lost', reason: 'gone' });
    expect(measurementOf(new RangeError('odd'), classify).reason).toMatch(/^RangeError: odd/);
    expect(measurementOf('text').reason).toBe('a cell threw text');
  });
});

describe('progress', () => {
  const cells = cellsOfRun(bench(['fine'])).cells;
  const [first, second] = cells;

  it('is plain lines where there is no terminal', () => {
    const written: string[] = [];
    const progress = openProgress(cells, { write: (text) => written.push(text) });
    if (first === undefined || second === undefined) throw new Error('no cells');
    progress.end({ cell: first, status: 'ok', reason: null, durationMs: 2000 });
    progress.end({ cell: second, status: 'oom', reason: 'needs 3 GiB', durationMs: 2000 });
    progress.stop();
    expect(written).toEqual([
      '[1/4] ok          fixture/nothing fine T=1 p=2 seed=0 gradient (quick) 2.0 s, 6.0 s left\n',
      '[2/4] oom         fixture/nothing fine T=1 p=2 seed=1 gradient (quick) 2.0 s, 4.0 s left: needs 3 GiB\n',
    ]);
  });

  it('is a bar on a terminal, with the failures above it', () => {
    const written: string[] = [];
    const stream = {
      isTTY: true,
      columns: 120,
      write: (text: string) => written.push(text),
      on: () => {},
      removeListener: () => {},
    };
    const progress = openProgress(cells, stream);
    if (first === undefined) throw new Error('no cells');
    progress.begin(first);
    progress.end({ cell: first, status: 'oom', reason: 'needs 3 GiB', durationMs: 1000 });
    progress.stop();
    const all = written.join('');
    expect(all).toContain('oom: fixture/nothing fine T=1 p=2 seed=0 gradient (quick): needs 3 GiB');
    expect(all).toMatch(/1\/4 · 3\.0 s left · 1 not ok/);
  });

  it('reads durations as people do', () => {
    expect([85, 3200, 250_000, 7_500_000].map(duration)).toEqual([
      '85 ms',
      '3.2 s',
      '4 min 10 s',
      '2 h 5 min',
    ]);
  });
});
