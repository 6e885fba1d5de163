import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecords } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { bySeed, type Mean, meanOf, pairedMean } from '../../reports/over-seeds.ts';
import { tablesOf } from '../../reports/tables.ts';
import { root } from '../../root.ts';
import { methods } from './methods.ts';
import { report } from './report.ts';

const { records, rejected } = readRecords([join(root, 'benchmarks/records/transfer/standard.jsonl')]);
const of = (problem: string, method: string, metric: string) => bySeed(records, problem, method, metric);
/** An arm minus the host by itself, on the same pictures, start and order of batches. */
const gain = (problem: string, method: string, metric: string) =>
  pairedMean(of(problem, method, metric), of(problem, 'base', metric))!;
const above = ({ mean, halfWidth }: Mean) => mean - halfWidth! > 0;
const below = ({ mean, halfWidth }: Mean) => mean + halfWidth! < 0;

const sets = ['eurosat', 'fashion-mnist', 'kmnist'];
const conv4 = sets.map((name) => `${name}-conv4`);
const resnet8 = sets.map((name) => `${name}-resnet8`);
const all = [...conv4, ...resnet8];
const learned = ['metaperturb-authors', 'metaperturb-learned'];
/** The φ learned here minus another arm. */
const beside = (problem: string, method: string, metric: string) =>
  pairedMean(of(problem, 'metaperturb-learned', metric), of(problem, method, metric))!;

describe('the committed records of transferred perturbations show what their page says', () => {
  it('five seeds of eight arms, on three sets by two networks', () => {
    expect(rejected).toEqual([]);
    expect(records).toHaveLength(all.length * methods.length * 5);
    for (const problem of all)
      for (const { name } of methods) expect(of(problem, name, 'nll').size, problem).toBe(5);
    const page = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8').replaceAll(/ +/g, ' ');
    for (const row of tablesOf(records, report).match(/^\| [a-z].*$/gm)!) expect(page).toContain(row);
  });

  it('ResNet-8 knows nearly every training picture; there the φ learned here betters the likelihood on every set (trend 1), and Conv4 gets worse', () => {
    const known = (problem: string) => meanOf([...of(problem, 'base', 'trainAccuracy').values()]).mean;
    for (const problem of resnet8) {
      expect(known(problem), problem).toBeGreaterThan(problem === 'eurosat-resnet8' ? 0.96 : 0.99);
      expect(below(gain(problem, 'metaperturb-learned', 'nll')), problem).toBe(true);
    }
    const authors = resnet8.filter((problem) => below(gain(problem, 'metaperturb-authors', 'nll')));
    expect(authors).toEqual(['eurosat-resnet8', 'fashion-mnist-resnet8']);
    for (const problem of conv4) {
      expect(known(problem)).toBeLessThan(0.9);
      for (const method of learned) expect(above(gain(problem, method, 'nll')), problem).toBe(true);
    }
  });

  it('accuracy gains on EuroSAT and KMNIST by ResNet-8 and nowhere else (trend 2)', () => {
    const better = (method: string) => all.filter((problem) => above(gain(problem, method, 'accuracy')));
    for (const method of learned) expect(better(method)).toEqual(['eurosat-resnet8', 'kmnist-resnet8']);
  });

  it('training and test come closer everywhere, and PGD gets less where it does not get everything', () => {
    for (const problem of all)
      for (const method of learned) {
        expect(below(gain(problem, method, 'gap')), problem).toBe(true);
        expect(above(gain(problem, method, 'attackedAccuracy')), problem).toBe(problem !== 'eurosat-resnet8');
      }
  });

  it('what is learned matters: the φ learned here is ahead of the untrained one and of fixed noise in likelihood everywhere, by ResNet-8 in calibration, too', () => {
    for (const method of ['metaperturb-untrained', 'fixed-noise']) {
      for (const problem of all) expect(below(beside(problem, method, 'nll')), problem).toBe(true);
      for (const problem of resnet8) expect(below(beside(problem, method, 'ece')), problem).toBe(true);
    }
  });

  it('no arm gains by Conv4: none betters its likelihood or its accuracy', () => {
    for (const problem of conv4)
      for (const { name } of methods.filter((method) => method.name !== 'base')) {
        expect(below(gain(problem, name, 'nll')), problem).toBe(false);
        expect(above(gain(problem, name, 'accuracy')), problem).toBe(false);
      }
  });

  it('but accuracy comes with any noise, and dropout is as good: better on one set, worse on another, the same on the third', () => {
    for (const problem of resnet8)
      for (const method of ['metaperturb-untrained', 'fixed-noise']) {
        const { mean, halfWidth } = beside(problem, method, 'accuracy');
        expect(Math.abs(mean), problem).toBeLessThan(halfWidth!);
      }
    const [eurosat, fashion, kmnist] = resnet8.map((problem) => beside(problem, 'dropout', 'nll'));
    expect(below(eurosat!)).toBe(true);
    expect(below(fashion!) || above(fashion!)).toBe(false);
    expect(above(kmnist!)).toBe(true);
    const ahead = resnet8.filter((problem) => above(beside(problem, 'dropout', 'attackedAccuracy')));
    expect(ahead).toEqual(['fashion-mnist-resnet8', 'kmnist-resnet8']);
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
