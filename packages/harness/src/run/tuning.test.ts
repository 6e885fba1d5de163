/** @file Tuning from declaration to record: equal numbers of trials, seeds apart, choices that say what they rest on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listCells } from '../cell/cell-list.ts';
import type { Suite } from '../cell/suite.ts';
import { listTrials, trialPass, trialsOf } from '../cell/tuning.ts';
import type { CellRecord } from '../record/record.ts';
import { choose, trialsAmong, tunedCells } from './choice.ts';
import { fixtureRunCell } from './fixture/cells.ts';
import { fixtureSuite } from './fixture/suite.ts';
import { runBench } from './run-bench.ts';

const rates = [0.001, 0.01, 0.1, 1, 10];
const change: Partial<Suite> = {
  problems: [{ name: 'tuned', rates }, { name: 'untuned' }],
  methods: [
    { name: 'learning' },
    { name: 'discounting', tunes: { gamma: [0.5, 0.9] } },
    { name: 'fine', learns: false },
  ],
  passes: ['gradient', 'training'],
  metric: { name: 'loss', title: 'Loss', direction: 'lower' },
  tuning: { pass: 'training', seeds: [100, 101] },
  profiles: { quick: { horizons: [1], dimensions: [2], seeds: [0, 1], timeoutSeconds: 20 } },
};
const suite = fixtureSuite([], change);
const selection = { profile: 'quick', passes: ['training'] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harness-tuning-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function trialRecords(suites: readonly Suite[] = [suite]): Promise<readonly CellRecord[]> {
  const cells = listTrials(suites, { profile: 'quick' });
  const run = { suites, selection, cells, runCell: fixtureRunCell, outputFolder: folder };
  const { records } = await runBench({ ...run, adapter: null, codeHash: 'fixture' });
  return records;
}

describe('trials', () => {
  it('are as many for every method, each rate once, own values in turns', () => {
    expect(trialsOf({ tunes: { gamma: [0.5, 0.9] } }, rates)).toEqual([
      { rate: 0.001, gamma: 0.5 },
      { rate: 0.01, gamma: 0.9 },
      { rate: 0.1, gamma: 0.5 },
      { rate: 1, gamma: 0.9 },
      { rate: 10, gamma: 0.5 },
    ]);
    const two = trialsOf({ tunes: { a: [1, 2], b: ['x', 'y'] } }, rates).map(({ a, b }) => `${a}${b}`);
    expect(two).toEqual(['1x', '2x', '1y', '2y', '1x']);
  });

  it('run on seeds that nothing is evaluated on, where problem and method are tuned', () => {
    const { cells } = listTrials([suite], { profile: 'quick' });
    const count = (method: string) => cells.filter(({ config }) => config.method === method).length;
    expect([count('learning'), count('discounting'), count('fine')]).toEqual([10, 10, 0]);
    expect(new Set(cells.map(({ config }) => `${config.problem} ${config.pass}`))).toEqual(
      new Set([`tuned ${trialPass}`]),
    );
    expect(new Set(cells.map(({ config }) => config.seed))).toEqual(new Set([100, 101]));
    expect(new Set(cells.map(({ cellId }) => cellId)).size).toBe(cells.length);
    // Whatever is tried, data and start are those of the seed.
    const first = cells.filter(({ config }) => config.method === 'learning' && config.seed === 100);
    expect(new Set(first.map(({ seeds }) => JSON.stringify(seeds.derived))).size).toBe(1);
  });

  it('refuse seeds of evaluations, by hand and in a declaration', () => {
    expect(() => listTrials([suite], { profile: 'quick', seeds: [1] })).toThrow(
      /Trials cannot run on seed 1: fixture evaluates on it/,
    );
    expect(() => fixtureSuite([], { ...change, tuning: { pass: 'training', seeds: [1] } })).toThrow(
      'tuning runs on seed 1, which a profile evaluates on',
    );
    expect(() => listTrials([suite], { profile: 'quick', problems: ['untuned'] })).toThrow(
      'Nothing that was chosen is tuned: problems with a grid of rates are tuned.',
    );
  });
});

describe('choices', () => {
  it('take the best mean, count what diverged as tried, and say where the grid ended', async () => {
    const trials = trialsAmong(await trialRecords());
    const [learning, discounting] = ['learning', 'discounting'].map((method) => {
      const [cell] = listCells([suite], { ...selection, methods: [method], problems: ['tuned'] }).cells;
      return choose([suite], cell!, trials);
    });
    expect(learning).toMatchObject({
      chosen: { rate: 0.1 },
      trials: 5,
      seeds: [100, 101],
      atEdge: [],
      counters: { gradients: 80 },
    });
    expect(learning).toHaveProperty('tried[4]', { values: { rate: 10 }, score: null });
    // γ = 0.9 was tried beside 0.01 and 1 only: equal, and the smaller rate is taken.
    expect(discounting).toMatchObject({ chosen: { rate: 0.01, gamma: 0.9 }, trials: 5 });
    const low = fixtureSuite([], { ...change, problems: [{ name: 'tuned', rates: [0.2, 0.5, 0.9] }] });
    const found = listCells([low], { ...selection, methods: ['learning'] }).cells[0]!;
    expect(choose([low], found, trialsAmong(await trialRecords([low])))).toMatchObject({
      chosen: { rate: 0.2 },
      atEdge: ['rate'],
    });
  });

  it('go into the configuration of tuned cells and, with all that was tried, into their records', async () => {
    const trials = trialsAmong(await trialRecords());
    const list = listCells([suite], selection);
    const cells = tunedCells([suite], list, trials, 'bench');
    // Nothing of the untuned problem; what learns nothing stands beside the others.
    expect(cells.cells.map(({ config }) => [config.method, config.seed, config.parameters.tuned])).toEqual([
      ['learning', 0, { rate: 0.1 }],
      ['discounting', 0, { rate: 0.01, gamma: 0.9 }],
      ['fine', 0, {}],
      ['learning', 1, { rate: 0.1 }],
      ['discounting', 1, { rate: 0.01, gamma: 0.9 }],
      ['fine', 1, {}],
    ]);
    const untuned = new Set(list.cells.map(({ cellId }) => cellId));
    expect(cells.cells.some(({ cellId }) => untuned.has(cellId))).toBe(false);
    const run = { suites: [suite], selection, cells, runCell: fixtureRunCell, outputFolder: folder };
    const { records } = await runBench({ ...run, adapter: null, codeHash: 'fixture' });
    expect(records[0]!.tuning).toMatchObject({ metric: 'loss', chosen: { rate: 0.1 }, trials: 5 });
    expect(records[0]!.tuning!.tried).toHaveLength(5);
    expect(records[2]!.tuning).toBeUndefined();
  });

  it('are refused while trials are missing or failed by our fault, with the command that runs them', async () => {
    const records = await trialRecords();
    const list = listCells([suite], selection);
    const without = records
      .filter(({ config }) => config.method !== 'learning' || config.seed === 100)
      .slice(1);
    expect(() => tunedCells([suite], list, trialsAmong(without), 'bench')).toThrow(
      /learning on tuned, T = 1, p = 2: 4 of its 5 trials are there\.\n.*bench tune --profile quick --problem tuned --method learning --horizon 1 --dim 2$/s,
    );
    const broken = records.map((record) =>
      record.config.method === 'learning' ? { ...record, status: 'error' as const } : record,
    );
    expect(() => tunedCells([suite], list, trialsAmong(broken), 'bench')).toThrow(
      '10 of its 10 trials failed by an error or a lost device',
    );
  });
});
