import { exactReverse, type Method, oneStep } from '@longhorizon/bilevel';
import { afterAll, expect, it } from 'vitest';
import { adapt } from './adapt.ts';
import { closeDevices } from './device.ts';
import { madeUpCase } from './made-up-case.ts';
import { withArms } from './time.ts';

afterAll(closeDevices);

const horizon = 5;

/** Dispatches and products of both arms of a method's time. */
async function workOf(method: Method) {
  const cell = await madeUpCase(method, horizon);
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
