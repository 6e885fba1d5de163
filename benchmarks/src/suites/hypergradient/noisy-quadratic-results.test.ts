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
  'nres',
  'one-step',
  'truncated-reverse',
  'generalised-greedy',
  'hyperdistill',
  'random-search',
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
      'hyperdistill',
      'generalised-greedy',
      'no-meta-learning',
      'truncated-reverse',
      'one-step',
    ].map((method) => median(multiples(method)));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    // After 200 inner optimisations; learned-schedules.json says what more of them, or more particles, come to.
    expect(order[0]).toBeLessThan(1.3);
    expect(order[1]).toBeLessThan(2.1);
  });

  it('are the multiples that the README of benchmarks names', () => {
    const found = ['exact-reverse', 'nres', 'hyperdistill', 'random-search', 'generalised-greedy'].concat([
      'no-meta-learning',
      'truncated-reverse',
      'one-step',
    ]);
    expect(found.map((method) => Number(median(multiples(method)).toPrecision(3)))).toEqual([
      1.24, 2.09, 6.14, 6.38, 7.75, 8.57, 9.04, 9.97,
    ]);
    const readme = readFileSync(join(root, 'benchmarks/README.md'), 'utf8').replaceAll(/\s+/g, ' ');
    for (const said of [
      'gradient 1.24',
      'NRES 2.09',
      'HyperDistill 6.1',
      'random search 6.4',
      'one-step 10.0',
    ])
      expect(readme).toContain(said);
  });

  it('are short-sighted by one step and by truncation: seven times the best, where no derivative leaves five', () => {
    for (const method of ['one-step', 'truncated-reverse']) {
      expect(Math.min(...multiples(method)), method).toBeGreaterThan(7);
      expect(Math.max(...multiples('random-search')), method).toBeLessThan(Math.min(...multiples(method)));
    }
  });

  it('say where a grid was too small: HyperDistill took its least rate and its least γ', () => {
    const edges = Object.fromEntries(learned.map((method) => [method, of(method)[0]?.tuning?.atEdge]));
    expect(edges).toMatchObject({
      hyperdistill: ['rate', 'gamma'],
      'exact-reverse': [],
      nres: [],
      'one-step': [],
    });
  });
});
