import { sgd } from '@longhorizon/nn';
import { multiply, relu, slice, square, sum, type Tensor } from '@longhorizon/tensor';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { drmad } from '../hyper/methods/drmad.ts';
import { exactReverse } from '../hyper/methods/exact-reverse.ts';
import { forwardMode } from '../hyper/methods/forward.ts';
import { neumannIft } from '../hyper/methods/neumann.ts';
import { oneStep } from '../hyper/methods/one-step.ts';
import { tracking } from '../problems/tracking.ts';
import type { MetaOptions } from './meta.ts';
import { prepare } from './run.ts';

const device = useDevice();
const meta: MetaOptions = { optimiser: (rate) => sgd({ rate }), rate: 0.1 };

/** One weight of curvature 1e30 leaves float32 after two steps; the outer loss looks at the other. */
const steep = {
  ...tracking({
    G: [1e30, 1],
    w0: [1, 1],
    lambda: [0, 0],
    rate: 0.1,
    outer: { kind: 'quadratic', c: [0, 0] },
  }),
  outerLoss: (w: Tensor) => multiply(0.5, sum(square(slice(w, [1], [2])))),
};
/** The same, behind a function that drivers let NaN vanish in. */
const hidden = { ...steep, outerLoss: (w: Tensor) => sum(square(relu(w))) };
/** η times the curvature is 2.5: a few inner steps are finite, and 300 terms of Neumann's series are not. */
const overshooting = tracking({
  G: [25, 1],
  w0: [1, 1],
  lambda: [0.1, 0.2],
  rate: 0.1,
  outer: { kind: 'quadratic', c: [0, 0] },
});

for (const kind of ['float64', 'device'] as const) {
  const backend = () => (kind === 'device' ? device() : kind);

  describe(`a run that leaves the finite numbers says so, ${kind}`, () => {
    it('where the outer loss does not look, or does not see it', async () => {
      for (const problem of [steep, hidden])
        for (const method of [oneStep, exactReverse(), drmad, forwardMode()]) {
          const run = await prepare(backend(), problem, method, { horizon: 15 });
          const { divergedAt, diverged } = await run.compute();
          run.destroy();
          expect([method.name, divergedAt, diverged]).toEqual([method.name, 2, 'weights']);
        }
    });

    it('where the hypergradient alone is no number, and λ is not touched by it', async () => {
      const run = await prepare(backend(), overshooting, neumannIft({ terms: 300 }), { horizon: 5, meta });
      const lambda = await run.read('lambda');
      expect(await run.compute()).toMatchObject({ divergedAt: 5, diverged: 'hypergradient' });
      for (let again = 0; again < 2; again++) {
        expect(await run.metaStep()).toMatchObject({ divergedAt: 1, diverged: 'hypergradient' });
        expect(await run.read('lambda')).toEqual(lambda);
      }
      run.destroy();
    });

    it('offline, where λ itself would leave the finite numbers', async () => {
      const problem = tracking({
        G: [1],
        w0: [1],
        lambda: [0.5],
        rate: 0.1,
        outer: { kind: 'quadratic', c: [0] },
      });
      const run = await prepare(backend(), problem, exactReverse(), {
        horizon: 3,
        meta: { ...meta, rate: 1e38 },
      });
      let outcome = await run.metaStep();
      for (let k = 0; k < 3 && outcome.divergedAt === undefined; k++) outcome = await run.metaStep();
      expect(outcome.divergedAt).toBeDefined();
      expect((await run.read('lambda')).every((value) => Math.abs(value) < 3e38)).toBe(true);
      run.destroy();
    });

    it('and a healthy run says nothing', async () => {
      const run = await prepare(backend(), overshooting, oneStep, { horizon: 3, meta });
      expect(await run.compute()).not.toHaveProperty('divergedAt');
      expect(await run.metaStep()).not.toHaveProperty('divergedAt');
      run.destroy();
    });
  });
}
