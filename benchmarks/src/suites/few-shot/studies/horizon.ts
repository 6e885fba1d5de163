/**
 * @file What a longer horizon costs: bytes (predicted, and measured by the ledger) and seconds (in turns with the inner steps alone) of one
 * hypergradient of MAML against k. Exact MAML keeps everything its backward pass reads, or the states alone and does each step again.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/few-shot/studies/horizon.ts
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { predictRun, prepare, type Run } from '@longhorizon/bilevel';
import { closing } from '@longhorizon/harness';
import { conv4 } from '@longhorizon/nn';
import { openDevice } from '@longhorizon/tensor';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { adapt } from '../../../measurements/adapt.ts';
import { writeResults } from '../../../reports/results-file.ts';
import { root } from '../../../root.ts';
import { episodeSource, type TaskShape } from '../model/episodes.ts';
import { maml } from '../model/few-shot-problem.ts';
import { methodNamed } from './methods.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '1,5,10,15,20' },
    filters: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '5' },
    out: { type: 'string', default: join(root, 'results', 'lazy-horizon.json') },
  },
});

const shape: TaskShape = { dataset: 'glyphs', side: 28, ways: 20, shots: 1, queries: 1, tasks: 4 };
const model = conv4({ classes: 20, filters: Number(values.filters) });
const problem = maml({ shape, source: episodeSource(shape, 0), model, seed: 0, rate: 0.1 });
const methods = [
  ['exact-maml-everything', methodNamed('exact-reverse?policy=everything', 0.1)],
  ['exact-maml-states', methodNamed('exact-maml', 0.1)],
  ...['lazy-L1', 'fomaml', 'greedy-maml'].map((name) => [name, methodNamed(name, 0.1)] as const),
] as const;

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;

await using device = closing(await openDevice({ timestampQuantization: false }));
const live = () => device.ledger.live - device.ledger.liveByClass().staging;
const rows: Record<string, unknown>[] = [];
for (const k of values.steps.split(',').map(Number)) {
  const runs: Record<string, Run> = {};
  const bytes: Record<string, { predicted: number; measured: number }> = {};
  const plain = await prepare(device, problem, adapt, { horizon: k });
  for (const [name, method] of methods) {
    const before = live();
    runs[name] = await prepare(device, problem, method, { horizon: k });
    bytes[name] = {
      predicted: totalBytes(predictRun(device, problem, method, { horizon: k })),
      measured: live() - before,
    };
    // The first run compiles.
    await runs[name].compute();
  }
  await plain.compute();
  const ratios: Record<string, number[]> = {};
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, run] of Object.entries(runs)) {
      const { wallMs } = await run.compute();
      ratios[name] = [...(ratios[name] ?? []), wallMs / (await plain.compute()).wallMs];
    }
  for (const [name, run] of Object.entries(runs)) {
    const { counters } = run;
    const times = Number(values.rounds) + 1;
    const row = {
      name,
      k,
      ...bytes[name],
      timesInnerSteps: Number(median(ratios[name]!).toFixed(2)),
      gradients: counters.gradients / times,
      products: (counters.vjps + counters.hvps) / times,
    };
    rows.push(row);
    console.log(JSON.stringify(row));
    run.destroy();
  }
  plain.destroy();
}
writeResults(values.out, {
  shape,
  model: model.name,
  parameters: model.layout.size,
  rounds: Number(values.rounds),
  rows,
});
