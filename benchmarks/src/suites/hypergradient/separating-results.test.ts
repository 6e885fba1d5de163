/** @file What the tuned runs on influence balancing and sharp basins show: T = 100, λ learned for 200 inner optimisations. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CellRecord, listCells, median, readRecords } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { root } from '../../root.ts';
import { hypergradientSuite } from './suite.ts';

const folder = join(root, 'benchmarks/records/hypergradient');
/** Every method that either problem admits. */
const learnedMethods = [
  'drmad',
  'exact-reverse',
  'fg2u',
  'forward',
  'forward-shared',
  'generalised-greedy',
  'hyperdistill',
  'neumann',
  'nres',
  'one-step',
  'pes',
  'random-search',
  'replay',
  'tes',
  'truncated-reverse',
];
const readme = readFileSync(join(root, 'benchmarks/README.md'), 'utf8').replaceAll(/\s+/g, ' ');

const recordsOf = (problem: string) => {
  const { records } = readRecords([join(folder, `${problem}.jsonl`)]);
  const trials = readRecords([join(folder, `${problem}-trials.jsonl`)]).records;
  const of = (method: string): readonly CellRecord[] =>
    records.filter(({ config }) => config.method === method);
  const finals = (method: string) => of(method).map(({ training }) => training!.final.outerLoss!);
  return { records, trials, of, finals };
};

describe.each(['influence-balancing', 'sharp-basins'])('%s', (problem) => {
  const { records, trials, of } = recordsOf(problem);

  it('comes from clean checkouts, five seeds a method, tuned by nine trials each on a seed apart', () => {
    for (const method of [...learnedMethods, 'no-meta-learning'])
      expect(
        of(method)
          .map(({ config }) => config.seed)
          .sort(),
        method,
      ).toEqual([0, 1, 2, 3, 4]);
    for (const { config, code } of [...records, ...trials]) {
      expect(config).toMatchObject({ problem, horizon: 100 });
      expect(code.dirty).toBe(false);
    }
    for (const method of learnedMethods) {
      const own = trials.filter(({ config }) => config.method === method);
      expect(
        own.map(({ config }) => config.seed),
        method,
      ).toEqual(Array.from({ length: 9 }, () => 1000));
      for (const { tuning, config } of of(method)) expect(config.parameters.tuned).toEqual(tuning?.chosen);
    }
  });
});

describe('learned θ on influence balancing', () => {
  const { finals, records } = recordsOf('influence-balancing');

  it('stands on one board: evaluated on one machine with one setting', () => {
    expect(new Set(records.map(({ environment }) => environment.fingerprint)).size).toBe(1);
  });

  it('truncation, one step, generalised greedy, Neumann series and TES end above where they began, on every seed', () => {
    const before = finals('no-meta-learning');
    const least = {
      'one-step': 1.5,
      'truncated-reverse': 1.5,
      'generalised-greedy': 1.5,
      neumann: 1.5,
      tes: 1.4,
    };
    for (const [method, times] of Object.entries(least))
      finals(method).forEach((loss, seed) => {
        expect(loss, `${method}, seed ${seed}`).toBeGreaterThan(times * before[seed]!);
      });
  });

  it('the exact gradient, NRES and random search come to the optimum, REPLAY, forward mode, (FG)²U and DrMAD, too', () => {
    expect(finals('replay')).toEqual(finals('exact-reverse'));
    for (const method of [
      'exact-reverse',
      'drmad',
      'fg2u',
      'forward',
      'forward-shared',
      'nres',
      'random-search',
    ])
      for (const loss of finals(method)) expect(loss, method).toBeLessThan(1e-5);
  });

  it('are the losses that the README of benchmarks names', () => {
    const said = (method: string) => Number(median(finals(method)).toPrecision(2));
    expect(readme).toContain(
      `On influence balancing no meta-learning leaves a loss of ${said('no-meta-learning')}, one-step ${said('one-step')} and truncation to 3 steps ${said('truncated-reverse')}, at the best of nine rates: they move away from the optimum, and generalised greedy (${said('generalised-greedy')}), Neumann series (${said('neumann')}) and TES (${said('tes')}) with them.`,
    );
    const pes = finals('pes').map((loss) => Number(loss.toPrecision(2)));
    expect(readme).toContain(
      `PES is left with ${said('pes')}, from ${Math.min(...pes)} to ${Math.max(...pes)}, and HyperDistill where it began (${said('hyperdistill')}).`,
    );
  });
});

describe('learned θ on sharp basins', () => {
  const { finals } = recordsOf('sharp-basins');

  it('no gradient through the steps leaves the valley that it begins in; smoothing and search do', () => {
    for (const method of learnedMethods)
      if (!['nres', 'pes', 'random-search', 'tes'].includes(method))
        for (const loss of finals(method)) expect(loss, method).toBeGreaterThan(2300);
    for (const loss of finals('nres')) expect(loss).toBeLessThan(700);
    // Windows lose what lies beyond them: TES leaves it too, and comes half of the way.
    for (const loss of finals('tes')) {
      expect(loss).toBeGreaterThan(1300);
      expect(loss).toBeLessThan(2100);
    }
    // Smoothing by a σ of 0.1 is enough for one seed of five.
    expect(finals('pes').filter((loss) => loss < 700)).toHaveLength(1);
  });

  it('are the losses that the README of benchmarks names', () => {
    const said = (method: string) => Math.round(median(finals(method)));
    expect(readme).toContain(
      `On sharp basins the exact gradient ends at ${said('exact-reverse')} from ${said('no-meta-learning')}, one-step at ${said('one-step')}, truncation at ${said('truncated-reverse')}, DrMAD at ${said('drmad')}, (FG)²U at ${said('fg2u')}, forward mode at ${said('forward')}, with sharing at ${said('forward-shared')}, generalised greedy at ${said('generalised-greedy')}, Neumann series at ${said('neumann')}, PES at ${said('pes')}, on one seed of five at ${Math.round(Math.min(...finals('pes')))}, REPLAY at ${said('replay')}, HyperDistill at ${said('hyperdistill')}, TES with σ = 1 at ${said('tes')}; NRES with σ = 1 at ${said('nres')} and random search at ${said('random-search')}.`,
    );
  });
});

describe('the commands of the README of benchmarks', () => {
  const { suite } = hypergradientSuite;
  const lines = readFileSync(join(root, 'benchmarks/README.md'), 'utf8').split('\n');
  const rows = lines.flatMap((line) => {
    const [, options, counts] = /`(--problem [^`]+)`\s*\| (\d+ \+ \d+)\s*\|/.exec(line) ?? [];
    return options === undefined || counts === undefined ? [] : [{ options, counts }];
  });
  const numbers = (options: string, name: string) =>
    new RegExp(`--${name} (\\S+)`).exec(options)?.[1]?.split(',').map(Number);

  it('name as many trials and cells as the registry has', () => {
    expect(rows).toHaveLength(4);
    for (const { options, counts } of rows) {
      const problems = /--problem (\S+)/.exec(options)![1]!.split(',');
      // Without the data set the profile has no such cells.
      if (suite.problems.some(({ name, absent }) => problems.includes(name) && absent !== undefined))
        continue;
      const [horizons, dimensions] = [numbers(options, 'horizon'), numbers(options, 'dim')];
      const { cells } = listCells([suite], {
        profile: 'standard',
        problems,
        passes: ['training'],
        seeds: [0, 1, 2, 3, 4],
        ...(horizons === undefined ? {} : { horizons }),
        ...(dimensions === undefined ? {} : { dimensions }),
      });
      const trials = cells.filter(
        ({ config }) => config.seed === 0 && config.method !== 'no-meta-learning',
      ).length;
      const perPoint = 9 * suite.tuning!.seeds.length;
      expect(counts, options).toBe(`${perPoint * trials} + ${cells.length}`);
    }
  });
});
