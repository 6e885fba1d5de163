/** @file What the tuned runs on the noisy quadratic show: T = 100, a rate a step, λ learned for 200 inner optimisations. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CellRecord, median, readRecords } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { root } from '../../root.ts';
import { bestSchedule } from './best-schedule.ts';

const folder = join(root, 'benchmarks/records/hypergradient');
const { records } = readRecords([join(folder, 'noisy-quadratic.jsonl')]);
const trials = readRecords([join(folder, 'noisy-quadratic-trials.jsonl')]).records;

/** The least excess that a schedule of rates up to 1.99 leaves. */
const best = bestSchedule().excess;

const of = (method: string): readonly CellRecord[] =>
  records.filter(({ config }) => config.method === method);
/** Excess over the best, as a multiple, seed by seed. */
const multiples = (method: string): readonly number[] =>
  of(method).map(({ training }) => (training?.final.outerLoss ?? Number.POSITIVE_INFINITY) / best);

const learned = [
  'exact-reverse',
  'replay',
  'nres',
  'one-step',
  'truncated-reverse',
  'generalised-greedy',
  'hyperdistill',
  'random-search',
  'drmad',
  'fg2u',
  'pes',
  'tes',
  'forward',
  'forward-shared',
  'neumann',
];

describe('learned rates on the noisy quadratic', () => {
  it('come from clean checkouts, five seeds a method, at one point', () => {
    for (const method of [...learned, 'no-meta-learning'])
      expect(
        of(method).map(({ config }) => config.seed),
        method,
      ).toEqual([0, 1, 2, 3, 4]);
    for (const { config, code } of [...records, ...trials]) {
      expect(config).toMatchObject({ problem: 'noisy-quadratic', horizon: 100, dimension: 100 });
      expect(code.dirty).toBe(false);
    }
  });

  it('stand on one board: evaluated on one machine with one setting', () => {
    expect(new Set(records.map(({ environment }) => environment.fingerprint)).size).toBe(1);
  });

  it('were tuned by nine trials each on a seed apart, whose records are there', () => {
    for (const method of learned) {
      const own = trials.filter(({ config }) => config.method === method);
      expect(new Set(own.map(({ config }) => config.seed)), method).toEqual(new Set([1000]));
      expect(own, method).toHaveLength(9);
      for (const { tuning, config } of of(method)) {
        expect(tuning).toMatchObject({ trials: 9, seeds: [1000], metric: 'outerLoss' });
        expect(config.parameters.tuned).toEqual(tuning?.chosen);
        expect(tuning?.tried.map(({ values }) => values)).toContainEqual(tuning?.chosen);
      }
    }
  });

  it('end the lower the further a method looks', () => {
    const order = [
      'exact-reverse',
      'nres',
      'truncated-reverse',
      'generalised-greedy',
      'no-meta-learning',
      'one-step',
    ].map((method) => median(multiples(method)));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('end within 1.1 of the best by the exact gradient on every seed, by REPLAY to the bit', () => {
    for (const multiple of multiples('exact-reverse')) expect(multiple).toBeLessThan(1.1);
    expect(multiples('replay')).toEqual(multiples('exact-reverse'));
  });

  it('are the multiples that the README of benchmarks names', () => {
    const readme = readFileSync(join(root, 'benchmarks/README.md'), 'utf8').replaceAll(/\s+/g, ' ');
    const said = (method: string) => Number(median(multiples(method)).toPrecision(3));
    expect(readme).toContain(
      `the exact gradient ${said('exact-reverse')}, REPLAY the same to the bit, forward mode ${said('forward')}, which moves λ after each of the 100 steps, with sharing in ten groups ${said('forward-shared')} (at its smallest rate), NRES ${said('nres')}, (FG)²U ${said('fg2u')}, TES ${said('tes')}, DrMAD ${said('drmad')}, truncation to 30 steps ${said('truncated-reverse')}, HyperDistill ${said('hyperdistill')} (at its smallest rate and smallest γ: its grid is too small), random search ${said('random-search')}, PES ${said('pes')}, generalised greedy ${said('generalised-greedy')}, no meta-learning ${said('no-meta-learning')}, Neumann series ${said('neumann')} (at its most terms), one-step ${said('one-step')} (medians).`,
    );
  });

  it('are better by forward mode than by the exact gradient, for λ moves a hundred times as often', () => {
    expect(Math.max(...multiples('forward'))).toBeLessThan(Math.min(...multiples('exact-reverse')));
    const updates = (method: string) => of(method).map(({ training }) => training?.updates);
    expect([...new Set(updates('forward'))]).toEqual([20_000]);
    expect([...new Set(updates('exact-reverse'))]).toEqual([200]);
  });

  it('are short-sighted by one step, by greedy methods and by truncation: three times the best and more', () => {
    for (const method of ['one-step', 'generalised-greedy', 'truncated-reverse', 'tes', 'neumann'])
      expect(Math.min(...multiples(method)), method).toBeGreaterThan(3);
    expect(Math.max(...multiples('random-search'))).toBeLessThan(Math.min(...multiples('one-step')));
  });

  it('say where a grid was too small: HyperDistill took its least rate and its least γ', () => {
    const edges = Object.fromEntries(learned.map((method) => [method, of(method)[0]?.tuning?.atEdge]));
    expect(edges).toMatchObject({
      hyperdistill: ['rate', 'gamma'],
      'forward-shared': ['rate'],
      neumann: ['terms'],
      'exact-reverse': [],
      nres: [],
      'one-step': [],
    });
  });
});
