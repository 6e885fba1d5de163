/**
 * @file Sine waves from 10 points after k = 10 steps: the start learned by every method, 25 waves an iteration, the same clipping for all.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/few-shot/studies/sinusoid.ts --methods lazy-L1,fomaml
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closing } from '@longhorizon/harness';
import { openDevice } from '@longhorizon/tensor';
import { sinusoidBatch } from '../../../problem-parts/sinusoid-anil.ts';
import { appendResult } from '../../../reports/results-file.ts';
import { root } from '../../../root.ts';
import { metaTrain } from './meta-train.ts';
import { methodNamed } from './methods.ts';
import { sinusoidMaml } from './sinusoid-maml.ts';

const { values } = parseArgs({
  options: {
    iterations: { type: 'string', default: '1500' },
    seeds: { type: 'string', default: '0,1,2,3,4' },
    methods: {
      type: 'string',
      default:
        'fomaml,greedy-maml,exact-maml,lazy-L1,lazy-L2,lazy-L3,lazy-L4,lazy-L1-half,lookahead-half,reptile',
    },
    out: { type: 'string', default: join(root, 'results', 'lazy-sinusoid.jsonl') },
  },
});

const [horizon, rate, clip, innerRate, tasks] = [10, 0.001, 10, 0.003, 25];
const iterations = Number(values.iterations);
const testBatches = 8;
await using device = closing(await openDevice({ timestampQuantization: false }));
for (const seed of values.seeds.split(',').map(Number))
  for (const name of values.methods.split(',')) {
    const options = {
      seed,
      tasks,
      shots: 10,
      queries: 10,
      queryBatches: 1 as const,
      hidden: [40, 40],
      rate: innerRate,
      innerClip: 20,
    };
    const result = await metaTrain(device, {
      problem: sinusoidMaml(options),
      method: methodNamed(name, innerRate),
      horizon,
      rate,
      clip,
      iterations,
      tasks: (number) => sinusoidBatch('train', number, options),
      test: { horizon, batches: testBatches, tasks: (number) => sinusoidBatch('test', number, options) },
      evaluateAfter: [0, Math.round(iterations / 3), iterations],
    });
    const setting = { ...options, horizon, rate, clip, iterations, testTasks: testBatches * tasks };
    appendResult(values.out, { name, seed, setting, ...result });
    const shown = result.evaluations.map(({ outerLoss }) => outerLoss.toFixed(3)).join(' ');
    console.log(`seed ${seed}  ${name.padEnd(18)} ${shown}  ${(result.trainMs / 1000).toFixed(0)} s`);
  }
