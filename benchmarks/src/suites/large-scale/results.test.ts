/** @file The committed runs of the experiment on pictures: their numbers follow from them, and what the page says of them holds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../root.ts';
import type { RunLine } from './studies/experiment.ts';
import { type ExperimentSummary, summariseRuns } from './studies/summarise.ts';

const textOf = (name: string) => readFileSync(join(root, 'benchmarks/records/large-scale', name), 'utf8');
const runs = JSON.parse(textOf('runs.json')) as readonly RunLine[];
const summary = JSON.parse(textOf('images.json')) as ExperimentSummary;
const at = (K: number) => summary.differences.find(({ horizon }) => horizon === K)!;

it('has numbers that follow from its runs', () => {
  expect(JSON.parse(JSON.stringify(summariseRuns(runs)))).toEqual(summary);
});

it('tried three values of β for each method and K on the first seed, took the middle one but for shifting at K = 10, and has three seeds of it', () => {
  for (const { tried, seeds, beta, method, horizon } of summary.methods) {
    expect(tried).toHaveLength(3);
    expect(seeds).toEqual([0, 1, 2]);
    // At K = 10 the two larger values of trajectory shifting are equally good.
    if (method !== 'trajectory-shifting' || horizon !== 10) expect(beta).toBe(tried[1]!.beta);
  }
});

it('at K = 100: trajectory shifting is below Reptile from the third trajectory on, most in the first half, and is where Reptile ends 1.3 times sooner', () => {
  const { losses, stepRatios } = at(100);
  expect(losses[0]!.mean - losses[0]!.ci95).toBeGreaterThan(0);
  for (const { step, mean } of losses) if (step >= 300) expect(mean).toBeLessThan(-0.04);
  const last = losses.at(-1)!;
  expect(last.mean + last.ci95).toBeLessThan(0);
  const largest = losses.reduce((a, b) => (b.mean < a.mean ? b : a));
  expect(largest.step).toBeLessThan(1500);
  expect(largest.mean).toBeLessThan(last.mean - 0.05);
  for (const ratio of stepRatios) expect(ratio).toBeGreaterThan(1.3);
});

it('at K = 10 there is no clear difference at the end', () => {
  const last = at(10).losses.at(-1)!;
  expect(Math.abs(last.mean)).toBeLessThan(last.ci95);
});

it('no start that was learned to the end is clearly better on the unseen set than the one it began with', () => {
  for (const { accuracies } of summary.methods) {
    const [first, last] = [accuracies[0]!, accuracies.at(-1)!];
    expect(last.mean - last.ci95).toBeLessThan(first.mean);
  }
});
