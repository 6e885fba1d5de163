import { sgd } from '@longhorizon/nn';
import { add, multiply, reshape, square, subtract } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { defineProblem, descend, type Problem } from '../../problem/problem.ts';
import { prepare } from '../../session/run.ts';
import { evoGrad } from './evograd.ts';

/** L^tr = (x − 1)² + λx², L^val = (x − ½)², with hardly any learning rate, so that the perturbations alone decide. */
function parabola(x: number, lambda: number, tasks?: number): Problem {
  const scalar = (w: Parameters<Problem['innerLoss']>[0]) => reshape(w, tasks === undefined ? [] : [tasks]);
  const innerLoss: Problem['innerLoss'] = (w, l) => {
    const at = scalar(w);
    return add(square(subtract(at, 1)), multiply(reshape(l, []), square(at)));
  };
  return defineProblem({
    name: 'parabola',
    title: 'two parabolas',
    d: 1,
    p: 1,
    ...(tasks === undefined ? {} : { tasks }),
    weightLength: 1,
    hyperparameterLength: 1,
    state: {},
    given: {},
    initial: { weights: [x], hyperparameters: [lambda] },
    innerLoss,
    outerLoss: (w) => square(subtract(scalar(w), 0.5)),
    update: descend(() => sgd({ rate: 1e-12 }), innerLoss),
  });
}

async function estimate(problem: Problem, copies: number): Promise<number> {
  const method = evoGrad({ copies, deviation: 1, temperature: 0.5 });
  const run = await prepare('float64', problem, method, { horizon: 1 });
  await run.compute();
  const [value] = await run.read('hypergradient');
  run.destroy();
  return value!;
}

describe('EvoGrad, for x drawn from N(0, 1)', () => {
  it('with very many copies meets the limit of an infinite population', async () => {
    // The limit is quadratic in x, so three nodes of Gauss–Hermite quadrature give its mean.
    const nodes = [
      [0, 2 / 3],
      [Math.sqrt(3), 1 / 6],
      [-Math.sqrt(3), 1 / 6],
    ] as const;
    for (const lambda of [0.2, 1, 1.7]) {
      let mean = 0;
      for (const [x, weight] of nodes) mean += weight * (await estimate(parabola(x, lambda), 20_000));
      const limit = (-8 * (17 / (5 + 4 * lambda) - 2)) / (5 + 4 * lambda) ** 2;
      expect(Math.abs(mean - limit)).toBeLessThan(0.005);
    }
  });

  it('with two copies has the biased mean of the paper, over many tasks at once', async () => {
    for (const [lambda, expected] of [
      [0.2, -0.126],
      [1, 0.003],
      [1.7, 0.017],
    ] as const) {
      let mean = 0;
      for (let x = -4; x <= 4; x += 0.5) {
        const weight = (0.5 * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
        mean += weight * (await estimate(parabola(x, lambda, 3000), 2));
      }
      expect(Math.abs(mean - expected)).toBeLessThan(0.01);
    }
  });
});
