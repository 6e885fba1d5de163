/**
 * @file Does a long horizon help, and what is it that helps? Few-shot characters, MAML's start learned by every method at the same number of
 * iterations, clipping and tasks; all take k steps at the test.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/few-shot/studies/few-shot.ts --dataset omniglot --methods lazy-L1,fomaml
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closing } from '@longhorizon/harness';
import { conv4, type Model, perceptron } from '@longhorizon/nn';
import { openDevice } from '@longhorizon/tensor';
import { appendResult } from '../../../reports/results-file.ts';
import { root } from '../../../root.ts';
import { episodeSource, type TaskShape } from '../model/episodes.ts';
import { maml } from '../model/few-shot-problem.ts';
import { metaTrain } from './meta-train.ts';
import { methodNamed } from './methods.ts';

const { values } = parseArgs({
  options: {
    dataset: { type: 'string', default: 'omniglot' },
    side: { type: 'string', default: '14' },
    ways: { type: 'string', default: '20' },
    shots: { type: 'string', default: '1' },
    queries: { type: 'string', default: '1' },
    tasks: { type: 'string', default: '4' },
    layers: { type: 'string', default: '3' },
    filters: { type: 'string', default: '16' },
    hidden: { type: 'string' },
    horizon: { type: 'string', default: '10' },
    'inner-rate': { type: 'string', default: '0.1' },
    rate: { type: 'string', default: '0.003' },
    clip: { type: 'string', default: '10' },
    iterations: { type: 'string', default: '600' },
    evaluations: { type: 'string', default: '3' },
    'test-batches': { type: 'string', default: '25' },
    seeds: { type: 'string', default: '0,1,2' },
    methods: { type: 'string', default: 'lazy-L1,greedy-maml,fomaml,exact-maml' },
    out: { type: 'string', default: join(root, 'results', 'lazy-few-shot.jsonl') },
  },
});

const number = (name: Exclude<keyof typeof values, 'dataset' | 'hidden' | 'methods' | 'seeds' | 'out'>) =>
  Number(values[name]);
const shape: TaskShape = {
  dataset: values.dataset,
  side: number('side'),
  ways: number('ways'),
  shots: number('shots'),
  queries: number('queries'),
  tasks: number('tasks'),
};

function network(): Model {
  const { side, ways } = shape;
  if (values.hidden !== undefined)
    return perceptron([side * side, ...values.hidden.split(',').map(Number), ways]);
  const [layers, filters] = [number('layers'), number('filters')];
  return conv4({ classes: ways, inputShape: [side, side, 1], filters, layers });
}

await using device = closing(await openDevice({ timestampQuantization: false }));
const model = network();
const [horizon, iterations, evaluations] = [number('horizon'), number('iterations'), number('evaluations')];
for (const seed of values.seeds.split(',').map(Number))
  for (const name of values.methods.split(',')) {
    const source = episodeSource(shape, seed);
    const innerRate = number('inner-rate');
    const problem = maml({ shape, source, model, seed, rate: innerRate });
    const result = await metaTrain(device, {
      problem,
      method: methodNamed(name, innerRate),
      horizon,
      rate: number('rate'),
      clip: number('clip'),
      iterations,
      tasks: (batch) => source.batch('train', batch),
      test: { horizon, batches: number('test-batches'), tasks: (batch) => source.batch('test', batch) },
      evaluateAfter: Array.from({ length: evaluations }, (_, k) =>
        Math.round(((k + 1) * iterations) / evaluations),
      ),
    });
    const setting = {
      ...shape,
      model: model.name,
      parameters: model.layout.size,
      horizon,
      innerRate,
      rate: number('rate'),
      clip: number('clip'),
      iterations,
      testTasks: number('test-batches') * shape.tasks,
    };
    appendResult(values.out, { name, seed, setting, ...result });
    const shown = result.evaluations.map(({ metrics }) => (100 * metrics.accuracy!).toFixed(1)).join(' ');
    console.log(`seed ${seed}  ${name.padEnd(18)} ${shown} %  ${(result.trainMs / 1000).toFixed(0)} s`);
  }
