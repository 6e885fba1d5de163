/** @file What the committed records of plain training show. */
import { join } from 'node:path';
import { readRecords } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { root } from '../../root.ts';
import { torchBand } from './cells.ts';

const { records, rejected } = readRecords([join(root, 'benchmarks/records/training')]);

/** Test accuracies of the seeds of one problem and method, all epochs done. */
const accuraciesOf = (problem: string, method: string) =>
  records
    .filter(({ config, status }) => config.problem === problem && config.method === method && status === 'ok')
    .map(({ training }) => training!.final.testAccuracy!);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('the committed records of plain training', () => {
  it('can all be read', () => {
    expect(rejected).toEqual([]);
    expect(records.length).toBeGreaterThanOrEqual(21);
  });

  it('reach on Fashion-MNIST what PyTorch reaches with the same recipe, each seed and on average', () => {
    const band = torchBand();
    const ours = accuraciesOf('fashion-mnist', 'conv4-32');
    expect(ours.length).toBeGreaterThanOrEqual(5);
    for (const accuracy of ours) expect(Math.abs(accuracy - band.mean)).toBeLessThan(3 * band.deviation);
    // Two means of independent seeds: three standard errors of their difference.
    const error = band.deviation * Math.sqrt(1 / ours.length + 1 / band.testAccuracies.length);
    expect(Math.abs(mean(ours) - band.mean)).toBeLessThan(3 * error);
  });

  it('tell 20 unseen glyphs apart from 5 writings each, far above chance, pixels and an untrained network', () => {
    const trained = accuraciesOf('glyph-probe', 'trained');
    const others = [...accuraciesOf('glyph-probe', 'pixels'), ...accuraciesOf('glyph-probe', 'untrained')];
    expect(trained.length).toBeGreaterThanOrEqual(5);
    expect(others.length).toBeGreaterThanOrEqual(10);
    expect(Math.min(...trained)).toBeGreaterThan(0.85);
    expect(Math.max(...others)).toBeLessThan(Math.min(...trained) - 0.25);
  });

  it('hold a curve for every trained network', () => {
    for (const { config, training } of records) {
      if (config.method !== 'conv4-32' && config.method !== 'trained') continue;
      expect(training!.curve.length).toBe(config.horizon + 1);
      const [first, last] = [training!.curve[1]!, training!.curve.at(-1)!];
      expect(last.metrics.trainLoss!).toBeLessThan(first.metrics.trainLoss!);
    }
  });

  it('draw batches at less than 2 % of the time of the step that uses them', () => {
    const [feeding] = records.filter(({ config }) => config.suite === 'feeding');
    const phases = feeding!.time!.phases;
    const gpu = (name: string) => phases[name]!.summary.median!;
    expect(gpu('feeding (GPU)')).toBeLessThan(0.02 * gpu('step (GPU)'));
  });
});
