import { bitwiseAnd, broadcastTo, cast, iota, multiply, shiftRight, subtract } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../problem/problem.ts';
import { influenceBalancing } from '../../problems/influence-balancing.ts';
import { trackingOfSize } from '../../problems/tracking.ts';
import { prepare } from '../../session/run.ts';
import { relativeDifference } from '../../testing/numbers.ts';
import { optimisers, smallNetwork } from '../../testing/small-network.ts';
import type { Method } from '../method.ts';
import { type EvolutionStrategiesOptions, nres, pes, tes } from './evolution-strategies.ts';
import { exactReverse } from './exact-reverse.ts';

async function hypergradientOf(problem: Problem, method: Method, horizon: number): Promise<number[]> {
  const run = await prepare('float64', problem, method, { horizon });
  await run.compute();
  const found = [...(await run.read('hypergradient'))];
  run.destroy();
  return found;
}

/** All sequences of signs: particle n has the sign of bit k of n in window k. */
const allSigns: NonNullable<EvolutionStrategiesOptions['noise']> = (shape, window) => {
  const bit = bitwiseAnd(shiftRight(iota(shape, 0), broadcastTo(window, shape)), 1);
  return subtract(1, multiply(2, cast(bit, 'f32')));
};

const sum = influenceBalancing({ objective: 'sum' });

describe('influence balancing over T = 8 steps, slope 102', () => {
  it('PES has it in the mean over all sequences of signs', async () => {
    const method = pes({ particles: 256, window: 1, noise: allSigns });
    expect(Math.abs((await hypergradientOf(sum, method, 8))[0]! - 102)).toBeLessThan(1e-8);
  });

  it('NRES has it from one pair, whatever the window', async () => {
    for (const window of [1, 3, 8]) {
      const method = nres({ particles: 1, window, noise: allSigns });
      expect(Math.abs((await hypergradientOf(sum, method, 8))[0]! - 102)).toBeLessThan(1e-8);
    }
  });

  it('TES has what each window does by itself: 18 with windows of one step', async () => {
    const method = tes({ particles: 1, window: 1, noise: allSigns });
    expect(Math.abs((await hypergradientOf(sum, method, 8))[0]! - 18)).toBeLessThan(1e-8);
    const whole = tes({ particles: 1, window: 8, noise: allSigns });
    expect(Math.abs((await hypergradientOf(sum, whole, 8))[0]! - 102)).toBeLessThan(1e-8);
  });
});

it('on a quadratic in λ the mean over the signs of NRES is exact: L^val(w_T) too, by the growth of its windows', async () => {
  const problem = trackingOfSize(6, 3);
  const exact = await hypergradientOf(problem, exactReverse(), 10);
  // ± signs of three λ are four pairs up to the sign of ε.
  const noise: typeof allSigns = (shape) => {
    const bit = bitwiseAnd(shiftRight(iota(shape, 0), iota(shape, 1)), 1);
    return subtract(1, multiply(2, cast(bit, 'f32')));
  };
  const found = await hypergradientOf(problem, nres({ particles: 8, window: 5, noise }), 10);
  expect(relativeDifference(found, exact)).toBeLessThan(1e-9);
});

it('on a small network with momentum, tasks and mini-batches the mean over many pairs comes near the exact one', async () => {
  const problem = smallNetwork(optimisers.momentum!(), 3);
  const exact = await hypergradientOf(problem, exactReverse(), 4);
  for (const method of [nres, pes]) {
    const found = await hypergradientOf(problem, method({ particles: 400, window: 2, deviation: 0.01 }), 4);
    expect(relativeDifference(found, exact)).toBeLessThan(0.4);
  }
});

it('updates λ at the ends of windows alone, and draws afresh for every episode', async () => {
  const problem = trackingOfSize(4, 2);
  const method = nres({ particles: 1, window: 4 });
  const run = await prepare('float64', problem, method, { horizon: 10 });
  const first = await run.compute().then(() => run.read('hypergradient'));
  const second = await run.compute().then(() => run.read('hypergradient'));
  run.destroy();
  expect([...first]).not.toEqual([...second]);
  expect(first.every((value) => Number.isFinite(value))).toBe(true);
});

it('refuses what it cannot take, in sentences', async () => {
  expect(() => nres({ particles: 0 })).toThrow('nres: N = 0 pairs of particles were asked for');
  expect(() => pes({ deviation: 0 })).toThrow('pes: σ = 0 was asked for; it must be above 0.');
  expect(() => tes({ window: 0 })).toThrow('tes: a window of W = 0 steps');
  const prepared = prepare('float64', trackingOfSize(4, 2), nres(), { horizon: 5 });
  await expect(prepared).rejects.toThrow('a window of W = 10 steps is longer than the horizon, T = 5');
});
