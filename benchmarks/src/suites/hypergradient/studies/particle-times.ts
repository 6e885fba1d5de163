/**
 * @file Processor time of NRES beside its inner gradients alone, in turns in one process, on the sine waves: what particles cost beyond the 2N gradients
 * of each step, all of them one batch, that any such estimator has to take.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/hypergradient/studies/particle-times.ts
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Method, nres, prepare } from '@longhorizon/bilevel';
import { execute } from '@longhorizon/bilevel/authoring';
import { closing, Owner } from '@longhorizon/harness';
import { sgd } from '@longhorizon/nn';
import { broadcastTo, expandAxes, openDevice, type Tensor, vmap, zerosLike } from '@longhorizon/tensor';
import { sinusoidAnil } from '../../../problem-parts/sinusoid-anil.ts';
import { writeResults } from '../../../reports/results-file.ts';
import { summarise } from '../../../reports/summarise.ts';
import { root } from '../../../root.ts';
import type { ParticleTimesFile } from '../page-particles.ts';
import { inTurns } from './turns.ts';

const { values } = parseArgs({
  options: {
    widths: { type: 'string', default: '10,100' },
    particles: { type: 'string', default: '64' },
    window: { type: 'string', default: '10' },
    horizons: { type: 'string', default: '30,10' },
    samples: { type: 'string', default: '11' },
    out: { type: 'string', default: join(root, 'results', 'particle-times.json') },
  },
});
const [particles, window, samples] = [values.particles, values.window, values.samples].map(Number) as [
  number,
  number,
  number,
];
const listed = (numbers: string) => numbers.split(',').map(Number);
const sizes = listed(values.widths).flatMap((width) =>
  listed(values.horizons).map((horizon) => ({ width, horizon })),
);

/** T inner steps of `copies` copies of the weights, each with a λ of its own, in one batch; the first copy ends as the weights. */
const copiesAlone = (copies: number): Method => ({
  id: 'hyper/copies',
  name: 'copies',
  title: `inner steps of ${copies} copies alone`,
  source: 'none: nothing is differentiated by λ',
  complexity: { offline: '0', memory: 'O(copies · (d + p))' },
  form: 'offline',
  exact: false,
  followsStart: true,
  build: (inner) => {
    const { workspace, carry, lambda } = inner;
    const names = Object.keys(carry.state);
    const originals = [carry.w, ...Object.values(carry.state)];
    const own = workspace.variable('λ of the copies', [copies, ...lambda.shape], { class: 'tangents' });
    const moving = originals.map((variable) =>
      workspace.variable(`${variable.name} of the copies`, [copies, ...variable.shape], {
        dtype: variable.dtype,
        class: 'tangents',
      }),
    );
    const begin = workspace.computation('copies at the weights', [
      [own, broadcastTo(expandAxes(lambda.tensor, 0), own.shape)],
      [moving[0]!, broadcastTo(expandAxes(inner.startingPoint, 0), moving[0]!.shape)],
      ...moving.slice(1).map((variable): [typeof variable, Tensor] => [variable, zerosLike(variable.tensor)]),
    ]);
    const push = vmap((...one: Tensor[]) => {
      const [w, ...rest] = one.slice(0, -1);
      const state = Object.fromEntries(names.map((name, k) => [name, rest[k]!]));
      const next = inner.phi({ w: w!, state }, { lambda: one.at(-1)! });
      return [next.w, ...names.map((name) => next.state[name]!)];
    });
    const next = push(...moving.map(({ tensor }) => tensor), own.tensor);
    const step = workspace.computation(
      'inner steps of the copies',
      moving.map((variable, k): [typeof variable, Tensor] => [variable, next[k]!]),
      { gradients: copies },
    );
    const loss = workspace.computation('no loss', [[inner.outerLoss, zerosLike(inner.outerLoss.tensor)]]);
    return {
      begin: () => [execute(begin, 0)],
      step: (t) => [execute(step, t - 1)],
      hypergradient: (t) => [execute(loss, t)],
    };
  },
});

await using device = closing(await openDevice({ timestampQuantization: false }));
const clock = device.profile.runsOnHost ? 'processorMs' : 'wallMs';
const points: ParticleTimesFile['points'][number][] = [];
for (const { width, horizon } of sizes) {
  const problem = sinusoidAnil({ hidden: [width, width, width] });
  using owner = new Owner();
  const arm = async (method: Method) => {
    // λ stays: its rate is 0, so every inner optimisation is the same work.
    const meta = { optimiser: (rate: Parameters<typeof sgd>[0]['rate']) => sgd({ rate }), rate: 0 };
    const run = owner.own(await prepare(device, problem, method, { horizon, meta }));
    return async () => {
      const { dispatches } = await run.metaStep();
      return { dispatches };
    };
  };
  const arms = {
    nres: await arm(nres({ particles, window, deviation: 0.01 })),
    'inner gradients': await arm(copiesAlone(2 * particles)),
    'inner gradients again': await arm(copiesAlone(2 * particles)),
  };
  const taken = await inTurns(arms, samples);
  const samplesOf = (...names: string[]) =>
    summarise(names.flatMap((name) => taken[name]!.map((one) => one[clock]))).median;
  const [alone, again] = ['inner gradients', 'inner gradients again'] as const;
  const perGradients = samplesOf('nres') / samplesOf(alone, again);
  const sameAgain = samplesOf(again) / samplesOf(alone);
  const { p, d, tasks } = problem;
  points.push({ p, d, tasks: tasks ?? 1, horizon, perGradients, sameAgain, samples: taken });
  console.log(
    `p = ${p}, T = ${horizon}: ${perGradients.toFixed(2)} × the inner gradients, which are ${sameAgain.toFixed(2)} × themselves`,
  );
}
const { adapter } = device;
const setting = { particles, window };
writeResults(values.out, { adapter: adapter.description, setting, clock, points });
