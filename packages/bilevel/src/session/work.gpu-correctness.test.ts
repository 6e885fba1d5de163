/** @file What reverse methods read does not grow with the number of hyperparameters, as their complexity says. */
import { Plan } from '@longhorizon/tensor';
import { elementReads } from '@longhorizon/tensor/testing';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it, vi } from 'vitest';
import type { Method } from '../hyper/method.ts';
import { drmad } from '../hyper/methods/drmad.ts';
import { exactReverse } from '../hyper/methods/exact-reverse.ts';
import { generalisedGreedy } from '../hyper/methods/generalised-greedy.ts';
import { oneStep } from '../hyper/methods/one-step.ts';
import type { Problem } from '../problem/problem.ts';
import { ratesOfSize } from '../problems/rates.ts';
import { trackingOfSize } from '../problems/tracking.ts';
import { prepare } from './run.ts';

const device = useDevice();
const weights = 1000;
const horizon = 10;

/** Elements that the plans of one hypergradient read. */
async function work(problem: Problem, method: Method): Promise<number> {
  const run = await prepare(device(), problem, method, { horizon });
  const encoded = vi.spyOn(Plan.prototype, 'encode');
  try {
    await run.compute();
    const plans = encoded.mock.contexts as readonly Plan[];
    return plans.reduce((reads, { program }) => reads + elementReads(program), 0);
  } finally {
    encoded.mockRestore();
    run.destroy();
  }
}

describe.each([
  ['tracking', trackingOfSize],
  ['rates', ratesOfSize],
] as const)('what is read on %s beside the inner steps', (_, problemOf) => {
  it.each([exactReverse(), drmad, generalisedGreedy()])('by $name', async (method) => {
    const ratio = async (p: number) => {
      const problem = problemOf(weights, p);
      return (await work(problem, method)) / (await work(problem, oneStep));
    };
    const few = await ratio(10);
    // Groups of 2, 3 or 4 and 10 weights, and one weight each.
    for (const p of [100, 300, 500, 1000]) expect((await ratio(p)) / few).toBeLessThan(1.3);
  });
});
