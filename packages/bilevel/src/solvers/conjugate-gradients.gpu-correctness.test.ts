import { sgd } from '@longhorizon/nn';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import type { Method } from '../hyper/method.ts';
import * as hyper from '../hyper/methods.ts';
import * as init from '../init/methods.ts';
import type { Problem } from '../problem/problem.ts';
import { quadraticTaskSet } from '../problems/quadratic-tasks.ts';
import { prepareInitialisation } from '../session/initialisation-run.ts';
import { prepare } from '../session/run.ts';
import type { Backend } from '../session/session.ts';
import { curved, curvedStart } from '../testing/curved.ts';
import { relativeDifference } from '../testing/numbers.ts';

const device = useDevice();
const horizon = 3;

async function solved(backend: Backend, problem: Problem, method: Method) {
  const run = await prepare(backend, problem, method, { horizon });
  const { nonPositiveCurvature } = await run.compute();
  const q = await run.read('hypergradient');
  run.destroy();
  return { q, nonPositiveCurvature };
}

for (const kind of ['float64', 'device'] as const) {
  const backend = () => (kind === 'device' ? device() : kind);
  const tolerance = kind === 'device' ? 1e-6 : 1e-14;

  describe(`conjugate gradients, ${kind}`, () => {
    it('solve a positive definite system and report nothing, however many steps they are given', async () => {
      for (const steps of [2, 40]) {
        const { q, nonPositiveCurvature } = await solved(
          backend(),
          curved([4, 0.5]),
          hyper.conjugateGradientIft({ steps }),
        );
        expect(relativeDifference(q, [0.25, 2])).toBeLessThan(tolerance);
        expect(nonPositiveCurvature).toBeUndefined();
      }
    });

    it('solve an indefinite system, and say at which step and iteration it was', async () => {
      const two = await solved(backend(), curved([1, -2]), hyper.conjugateGradientIft({ steps: 4 }));
      expect(relativeDifference(two.q, [1, -0.5])).toBeLessThan(tolerance);
      expect(two.nonPositiveCurvature).toEqual({ step: horizon, iteration: 1, curvature: -0.5 });
      const three = await solved(backend(), curved([4, 3, -0.5]), hyper.conjugateGradientIft({ steps: 10 }));
      expect(relativeDifference(three.q, [0.25, 1 / 3, -2])).toBeLessThan(5 * tolerance);
      expect(three.nonPositiveCurvature).toMatchObject({ step: horizon, iteration: 2 });
      // I + H/ρ = diag(1.5, −3)
      const method = hyper.imaml({ rate: 0.01, regularisation: 2, steps: 4 });
      const start = await solved(backend(), curvedStart([1, -8]), method);
      expect(relativeDifference(start.q, [2 / 3, -1 / 3])).toBeLessThan(tolerance);
      expect(start.nonPositiveCurvature).toMatchObject({ step: horizon, iteration: 1 });
    });

    it('stay where they are at a direction without curvature, and say so', async () => {
      const { q, nonPositiveCurvature } = await solved(
        backend(),
        curved([1, -1]),
        hyper.conjugateGradientIft({ steps: 5 }),
      );
      expect([...q]).toEqual([0, 0]);
      expect(nonPositiveCurvature).toEqual({ step: horizon, iteration: 1, curvature: 0 });
    });

    it('are right for right sides from 1e-30 to 1e30', async () => {
      for (const scale of [1e-30, 1e-22, 1e20, 1e30]) {
        const { q } = await solved(
          backend(),
          curved([4, 0.5], scale),
          hyper.conjugateGradientIft({ steps: 6 }),
        );
        expect(relativeDifference(q, [0.25 * scale, 2 * scale])).toBeLessThan(tolerance);
      }
    });

    it('answer a right side of zeros with zeros', async () => {
      const alone = await solved(backend(), curved([4, 0.5], 0), hyper.conjugateGradientIft({ steps: 3 }));
      expect([...alone.q]).toEqual([0, 0]);
      expect(alone.nonPositiveCurvature).toBeUndefined();
    });

    it('solve each task of an initialisation by itself, and report the one that is indefinite', async () => {
      const [lambda, beta, alpha, phi, K] = [0.5, 0.3, 0.1, [1, -1], 2];
      const tasks = [
        { H: [-4, 1], c: [0.5, 0.2] },
        { H: [2, 3], c: [-0.3, 0.4] },
      ];
      const taskSet = quadraticTaskSet({
        tasks,
        initial: phi,
        optimiser: sgd({ rate: alpha }),
        groups: [1, 1],
      });
      const method = init.imaml({ rate: beta, proximal: lambda, steps: 4 });
      const run = await prepareInitialisation(backend(), taskSet, method, { horizon: K });
      const { nonPositiveCurvature } = await run.trajectory();
      const found = await run.read('initial');
      run.destroy();
      const expected = phi.map((start, j) => {
        const q = tasks.map(({ H, c }) => {
          const away = (1 - alpha * H[j]!) ** K * (start - c[j]!);
          return (H[j]! * away) / (1 + H[j]! / lambda);
        });
        return start - (beta * (q[0]! + q[1]!)) / 2;
      });
      expect(relativeDifference(found, expected)).toBeLessThan(tolerance);
      expect(nonPositiveCurvature).toMatchObject({ step: K, iteration: 1 });
      expect(nonPositiveCurvature!.curvature).toBeLessThan(0);
    });
  });
}
