/**
 * @file Seconds of an inner optimisation with updates of λ on the way, method beside method in turns, on warp layers between convolutions
 * (Lee et al., ICLR 2022, table 3, at a size that a processor manages). λ is updated after every second step, as their number of products says.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/hypergradient/studies/online-times.ts
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Method, prepare } from '@longhorizon/bilevel';
import { loadDataset, toCommonShape } from '@longhorizon/datasets';
import { closing, Owner } from '@longhorizon/harness';
import { momentum, warpedConvolutional } from '@longhorizon/nn';
import { openDevice } from '@longhorizon/tensor';
import { adapt } from '../../../measurements/adapt.ts';
import { methodWritten } from '../../../methods/written.ts';
import { writeResults } from '../../../reports/results-file.ts';
import { summarise } from '../../../reports/summarise.ts';
import { root } from '../../../root.ts';
import { networkParts } from '../model/network-parts.ts';
import { inTurns } from './turns.ts';

/** θ is fitted before one inner optimisation in so many. */
const PERIOD = 50;

const written = (text: string): Method =>
  methodWritten(text, { horizon: 50, dimension: 1, seed: 0, rate: 0.1 });

const METHODS: Readonly<Record<string, Method>> = {
  'inner steps alone': adapt,
  'first-order': written('first-order'),
  'one-step': written('one-step'),
  drmad: written('drmad'),
  'neumann-5-5': written('neumann?terms=5&last=5'),
  // The first inner optimisation fits θ and is no sample.
  'hyperdistill between fits': written('hyperdistill?gamma=0.99&estimationPeriod=1e9'),
  'hyperdistill with a fit': written('hyperdistill?gamma=0.99&estimationPeriod=1'),
};

const { values } = parseArgs({
  options: {
    methods: { type: 'string', default: Object.keys(METHODS).join(',') },
    filters: { type: 'string', default: '16' },
    horizon: { type: 'string', default: '50' },
    samples: { type: 'string', default: '6' },
    out: { type: 'string', default: join(root, 'results', 'online-times.json') },
  },
});
const [filters, horizon, samples] = [values.filters, values.horizon, values.samples].map(Number) as [
  number,
  number,
  number,
];
const dataset = toCommonShape(loadDataset('glyphs', { seed: 0, classes: 60 }), {
  height: 14,
  width: 14,
  channels: 1,
});
const { problem } = networkParts({
  dataset,
  tasks: 2,
  ways: 5,
  perClass: 20,
  batch: 25,
  testBatch: 25,
  part: 'warp',
  model: (inputShape, classes) => warpedConvolutional({ inputShape, classes, filters, layers: 3, warps: 2 }),
});
await using device = closing(await openDevice({ timestampQuantization: false }));
using owner = new Owner();
const arms: Record<string, () => Promise<object>> = {};
for (const name of values.methods.split(',')) {
  const method = METHODS[name] ?? written(name);
  // λ stays: its rate is 0, so every inner optimisation is the same work.
  const run = owner.own(
    await prepare(device, problem, method, {
      horizon,
      meta: { optimiser: (rate) => momentum({ rate, momentum: 0.9 }), rate: 0, every: 2 },
    }),
  );
  arms[name] = async () => {
    await (method === adapt ? run.compute() : run.metaStep());
    return {};
  };
}
const taken = await inTurns(arms, samples);
const clock = device.profile.runsOnHost ? 'processorMs' : 'wallMs';
const median = (name: string) => summarise(taken[name]!.map((one) => one[clock])).median;
const between = median('hyperdistill between fits');
const amortised = between + (median('hyperdistill with a fit') - between) / PERIOD;
const perOneStep = Object.fromEntries(
  [
    ...Object.keys(arms).map((name) => [name, median(name)] as const),
    ['hyperdistill', amortised] as const,
  ].map(([name, ms]) => [name, ms / median('one-step')]),
);
const { adapter } = device;
const setting = {
  horizon,
  every: 2,
  filters,
  tasks: 2,
  batch: 25,
  d: problem.d,
  p: problem.p,
  period: PERIOD,
};
writeResults(values.out, { adapter: adapter.description, setting, clock, perOneStep, samples: taken });
for (const [name, ratio] of Object.entries(perOneStep))
  console.log(`${name.padEnd(28)} ${ratio.toFixed(2)} × one-step`);
