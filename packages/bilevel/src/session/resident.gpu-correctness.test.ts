/** @file Methods whose steps run inside one dispatch, beside the same methods replayed. No method knows of it. */
import { adam, momentum } from '@longhorizon/nn';
import type { Device } from '@longhorizon/tensor';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { expect, it } from 'vitest';
import type { Method } from '../hyper/method.ts';
import { bome } from '../hyper/methods/bome.ts';
import { drmad } from '../hyper/methods/drmad.ts';
import { exactReverse } from '../hyper/methods/exact-reverse.ts';
import { forwardMode } from '../hyper/methods/forward.ts';
import { neumannIft } from '../hyper/methods/neumann.ts';
import { oneStep } from '../hyper/methods/one-step.ts';
import { saba } from '../hyper/methods/saba.ts';
import { truncatedReverse } from '../hyper/methods/truncated.ts';
import { f2sa } from '../hyper/methods/value-function.ts';
import type { Problem } from '../problem/problem.ts';
import { ratesOfSize } from '../problems/rates.ts';
import { tracking, trackingOfSize } from '../problems/tracking.ts';
import { measure } from './compare.ts';
import type { MetaOptions } from './meta.ts';
import { prepare } from './run.ts';

const devices = {
  never: useDevice({ resident: 'never' }),
  always: useDevice({ resident: 'always' }),
};

const horizon = 9;
const meta: MetaOptions = { optimiser: (rate) => momentum({ rate, momentum: 0.9 }), rate: 0.05, every: 2 };

async function found(device: Device, problem: Problem, method: Method, updates: MetaOptions = meta) {
  const run = await prepare(device, problem, method, { horizon, meta: updates });
  const { dispatches } = await run.compute();
  const frozen = [...(await run.read('hypergradient')), ...(await run.read('weights'))];
  await run.metaStep();
  const moved = [...(await run.read('lambda'))];
  run.destroy();
  return { dispatches, numbers: [...frozen, ...moved] };
}

const problems = [trackingOfSize(24, 6), ratesOfSize(24, 6)];
const methods: readonly Method[] = [
  oneStep,
  exactReverse(),
  exactReverse({ policy: 'everything' }),
  drmad,
  truncatedReverse({ window: 4 }),
  neumannIft({ terms: 3 }),
  forwardMode(),
];

for (const method of methods)
  it(`${method.title}: hypergradients, weights and λ are the same to the bit`, async () => {
    for (const problem of problems) {
      const replayed = await found(devices.never(), problem, method);
      const resident = await found(devices.always(), problem, method);
      expect(resident.numbers).toEqual(replayed.numbers);
      expect(resident.dispatches).toBeLessThan(horizon);
      expect(replayed.dispatches).toBeGreaterThan(horizon);
    }
  });

it.each([bome({ rate: 0.1, steps: 2 }), f2sa({ rate: 0.1 }), saba({ rate: 0.1 })])(
  '$name: variables that share a buffer are handed from one to the other',
  async (method) => {
    // Adam's moments are two variables more, so that there are too many for a buffer each.
    const updates: MetaOptions = { optimiser: (rate) => adam({ rate }), rate: 0.05, every: 1 };
    const numbers = [];
    for (const device of [devices.never(), devices.always()])
      numbers.push((await found(device, problems[0]!, method, updates)).numbers);
    expect(numbers[1]).toEqual(numbers[0]);
  },
);

it('the bytes are those that were predicted, and the same', async () => {
  const results = [];
  for (const device of [devices.never(), devices.always()])
    results.push(await measure(device, problems[0]!, exactReverse(), { horizon, warmUps: 0 }));
  const [replayed, resident] = results;
  expect(resident!.bytes!.measuredTotal).toBe(resident!.bytes!.predictedTotal);
  expect(resident!.bytes!.predictedTotal).toBe(totalBytes(replayed!.bytes!.predicted));
});

it('an inner loop that diverges is reported with the same step', async () => {
  const doubling = tracking({
    G: [1],
    w0: [1],
    lambda: [0],
    rate: 3,
    outer: { kind: 'quadratic', c: [0] },
  });
  const steps: unknown[] = [];
  for (const device of [devices.never(), devices.always()]) {
    const run = await prepare(device, doubling, oneStep, { horizon: 100 });
    steps.push((await run.compute()).divergedAt);
    run.destroy();
  }
  expect([64, 65]).toContain(steps[0]);
  expect(steps[1]).toBe(steps[0]);
});
