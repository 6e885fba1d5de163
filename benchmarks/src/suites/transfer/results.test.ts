import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecords } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { bySeed, type Mean, meanOf, pairedMean } from '../../reports/over-seeds.ts';
import { tablesOf } from '../../reports/tables.ts';
import { root } from '../../root.ts';
import { report } from './report.ts';

const { records, rejected } = readRecords([join(root, 'benchmarks/records/transfer/standard.jsonl')]);
const of = (problem: string, method: string, metric: string) => bySeed(records, problem, method, metric);
/** An arm minus the host by itself, on the same pictures, start and order of batches. */
const gain = (problem: string, method: string, metric: string) =>
  pairedMean(of(problem, method, metric), of(problem, 'base', metric))!;
const above = ({ mean, halfWidth }: Mean) => mean - halfWidth! > 0;
const below = ({ mean, halfWidth }: Mean) => mean + halfWidth! < 0;

const conv4 = ['eurosat-conv4', 'fashion-mnist-conv4', 'kmnist-conv4'];
const resnet8 = 'fashion-mnist-resnet8';
const learned = ['metaperturb-authors', 'metaperturb-learned'];
const all = [...conv4, resnet8];

describe('the committed records of transferred perturbations show what their page says', () => {
  it('five seeds of three arms, on three sets by Conv4 and on one by ResNet-8', () => {
    expect(rejected).toEqual([]);
    expect(records).toHaveLength(all.length * 3 * 5);
    for (const problem of all)
      for (const method of ['base', ...learned]) expect(of(problem, method, 'nll').size).toBe(5);
    const page = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8').replaceAll(/ +/g, ' ');
    for (const row of tablesOf(records, report).match(/^\| [a-z].*$/gm)!) expect(page).toContain(row);
  });

  it('ResNet-8 alone knows every training picture; there the likelihood is better with either φ (trend 1), with Conv4 it is worse', () => {
    const known = (problem: string) => meanOf([...of(problem, 'base', 'trainAccuracy').values()]).mean;
    expect(known(resnet8)).toBeGreaterThan(0.99);
    for (const problem of conv4) expect(known(problem)).toBeLessThan(0.9);
    for (const method of learned) {
      expect(below(gain(resnet8, method, 'nll')), method).toBe(true);
      for (const problem of conv4) expect(above(gain(problem, method, 'nll')), problem).toBe(true);
    }
  });

  it('accuracy does not gain (trend 2); training and test come closer, and PGD gets less', () => {
    for (const problem of all)
      for (const method of learned) {
        expect(above(gain(problem, method, 'accuracy')), problem).toBe(false);
        expect(below(gain(problem, method, 'gap')), problem).toBe(true);
        expect(above(gain(problem, method, 'attackedAccuracy')), problem).toBe(true);
      }
  });
});

it('the records of the second-order term show what the README of the package says: first-order is turned by 29°, at half the bytes', () => {
  const { records: own } = readRecords([join(root, 'benchmarks/records/transfer/second-order.jsonl')]);
  const find = (method: string, pass: string) =>
    own.find(({ config }) => config.method === method && config.pass === pass)!;
  const cosine = find('first-order', 'gradient').gradient!.cosine!;
  expect((Math.acos(cosine) * 180) / Math.PI).toBeCloseTo(29, 0);
  const [few, many] = ['first-order', 'exact-reverse'].map((method) => find(method, 'memory').memory!);
  expect(few!.peakBytes).toBe(few!.predictedPeakBytes);
  expect(few!.peakBytes! / many!.peakBytes!).toBeLessThan(0.5);
  const page = readFileSync(join(root, 'packages/metaperturb/README.md'), 'utf8').replaceAll(/ +/g, ' ');
  for (const { config, gradient } of own.filter(({ config: { pass } }) => pass === 'gradient'))
    expect(page).toContain(
      `| ${config.method} | ${gradient!.cosine!.toFixed(3)} | ${gradient!.relativeError!.toFixed(2)} |`,
    );
});
