import { summarise } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { bestPeer, geometricMean, operationsPerSecond, shareOfCopy, targetsOf } from './compare.ts';
import { kernelSuite, rowNamed } from './declaration.ts';
import type { ArmResult, RowResult } from './measure.ts';
import type { LibraryName } from './peers/library.ts';
import { type Profile, rowsOf } from './rows.ts';

/** A row with these median milliseconds. */
function result(name: string, times: Readonly<Partial<Record<LibraryName, number>>>): RowResult {
  const arms = Object.entries(times).map(
    ([library, ms]): ArmResult => ({
      library: library as LibraryName,
      status: 'ok',
      phase: {
        clock: 'host',
        unit: 'ms',
        samples: [ms],
        innerIterations: 1,
        warmUpCalls: 0,
        stopped: 'fixed',
        summary: summarise([ms]),
      },
    }),
  );
  return { row: rowNamed(name), arms };
}

describe('comparisons', () => {
  it('take the fastest peer', () => {
    const row = result('matmul-64', { longhorizon: 2, 'tfjs-webgpu': 8, 'jax-js': 6, 'gpu.js': 20 });
    expect(bestPeer(row)).toEqual({ library: 'jax-js', ratio: 3 });
    expect(bestPeer(result('matmul-64', { longhorizon: 2 }))).toBeUndefined();
  });

  it('turn times into rates and shares', () => {
    expect(operationsPerSecond(result('matmul-64', { longhorizon: 1 }))).toBeCloseTo((2 * 64 ** 3) / 1e-3, 6);
    // An addition moves three numbers where a copy moves two.
    expect(shareOfCopy(result('add-2e20', { longhorizon: 3, copy: 1 }))).toBeCloseTo(0.5, 12);
    expect(shareOfCopy(result('add-2e20', { longhorizon: 3 }))).toBeUndefined();
  });

  it('average ratios geometrically', () => {
    expect(geometricMean([2, 8])).toBeCloseTo(4, 12);
  });

  it('say which targets are reached, and which row decides', () => {
    const targets = targetsOf([
      result('matmul-64', { longhorizon: 1, 'jax-js': 8 }),
      result('matmul-256', { longhorizon: 2, 'jax-js': 1 }),
      result('sgd-step-mlp', { longhorizon: 1, 'jax-js': 3.5 }),
    ]);
    expect(targets.map(({ found, reached }) => [found, reached])).toEqual([
      ['2.00×', false],
      ['0.50× (matmul-256, jax-js)', false],
      ['3.50×', true],
    ]);
    expect(targetsOf([])).toEqual([]);
  });
});

describe('rows', () => {
  it.each(['quick', 'full'] as const)(
    'of the profile %s are problems of the suite, once each',
    (profile: Profile) => {
      const names = rowsOf(profile).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      const problems = kernelSuite.problems.map(({ name }) => name);
      for (const name of names) expect(problems).toContain(name);
    },
  );
});
