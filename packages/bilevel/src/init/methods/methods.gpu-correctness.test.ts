import { momentum, sgd } from '@longhorizon/nn';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { placeGiven } from '../../problem/place.ts';
import { quadraticTaskSet } from '../../problems/quadratic-tasks.ts';
import { predictInitialisation, prepareInitialisation } from '../../session/initialisation-run.ts';
import { relativeDifference } from '../../testing/numbers.ts';
import { taskSet } from '../../testing/three-quadratics.ts';
import type { InitialisationMethod } from '../method.ts';
import { fineTuning } from './fine-tuning.ts';
import { fomaml } from './fomaml.ts';
import { imaml } from './imaml.ts';
import { independent } from './independent.ts';
import { leap } from './leap.ts';
import { multiStepFomaml } from './multi-step-fomaml.ts';
import { multiTask } from './multi-task.ts';
import { reptile } from './reptile.ts';
import { scratch } from './scratch.ts';

const device = useDevice();
const options = { horizon: 5 };
const quadratics = taskSet([1, 2], momentum({ rate: 0.05, momentum: 0.5, weightDecay: 0.01 }));

const methods: readonly InitialisationMethod[] = [
  reptile({ rate: 0.3 }),
  fomaml({ rate: 0.1, validationBatches: 2 }),
  multiStepFomaml({ rate: 0.1 }),
  leap({ rate: 0.1 }),
  imaml({ rate: 0.1, proximal: 0.5, steps: 2 }),
  multiTask,
  fineTuning({ source: 1 }),
  independent,
  scratch,
];

describe('on a device', () => {
  it.each(methods.map((method) => [method.name, method] as const))(
    '%s: φ, losses and counts are those of float64, bytes those predicted',
    async (_, method) => {
      const predicted = predictInitialisation(device(), quadratics, method, options);
      const watch = device().ledger.watch({ except: ['staging'] });
      const before = watch.peak;
      const run = await prepareInitialisation(device(), quadratics, method, options);
      const found = await run.run(10);
      const peak = watch.peak - before;
      watch.stop();
      const phi = await run.read('initial');
      run.destroy();
      expect(peak).toBe(totalBytes(predicted));
      const reference = await prepareInitialisation('float64', quadratics, method, options);
      const expected = await reference.run(10);
      expect(relativeDifference(phi, await reference.read('initial'))).toBeLessThan(1e-6);
      if (method !== scratch)
        expect(relativeDifference(found.taskLosses, expected.taskLosses)).toBeLessThan(1e-6);
      expect(found.counts).toEqual(expected.counts);
      reference.destroy();
    },
  );

  it('hard resets bring fresh heads and state from the host, and nothing else is disturbed', async () => {
    const fresh = {
      ...quadratics,
      groups: quadratics.groups.map((group) => ({
        ...group,
        heads: (number: number) => Array.from(group.heads(0), (head) => head + number),
      })),
    };
    const found: Float64Array[] = [];
    for (const backend of [device(), 'float64'] as const) {
      const run = await prepareInitialisation(backend, fresh, reptile({ rate: 0.3 }), {
        ...options,
        reset: 'hard',
      });
      const { losses } = await run.run(13);
      found.push(
        Float64Array.from([...losses, ...(await run.read('initial')), ...(await run.read('weights', 1))]),
      );
      run.destroy();
    }
    expect(relativeDifference(found[0]!, found[1]!)).toBeLessThan(1e-6);
  });

  it('divergence is a result with its step, not a crash', async () => {
    const wild = quadraticTaskSet({
      tasks: [{ H: [1, 1], c: [0, 0] }],
      initial: [1, 0],
      optimiser: sgd({ rate: 101 }),
    });
    // After k steps the loss is 10^(4k)/2, which leaves float32 at k = 10; the weight itself at k = 20.
    for (const [horizon, steps] of [
      [10, 20],
      [40, 40],
    ] as const) {
      const run = await prepareInitialisation(device(), wild, reptile({ rate: 1 }), { horizon });
      const outcome = await run.run(80);
      run.destroy();
      expect(outcome.divergedAt).toBe(10);
      expect(outcome.steps).toBe(steps);
    }
  });

  it('runs share data that were placed before', async () => {
    const given = quadratics.groups.map((group) => placeGiven(device(), group));
    const method = reptile({ rate: 0.3 });
    const own = predictInitialisation(device(), quadratics, method, options);
    const shared = predictInitialisation(device(), quadratics, method, { ...options, given });
    expect(own.data).toBe(4 * 3 * (9 + 3));
    expect(shared.data ?? 0).toBe(0);
    const run = await prepareInitialisation(device(), quadratics, method, { ...options, given });
    await run.trajectory();
    const alone = await prepareInitialisation(device(), quadratics, method, options);
    await alone.trajectory();
    expect(await run.read('initial')).toEqual(await alone.read('initial'));
    for (const one of [run, alone, ...given]) one.destroy();
    expect(() =>
      predictInitialisation(device(), quadratics, method, { ...options, given: given.slice(1) }),
    ).toThrow(/group 'quadratics 1' is given 'H', but the placed data number 1 have nothing/);
  });
});
