import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecords } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { bySeed, meanOf, pairedMean } from '../../reports/over-seeds.ts';
import { tablesOf } from '../../reports/tables.ts';
import { root } from '../../root.ts';
import { report } from './report.ts';

const { records, rejected } = readRecords([join(root, 'benchmarks/records/attack/fashion.jsonl')]);
const of = (method: string, metric: string) => bySeed(records, 'fashion-mnist', method, metric);
const mean = (method: string, metric: string) => meanOf([...of(method, metric).values()]).mean;

describe('the committed records of attacks on Fashion-MNIST show what their page says', () => {
  it('a hundred pictures of each of three seeds, nearly all misled', () => {
    expect(rejected).toEqual([]);
    expect(records).toHaveLength(18);
    const page = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8').replaceAll(/ +/g, ' ');
    for (const row of tablesOf(records, report).match(/^\| [a-z].*$/gm)!) expect(page).toContain(row);
    for (const { training, details } of records) {
      expect(details?.pictures).toBe(100);
      expect(training?.final.success).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('a network that guesses takes a fifth of the queries, and more distance', () => {
    for (const method of ['random-attacker', 'reptile-attacker', 'lazy-attacker']) {
      expect(mean(method, 'queries')).toBeLessThan(0.2 * mean('zeroth-order', 'queries'));
      expect(mean(method, 'distance')).toBeGreaterThan(mean('zeroth-order', 'distance'));
    }
  });

  it('meta-training by Reptile saves queries; Lazy and Reptile cannot be told apart', () => {
    const saved = pairedMean(of('reptile-attacker', 'queries'), of('random-attacker', 'queries'))!;
    expect(saved.mean + saved.halfWidth!).toBeLessThan(0);
    const between = pairedMean(of('lazy-attacker', 'queries'), of('reptile-attacker', 'queries'))!;
    expect(Math.abs(between.mean)).toBeLessThan(between.halfWidth!);
  });
});
