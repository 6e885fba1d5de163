import { describe, expect, it } from 'vitest';
import type { Problem } from '../../problem/problem.ts';
import { ratesOfSize } from '../../problems/rates.ts';
import { trackingOfSize } from '../../problems/tracking.ts';
import { prepare } from '../../session/run.ts';
import { largestDifference, relativeDifference } from '../../testing/numbers.ts';
import { optimisers, smallNetwork } from '../../testing/small-network.ts';
import type { Method } from '../method.ts';
import { drmad } from './drmad.ts';
import { exactReverse } from './exact-reverse.ts';
import { forwardMode } from './forward.ts';
import { generalisedGreedy } from './generalised-greedy.ts';
import { neumannIft } from './neumann.ts';
import { oneStep } from './one-step.ts';
import { truncatedReverse } from './truncated.ts';

async function hypergradientOf(problem: Problem, method: Method, horizon: number): Promise<Float64Array> {
  const run = await prepare('float64', problem, method, { horizon });
  await run.compute();
  const found = await run.read('hypergradient');
  run.destroy();
  return found;
}

/** dL^val/dλ by central differences of whole inner optimisations. */
async function differences(problem: Problem, horizon: number): Promise<number[]> {
  const run = await prepare('float64', problem, oneStep, { horizon });
  const lambda = Float64Array.from(problem.initial.hyperparameters);
  const epsilon = 1e-5;
  const lossAt = async (j: number, shift: number) => {
    run.write('lambda', lambda.with(j, lambda[j]! + shift));
    return (await run.compute()).outerLoss;
  };
  const found: number[] = [];
  for (let j = 0; j < lambda.length; j++)
    found.push(((await lossAt(j, epsilon)) - (await lossAt(j, -epsilon))) / (2 * epsilon));
  return found;
}

describe('exact methods, in float64', () => {
  for (const tasks of [undefined, 3])
    for (const [name, optimiser] of Object.entries(optimisers))
      it(`agree with differences of whole runs: ${name}, ${tasks ?? 'no'} task axis, mini-batches, λ in both losses`, async () => {
        const problem = smallNetwork(optimiser(), tasks);
        const expected = await differences(problem, 7);
        const reverse = await hypergradientOf(problem, exactReverse(), 7);
        expect(relativeDifference(reverse, expected)).toBeLessThan(1e-7);
        const others = [forwardMode(), forwardMode({ columns: 2 }), truncatedReverse({ window: 7 })];
        for (const method of others)
          expect(relativeDifference(await hypergradientOf(problem, method, 7), reverse)).toBeLessThan(1e-12);
      });

  it('agree with the closed forms at other sizes, p below d and weight decay included', async () => {
    for (const problem of [
      trackingOfSize(12, 12),
      trackingOfSize(12, 5, 0.2, { weightDecay: 0.05 }),
      ratesOfSize(9, 9),
      ratesOfSize(10, 3, { weightDecay: 0.1 }),
    ])
      for (const horizon of [1, 2, 60]) {
        const closed = problem.closedForm!(horizon);
        for (const method of [exactReverse(), forwardMode()])
          expect(
            largestDifference(await hypergradientOf(problem, method, horizon), closed.hypergradient),
          ).toBeLessThan(1e-12);
      }
  });
});

describe('approximate methods, in float64', () => {
  const network = smallNetwork(optimisers.sgd!());

  it('one-step, K = 1, N = 0 at the step before and γ = 0 are the same number', async () => {
    const expected = await hypergradientOf(network, oneStep, 6);
    for (const method of [truncatedReverse({ window: 1 }), generalisedGreedy({ gamma: 0 })])
      expect(largestDifference(await hypergradientOf(network, method, 6), expected)).toBeLessThan(1e-14);
  });

  it('Neumann is truncated reverse mode on a trajectory that stands still', async () => {
    // From the minimum of a quadratic no step moves, so both see the same points.
    const still = trackingOfSize(6, 6);
    const atRest = { ...still, initial: { ...still.initial, weights: still.initial.hyperparameters } };
    for (const terms of [0, 1, 4])
      expect(
        largestDifference(
          await hypergradientOf(atRest, neumannIft({ terms }), 10),
          await hypergradientOf(atRest, truncatedReverse({ window: terms + 1 }), 10),
        ),
      ).toBeLessThan(1e-14);
  });

  it('DrMAD is exact where the trajectory is its line', async () => {
    // One step is a straight line; two are not.
    const exact = await hypergradientOf(network, exactReverse(), 1);
    expect(largestDifference(await hypergradientOf(network, drmad, 1), exact)).toBeLessThan(1e-14);
    const two = await hypergradientOf(network, exactReverse(), 2);
    expect(largestDifference(await hypergradientOf(network, drmad, 2), two)).toBeGreaterThan(1e-8);
  });
});
