/** @file What the experiment on Lazy (reconstructed) came to. No number of its paper is known, so nothing stands beside it. */
import { join } from 'node:path';
import type { ReproducedArm, Reproduction } from '@longhorizon/harness';
import { resultsPath } from '../../reports/results-file.ts';
import { root } from '../../root.ts';
import { readResults, valuesOf } from './studies/results.ts';

const arms = {
  'exact-maml': 'Exact MAML',
  'lazy-L1': 'Lazy (reconstructed)',
  'lookahead-half': 'Lookahead, β = 0.5',
  'greedy-maml': 'Greedy MAML',
  'lazy-L1-half': 'Lazy, β = 0.5',
  fomaml: 'FOMAML',
} as const;

export function fewShotReproductions(): readonly Reproduction[] {
  const file = resultsPath('lazy/omniglot-20w1s-perceptron.json');
  const results = readResults(join(root, file));
  const { ways, shots, horizon, iterations, model } = (results[0]?.setting ?? {}) as Readonly<
    Record<string, number | string>
  >;
  return [
    {
      id: 'lazy-omniglot',
      title: `Lazy (reconstructed): Omniglot, ${ways}-way ${shots}-shot (ours alone)`,
      quantity: 'test accuracy',
      unit: '%',
      direction: 'higher',
      ourSetting: `${model}, ${horizon} inner steps, ${iterations} meta-iterations for every method; chance is ${100 / Number(ways)} %. No number of the paper could be obtained.`,
      file,
      arms: Object.entries(arms).map(
        ([name, title]): ReproducedArm => ({
          name,
          title,
          values: [...valuesOf(results, name)].sort(([a], [b]) => a - b).map(([, value]) => value),
        }),
      ),
      pairs: [
        ['lazy-L1', 'greedy-maml'],
        ['lazy-L1', 'exact-maml'],
      ],
    },
  ];
}
