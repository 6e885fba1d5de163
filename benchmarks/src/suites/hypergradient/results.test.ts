/** @file What the committed results of the scripts and passes of this folder show. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecords } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { type Summary, summarise } from '../../reports/summarise.ts';
import { root } from '../../root.ts';
import type { ParticleTimesFile } from './page-particles.ts';

const folder = join(root, 'benchmarks/records/hypergradient');
const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;

interface Seeded {
  readonly seed: number;
}

/** a − b, seed by seed. */
function paired<R extends Seeded>(a: readonly R[], b: readonly R[], of: (one: R) => number): Summary {
  expect(a.map(({ seed }) => seed)).toEqual(b.map(({ seed }) => seed));
  return summarise(a.map((one, k) => of(one) - of(b[k]!)));
}

describe('sine waves at the published scale', () => {
  interface Sinusoid {
    readonly protocol: Readonly<Record<string, number>>;
    readonly results: Readonly<Record<string, readonly (Seeded & { testError: number; theta?: number })[]>>;
  }
  const { protocol, results } = read<Sinusoid>('sinusoid.json');
  const meanOf = (name: string) => summarise(results[name]!.map(({ testError }) => testError)).mean;

  it('is the protocol of appendix G', () => {
    const published = { horizon: 30, innerOptimisations: 30, tasks: 10, every: 1, testTasks: 1000 };
    expect(protocol).toMatchObject(published);
    for (const seeds of Object.values(results)) expect(seeds.length).toBeGreaterThanOrEqual(10);
  });

  for (const gamma of ['0.9', '0.99'])
    it(`HyperDistill with γ = ${gamma} is within 0.327 ± 0.08, and below the others`, () => {
      const mean = meanOf(`hyperdistill-${gamma}`);
      expect(Math.abs(mean - 0.327)).toBeLessThan(0.08);
      for (const other of ['neumann-3-5', 'first-order', 'one-step', 'drmad', 'exact-reverse'])
        expect(mean, other).toBeLessThan(meanOf(other));
    });

  it('θ is about 1 where γ is the true contraction, and smaller for larger γ', () => {
    const theta = (gamma: string) =>
      summarise(results[`hyperdistill-${gamma}`]!.map((one) => one.theta!)).mean;
    expect(Math.abs(theta('0.9') - 1)).toBeLessThan(0.2);
    expect(theta('0.99')).toBeGreaterThan(0.5);
    expect(theta('0.99')).toBeLessThan(0.75);
  });
});

describe('cosines to the exact hypergradient on sine waves', () => {
  interface Found {
    readonly momentum: number;
    readonly cosines: Readonly<Record<string, { readonly second?: Summary; readonly total: Summary }>>;
  }
  const found = read<readonly Found[]>('sinusoid-cosine.json');

  it('without momentum: one-step, then the discounted sum for γ = 0.9, for 0.99, then DrMAD', () => {
    const { cosines } = found.find(({ momentum }) => momentum === 0)!;
    const second = (name: string) => cosines[name]!.second!.mean;
    const order = ['one-step', 'eq7-0.9', 'eq7-0.99', 'drmad'].map(second);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(second('hyperdistill-0.9')).toBeCloseTo(second('eq7-0.9'), 4);
    expect(cosines['first-order']!.total.mean).toBeLessThan(cosines['one-step']!.total.mean);
  });
});

describe('data cleaning on Fashion-MNIST', () => {
  it('over T = 100 full steps HyperDistill is above no cleaning and above one-step, the interval of the paired differences beyond zero', () => {
    const { records, rejected } = readRecords([join(folder, 'cleaning.jsonl')]);
    expect(rejected).toEqual([]);
    const of = (name: string) =>
      records
        .filter(({ config }) => config.method === name)
        .map(({ config, training }) => ({
          seed: config.seed,
          final: training!.final.accuracy!,
          // Before λ was first moved: all weights equal.
          start: training!.curve[0]!.metrics.accuracy!,
        }))
        .sort((a, b) => a.seed - b.seed);
    const [ours, oneStep] = [of('hyperdistill'), of('one-step')];
    const overOneStep = paired(ours, oneStep, ({ final }) => final);
    expect(overOneStep.count).toBeGreaterThanOrEqual(5);
    expect(overOneStep.mean - overOneStep.ci95).toBeGreaterThan(0);
    const overNone = summarise(ours.map(({ final, start }) => final - start));
    expect(overNone.mean - overNone.ci95).toBeGreaterThan(0);
  });

  interface Cleaning {
    readonly runs: readonly (Seeded & { readonly method: string; readonly accuracy: number })[];
  }

  it('so it is on new seeds, with the rate of λ chosen for each method', () => {
    const { runs } = read<Cleaning>('cleaning-long.json');
    // Seed 0 chose the rates.
    const seedsOf = (name: string) => runs.filter(({ method, seed }) => method === name && seed > 0);
    for (const ours of ['hyperdistill-0.99-fitted', 'hyperdistill-0.99'])
      for (const other of ['no-cleaning', 'one-step']) {
        const { count, mean, ci95 } = paired(seedsOf(ours), seedsOf(other), ({ accuracy }) => accuracy);
        expect(count).toBe(8);
        expect(mean - ci95).toBeGreaterThan(0);
      }
  });

  it('over T = 10 steps it is above no cleaning, and no better than one-step', () => {
    const { runs } = read<Cleaning>('cleaning-short.json');
    // Seed 0 chose the rates.
    const seedsOf = (name: string) => runs.filter(({ method, seed }) => method === name && seed > 0);
    const over = (name: string) =>
      paired(seedsOf('hyperdistill-0.9'), seedsOf(name), ({ accuracy }) => accuracy);
    const [none, oneStep] = [over('no-cleaning'), over('one-step')];
    expect(none.count).toBeGreaterThanOrEqual(5);
    expect(none.mean - none.ci95).toBeGreaterThan(0);
    expect(Math.abs(oneStep.mean)).toBeLessThan(0.01);
  });
});

describe('the work of an inner optimisation on convolutions', () => {
  const { perOneStep } = read<{ readonly perOneStep: Readonly<Record<string, number>> }>('online-times.json');

  it('HyperDistill takes at most 1.3 times what one-step takes', () => {
    expect(perOneStep.hyperdistill).toBeLessThan(1.3);
    expect(perOneStep.drmad).toBeGreaterThan(perOneStep.hyperdistill!);
  });
});

describe('rows without a hypergradient beside the standard records', () => {
  const own = readRecords([join(folder, 'controls.jsonl')]);
  const standard = readRecords([join(folder, '../llvmpipe-two-cores/standard.jsonl')]);
  const trained = standard.records.filter(({ config }) => config.pass === 'training');

  it.each(['tracking', 'rates', 'sinusoid-anil', 'cleaning-fashion-mnist'])(
    '%s begins where all methods begin, and stays there without search',
    (problem) => {
      expect(own.rejected).toEqual([]);
      const starts = trained.filter(
        ({ config }) => config.problem === problem && config.method === 'exact-reverse',
      );
      expect(starts.map(({ config }) => config.seed).sort()).toEqual([0, 1, 2]);
      for (const { config, training } of starts) {
        const start = training!.curve[0]!.metrics.outerLoss!;
        const [none, search] = ['no-meta-learning', 'random-search'].map((method) => {
          const record = own.records.find(
            (one) =>
              one.config.method === method &&
              one.config.problem === problem &&
              one.config.seed === config.seed,
          );
          // What the page puts onto one board.
          expect(record!.config).toEqual({ ...config, method });
          expect(record!.code.dirty).toBe(false);
          return record!.training!;
        });
        for (const { curve } of [none!, search!])
          expect(Math.abs(curve[0]!.metrics.outerLoss! / start - 1)).toBeLessThan(1e-6);
        expect(none!.final.outerLoss).toBe(none!.curve[0]!.metrics.outerLoss);
        expect(search!.final.outerLoss).toBeLessThan(start);
      }
    },
  );
});

describe('the work of particles on the sine waves', () => {
  const { setting, points } = read<ParticleTimesFile>('particle-times.json');

  it('NRES with 64 particles takes at most 1.5 times its inner gradients in one batch, without a dispatch for each', () => {
    expect(setting).toMatchObject({ particles: 64, window: 10 });
    expect(points.map(({ p, horizon }) => [p, horizon])).toEqual([
      [240, 30],
      [240, 10],
      [20_400, 30],
      [20_400, 10],
    ]);
    for (const { samples, perGradients } of points) {
      const times = (name: string) => samples[name]!.map(({ processorMs }) => processorMs);
      const gradients = [...times('inner gradients'), ...times('inner gradients again')];
      expect(summarise(times('nres')).median / summarise(gradients).median).toBe(perGradients);
      expect(perGradients).toBeLessThan(1.5);
      const dispatches = (name: string) => samples[name]![0]!.dispatches;
      expect(dispatches('nres')).toBeLessThan(2 * dispatches('inner gradients'));
    }
  });
});

describe('bytes', () => {
  const { records, rejected } = readRecords([join(folder, 'memory.jsonl')]);
  const peaks = (problem: string, method: string) =>
    records
      .filter(
        ({ config, status }) => config.problem === problem && config.method === method && status === 'ok',
      )
      .map(({ config, memory }) => ({ T: config.horizon, p: config.dimension, bytes: memory!.peakBytes }));
  const exponent = (points: readonly (readonly [number, number])[]) => {
    const sorted = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
    const [mx, my] = [0, 1].map((k) => sorted.reduce((sum, one) => sum + one[k]!, 0) / sorted.length) as [
      number,
      number,
    ];
    const [xy, xx] = [
      sorted.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0),
      sorted.reduce((sum, [x]) => sum + (x - mx) ** 2, 0),
    ];
    return xy / xx;
  };

  it('are what was predicted, in every record', () => {
    expect(rejected).toEqual([]);
    for (const { memory, status } of records)
      if (status === 'ok') expect(memory!.peakBytes).toBe(memory!.predictedPeakBytes);
  });

  it('of HyperDistill, one-step, DrMAD and implicit differentiation are the same at T = 10 and T = 10,000', () => {
    for (const method of ['hyperdistill', 'one-step', 'drmad', 'neumann', 'conjugate-gradient']) {
      const found = peaks('tracking', method);
      expect(found.map(({ T }) => T)).toEqual(expect.arrayContaining([10, 10_000]));
      expect(new Set(found.map(({ bytes }) => bytes)).size, method).toBe(1);
    }
  });

  it('of reverse mode grow as T, of forward mode as p', () => {
    const reverse = peaks('rates', 'exact-reverse').filter(({ p }) => p === 1000);
    const slope = exponent(reverse.filter(({ T }) => T >= 1000).map(({ T, bytes }) => [T, bytes]));
    expect(Math.abs(slope - 1)).toBeLessThan(0.05);
    const forward = peaks('rates', 'forward').filter(({ T, p }) => T === 10 && p >= 100);
    expect(Math.abs(exponent(forward.map(({ p, bytes }) => [p, bytes])) - 1)).toBeLessThan(0.05);
  });

  it('a million hyperparameters over 10,000 steps', () => {
    const [found] = peaks('tracking-wide', 'hyperdistill').filter(({ T, p }) => T === 10_000 && p >= 1e6);
    expect(found).toBeDefined();
  });
});
