import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecords } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { bySeed, meanOf, pairedMean } from '../../reports/over-seeds.ts';
import { tablesOf } from '../../reports/tables.ts';
import { root } from '../../root.ts';
import { report } from './report.ts';

const { records, rejected } = readRecords([join(root, 'benchmarks/records/long-tailed/fashion.jsonl')]);
const accuracy = (imbalance: number, method: string) =>
  bySeed(records, `fashion-${imbalance}`, method, 'accuracy');

describe('the committed records of long-tailed Fashion-MNIST show what their page says', () => {
  it('three seeds of every method, at both imbalances', () => {
    expect(rejected).toEqual([]);
    const page = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8').replaceAll(/ +/g, ' ');
    for (const row of tablesOf(records, report).match(/^\| [a-z].*$/gm)!) expect(page).toContain(row);
    for (const imbalance of [100, 200])
      for (const method of ['cross-entropy', 'class-balanced', 'l2rw', 'lazy-l2rw', 'lazy-weight-net'])
        expect(accuracy(imbalance, method).size).toBe(3);
  });

  it('weighing classes helps, and most at once', () => {
    for (const imbalance of [100, 200]) {
      const of = (method: string) => meanOf([...accuracy(imbalance, method).values()]).mean;
      expect(of('class-balanced')).toBeGreaterThan(of('class-balanced-deferred'));
      expect(of('class-balanced-deferred')).toBeGreaterThan(of('cross-entropy'));
    }
  });

  it('no rule gains from looking fifteen steps ahead in place of one: every interval holds 0', () => {
    for (const imbalance of [100, 200])
      for (const rule of ['l2rw', 'weight-net', 'two-component']) {
        const { mean, halfWidth } = pairedMean(
          accuracy(imbalance, `lazy-${rule}`),
          accuracy(imbalance, rule),
        )!;
        expect(Math.abs(mean)).toBeLessThanOrEqual(halfWidth!);
      }
  });

  it('bytes are as predicted and do not grow with k; one product a step', () => {
    const lazy = records.filter(
      ({ config }) => config.pass === 'memory' && config.method.startsWith('lazy-'),
    );
    expect(new Set(lazy.map(({ config }) => config.horizon))).toEqual(new Set([5, 10, 15, 20]));
    for (const { config, memory, counters } of lazy) {
      expect(memory?.peakBytes).toBe(memory?.predictedPeakBytes);
      expect(counters).toMatchObject({ vjps: 1, gradients: config.horizon + 2 });
      const same = lazy.filter((other) => other.config.method === config.method);
      expect(new Set(same.map((other) => other.memory?.peakBytes)).size).toBe(1);
    }
  });
});
