/** @file What the page's further measurements say, held to the committed files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finiteTimeExponent } from '@longhorizon/bilevel';
import { median, readRecords } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { readResultsFile } from '../../reports/results-file.ts';
import { root } from '../../root.ts';
import { bestSchedule } from './best-schedule.ts';
import { type ConformanceFile, conformanceFile } from './page-conformance.ts';
import {
  type EstimatorsFile,
  estimatorsFile,
  hypergradientStudies,
  type SchedulesFile,
  schedulesFile,
} from './page-studies.ts';
import { problems } from './problems.ts';

const studies = hypergradientStudies();
const estimators = readResultsFile<EstimatorsFile>(estimatorsFile);
const schedules = readResultsFile<SchedulesFile>(schedulesFile);
const saidBy = (id: string) => studies.find((study) => study.id === id)!.says.join(' ');

describe('what further measurements say', () => {
  it('truncation moves away from the optimum of influence balancing up to 40 steps', () => {
    expect(saidBy('signs')).toBe(
      'At rest the hypergradient is +24; truncation to 40 steps or fewer has the opposite sign, so descent along it moves away from the best θ, −1/6.',
    );
  });

  it('the variance of PES grows with the horizon, that of NRES does not', () => {
    const at = (method: string, horizon: number) =>
      estimators.spread.find(
        (row) => row.problem === 'noisy-quadratic' && row.method === method && row.horizon === horizon,
      )!;
    expect(at('pes', 300).variance / at('pes', 10).variance).toBeGreaterThan(30);
    expect(at('nres', 300).variance / at('nres', 10).variance).toBeLessThan(1.5);
    for (const method of ['tes', 'truncated-reverse'])
      expect(at(method, 300).bias, method).toBeGreaterThan(0.4);
    expect(saidBy('spread')).toContain(
      'of PES is 62.6 times as large at T = 300 as at T = 10, that of NRES 1.01 times',
    );
  });

  it('one step, truncation and greedy methods are short-sighted, the exact gradient and NRES are not', () => {
    const score = (method: string) =>
      median(
        schedules.learned.flatMap((row) => (row.method === method && row.score !== null ? [row.score] : [])),
      );
    for (const method of ['one-step', 'truncated-reverse', 'generalised-greedy'])
      expect(score(method), method).toBeLessThan(-1);
    for (const method of ['exact-reverse', 'nres']) expect(score(method), method).toBeGreaterThan(-0.3);
  });

  it('NRES comes within 1.5 times the best excess on every seed with 64 pairs, or with 800 inner optimisations', () => {
    const multiples = (particles: number, innerOptimisations: number): readonly number[] =>
      schedules.budgets.flatMap((row) =>
        row.particles === particles && row.innerOptimisations === innerOptimisations
          ? [row.excess / schedules.best.excess]
          : [],
      );
    const said = (particles: number, innerOptimisations = 200) => {
      const found = multiples(particles, innerOptimisations);
      expect(found).toHaveLength(5);
      return Number(median(found).toPrecision(3));
    };
    const learned = schedules.learned.flatMap(({ method, excess }) =>
      method === 'nres' ? [excess / schedules.best.excess] : [],
    );
    for (const [particles, innerOptimisations] of [
      [64, 200],
      [8, 800],
    ] as const)
      expect(Math.max(...multiples(particles, innerOptimisations))).toBeLessThan(1.5);
    const readme = readFileSync(join(root, 'benchmarks/README.md'), 'utf8').replaceAll(/\s+/g, ' ');
    expect(readme).toContain(
      `with 8 pairs it ends at ${Number(median(learned).toPrecision(3))}, with 16 at ${said(16)}, with 32 at ${said(32)}, with 64 at ${said(64)}, and with 8 pairs and 800 inner optimisations in place of 200 at ${said(8, 800)}; the last two are within 1.5 times on every seed.`,
    );
    expect(saidBy('schedules')).toContain(
      'within 1.5 times on every seed: nres with N = 64 after 200, nres with N = 8 after 800.',
    );
    expect(schedules.best.excess).toBe(bestSchedule().excess);
  });

  it('the schedules are those of the tuned runs, learned again, of every method that has such runs', () => {
    const { records } = readRecords([join(root, 'benchmarks/records/hypergradient/noisy-quadratic.jsonl')]);
    const runs = (rows: readonly { readonly method: string; readonly seed: number }[]) =>
      rows.map(({ method, seed }) => `${method} ${seed}`).sort();
    expect(runs(schedules.learned)).toEqual(runs(records.map(({ config }) => config)));
    for (const { method, seed, rates } of schedules.learned)
      expect(rates !== undefined, method).toBe(seed === 0);
    const { charts = [], setting } = studies.find(({ id }) => id === 'schedules')!;
    const named = charts[0]!.lines.map(({ method }) => method);
    // REPLAY is the line of exact reverse mode.
    const methods = new Set(records.map(({ config }) => config.method));
    methods.delete('replay');
    expect([...named].sort()).toEqual(['best', ...methods].sort());
    for (const { points } of charts[0]!.lines) for (const [, rate] of points) expect(rate).toBeGreaterThan(0);
    expect(setting).toContain('rates that are not above 0, of 100 on seed 0: random-search 18');
    for (const { method, seed, excess } of schedules.learned) {
      const record = records.find(({ config }) => config.method === method && config.seed === seed);
      expect(excess, `${method}, seed ${seed}`).toBe(record?.training?.final.outerLoss);
    }
  });

  it('every problem of the suite has an exponent beside its name, and cheap ones are those of today', async () => {
    const { notes = [] } = studies.find(({ id }) => id === 'exponents')!;
    for (const { name } of problems)
      expect(
        notes.some(({ problem }) => problem === name),
        name,
      ).toBe(true);
    for (const name of ['influence-balancing', 'lorenz']) {
      const row = problems.find((one) => one.name === name)!;
      const { exponent, horizon, dimension } = estimators.exponents.find(({ problem }) => problem === name)!;
      // λ of influence balancing is drawn, but its steps are linear: no derivative by the state depends on it.
      const problem = row.make(
        {
          suite: 'hypergradient',
          problem: name,
          method: '',
          horizon,
          dimension,
          seed: 0,
          profile: 'standard',
          pass: 'gradient',
          parameters: {},
        },
        {},
      );
      expect(await finiteTimeExponent('float64', problem, { horizon })).toBeCloseTo(exponent!, 9);
    }
  });

  it('particles cost at most 1.28 times their inner gradients', () => {
    expect(saidBy('particles')).toBe(
      'NRES with N = 64 takes at most 1.28 times what its 2 · 64 · W inner gradients take, all of a step in one batch.',
    );
  });

  it('all cases of conformance are right', () => {
    const file = readResultsFile<ConformanceFile>(conformanceFile);
    expect(
      file.flatMap(({ verdicts }) => verdicts.map(({ result }) => result)).every((one) => one === 'right'),
    ).toBe(true);
    expect(saidBy('conformance')).toMatch(/^float64: 31 of 31 cases right; .*: 31 of 31 cases right\./);
  });
});
