import { sgd } from '@longhorizon/nn';
import { add } from '@longhorizon/tensor';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import type { InitialisationMethod } from '../init/method.ts';
import { fineTuning } from '../init/methods/fine-tuning.ts';
import { fomaml } from '../init/methods/fomaml.ts';
import { imaml } from '../init/methods/imaml.ts';
import { leap } from '../init/methods/leap.ts';
import { multiStepFomaml } from '../init/methods/multi-step-fomaml.ts';
import { multiTask } from '../init/methods/multi-task.ts';
import { reptile } from '../init/methods/reptile.ts';
import { quadraticTaskSet } from '../problems/quadratic-tasks.ts';
import { execute as perform } from '../workspace/workspace.ts';
import { prepareInitialisation } from './initialisation-run.ts';

const device = useDevice();
const start = [8, -8];
const horizon = 4;

/** One task of two weights. */
const bowl = (curvature: number) =>
  quadraticTaskSet({
    tasks: [{ H: [curvature, 1], c: [0, 0] }],
    initial: start,
    optimiser: sgd({ rate: 0.1 }),
  });

/** Every method that moves φ, by meta-updates of size β where it has one. */
const methods = (beta: number): readonly InitialisationMethod[] => [
  reptile({ rate: beta }),
  fomaml({ rate: beta }),
  multiStepFomaml({ rate: beta }),
  leap({ rate: beta }),
  imaml({ rate: beta, proximal: 0.5, steps: 2 }),
  multiTask,
  fineTuning(),
];

for (const kind of ['float64', 'device'] as const) {
  const backend = () => (kind === 'device' ? device() : kind);

  describe(`φ stays finite, ${kind}`, () => {
    it('where the inner steps do not', async () => {
      // A step multiplies the first weight by −1e29: beyond float32 after two.
      for (const method of methods(0.5)) {
        const run = await prepareInitialisation(backend(), bowl(1e30), method, { horizon });
        const outcome = await run.run(2 * horizon);
        const phi = await run.read('initial');
        run.destroy();
        expect([method.name, outcome.diverged, outcome.steps]).toEqual([method.name, 'tasks', horizon]);
        expect(outcome.divergedAt).toBeLessThanOrEqual(2);
        expect(phi.every((value) => Math.abs(value) < 3e38)).toBe(true);
      }
    });

    it('where a meta-update is too large, and the run says at which step; it can go on from there', async () => {
      const run = await prepareInitialisation(backend(), bowl(1), reptile({ rate: 2e38 }), { horizon });
      for (const trajectory of [1, 2]) {
        const { divergedAt, diverged, losses } = await run.run(2 * horizon);
        expect([divergedAt, diverged]).toEqual([trajectory * horizon, 'initialisation']);
        expect([...(await run.read('initial'))]).toEqual(start);
        expect(losses.every(Number.isFinite)).toBe(true);
      }
      run.destroy();
    });

    it('with what follows it, and no later meta-update of the run is made', async () => {
      const twice: InitialisationMethod = {
        id: 'init/twice',
        name: 'twice',
        title: 'a move that is too large at step 2, and small ones',
        source: 'this test',
        build: (layout) => {
          const phi = layout.initial.tensor;
          const move = (name: string, by: number) =>
            layout.metaUpdate(name, add(add(phi, by), by), { following: layout.shiftAll(add(phi, by)) });
          const [small, large] = [move('small', 0.25), move('large', 2e38)];
          return { after: ({ i, index }) => (i === 2 ? large : small)(index) };
        },
      };
      const run = await prepareInitialisation(backend(), bowl(1), twice, { horizon });
      expect(await run.run(horizon)).toMatchObject({ divergedAt: 2, diverged: 'initialisation' });
      expect([...(await run.read('initial'))]).toEqual(start.map((value) => value + 0.5));
      // θ: a step, the shift by φ + ¼, then three steps.
      const expected = start.map((value) => (0.9 * value + value + 0.25) * 0.9 ** 3);
      (await run.read('weights')).forEach((value, k) => {
        expect(value).toBeCloseTo(expected[k]!, 5);
      });
      run.destroy();
    });
  });
}

it('a method that moves φ in a computation of its own is told how', async () => {
  const own: InitialisationMethod = {
    id: 'init/own',
    name: 'own',
    title: 'a computation of its own',
    source: 'this test',
    build: ({ workspace, initial }) => {
      const move = workspace.computation('move', [[initial, add(initial.tensor, 1)]]);
      return { end: ({ index }) => [perform(move, index)] };
    },
  };
  await expect(prepareInitialisation('float64', bowl(1), own, { horizon })).rejects.toThrow(
    "own: the computation 'move' moves φ by itself; declare it by layout.metaUpdate",
  );
});
