import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../root.ts';
import { differenceOf, readResults } from './studies/results.ts';

const pathOf = (name: string) => join(root, 'benchmarks', 'records', 'lazy', `${name}.json`);

interface Cost {
  readonly name: string;
  readonly k: number;
  readonly predicted: number;
  readonly measured: number;
  readonly gradients: number;
  readonly products: number;
}

describe('the committed records of Lazy (reconstructed) show', () => {
  it('memory that does not grow with k, where exact MAML takes as much more for every step', () => {
    const { rows }: { rows: readonly Cost[] } = JSON.parse(readFileSync(pathOf('horizon'), 'utf8'));
    const of = (name: string) => rows.filter((row) => row.name === name);
    for (const { predicted, measured } of rows) expect(measured).toBe(predicted);
    expect(new Set(of('lazy-L1').map(({ measured }) => measured)).size).toBe(1);
    for (const { k, gradients, products } of of('lazy-L1')) expect([gradients, products]).toEqual([k + 1, 1]);
    for (const name of ['exact-maml-everything', 'exact-maml-states']) {
      const [first, ...later] = of(name);
      const perStep = later.map(({ k, measured }) => (measured - first!.measured) / (k - first!.k));
      expect(perStep[0]).toBeGreaterThan(0);
      expect(new Set(perStep).size).toBe(1);
    }
  });

  it('with a perceptron on 20 ways, more than greedy MAML and FOMAML at as many iterations', () => {
    const results = readResults(pathOf('omniglot-20w1s-perceptron'));
    for (const other of ['fomaml', 'greedy-maml']) {
      const { count, mean, ci95 } = differenceOf(results, 'lazy-L1', other);
      expect(count).toBe(5);
      expect(mean - ci95).toBeGreaterThan(10);
    }
  });

  it('at β = 0.5 less than its own ablation: there the graph does not help', () => {
    const results = readResults(pathOf('omniglot-20w1s-perceptron'));
    const { mean, ci95 } = differenceOf(results, 'lazy-L1-half', 'lookahead-half');
    expect(mean + ci95).toBeLessThan(0);
  });
});
