import { exactReverse, type Method, oneStep } from '@longhorizon/bilevel';
import { trackingOfSize } from '@longhorizon/bilevel/problems';
import { afterAll, expect, it } from 'vitest';
import { adapt } from './adapt.ts';
import type { Case } from './case.ts';
import { closeDevices, sharedDevice } from './device.ts';
import { withArms } from './time.ts';

afterAll(closeDevices);

const horizon = 5;

/** Dispatches and products of both arms of a method's time. */
async function workOf(method: Method) {
  const cell: Case = {
    config: {
      suite: '',
      problem: '',
      method: method.name,
      horizon,
      dimension: 3,
      seed: 0,
      profile: 'quick',
      pass: 'time',
      parameters: {},
    },
    seeds: {},
    device: await sharedDevice(undefined),
    problem: trackingOfSize(6, 3),
    method,
    oracle: undefined,
    recipe: undefined,
    signal: new AbortController().signal,
  };
  return withArms(cell, async (run, plain) => {
    const [own, alone] = [await run.compute(), await plain.compute()];
    const products = ({ vjps, jvps, hvps }: typeof own.counts) => vjps + jvps + hvps;
    return { own: products(own.counts), alone: products(alone.counts), plain: alone.dispatches };
  });
}

it('a method is timed beside the inner steps alone, the same for all methods', async () => {
  const [short, long, none] = [await workOf(oneStep), await workOf(exactReverse()), await workOf(adapt)];
  expect([short.own, long.own, none.own]).toEqual([1, 2 * horizon - 1, 0]);
  for (const { alone, plain } of [short, long, none]) {
    expect(alone).toBe(0);
    expect(plain).toBe(none.plain);
  }
});
