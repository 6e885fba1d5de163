/** @file The committed runs of the experiment on pictures: their numbers follow from them, and what the page says of them holds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../root.ts';
import type { RunLine } from './experiment.ts';
import { type ExperimentSummary, summariseRuns } from './summarise.ts';

const textOf = (name: string) => readFileSync(join(root, 'benchmarks/records/large-scale', name), 'utf8');
const runs = JSON.parse(textOf('runs.json')) as readonly RunLine[];
const summary = JSON.parse(textOf('images.json')) as ExperimentSummary;
const at = (K: number) => summary.differences.find(({ horizon }) => horizon === K)!;

it('has numbers that follow from its runs', () => {
  expect(JSON.parse(JSON.stringify(summariseRuns(runs)))).toEqual(summary);
});

it('tried four values of β for each method and K, on the first seed, and has five seeds of the best', () => {
  for (const { tried, seeds } of summary.methods) {
    expect(tried).toHaveLength(4);
    expect(seeds).toEqual([0, 1, 2, 3, 4]);
  }
});

it('at K = 100: trajectory shifting ends below Reptile in the training loss and is there 1.4 times sooner, but not early', () => {
  const { losses, stepRatios } = at(100);
  const last = losses.at(-1)!;
  expect(last.mean + last.ci95).toBeLessThan(-0.2);
  expect(losses[0]!.mean - losses[0]!.ci95).toBeGreaterThan(0);
  for (const ratio of stepRatios) expect(ratio).toBeGreaterThan(1.4);
});

it('at K = 10 Reptile ends below trajectory shifting', () => {
  const last = at(10).losses.at(-1)!;
  expect(last.mean - last.ci95).toBeGreaterThan(0);
});

it('no start that was learned to the end is better than the one it began with', () => {
  for (const { accuracies } of summary.methods)
    expect(accuracies.at(-1)!.mean).toBeLessThan(accuracies[0]!.mean);
});
