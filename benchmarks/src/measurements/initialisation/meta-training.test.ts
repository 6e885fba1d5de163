import { init, prepareInitialisation } from '@longhorizon/bilevel';
import { quadraticTaskSet } from '@longhorizon/bilevel/problems';
import { sgd } from '@longhorizon/nn';
import { expect, it } from 'vitest';
import { metaTrain } from './meta-training.ts';

/** I + H/λ is diag(3, −7) for iMAML with λ = ½. */
const saddle = quadraticTaskSet({
  tasks: [{ H: [1, -4], c: [0, 0] }],
  initial: [0.1, 3],
  optimiser: sgd({ rate: 0.05 }),
});

for (const [method, expected] of [
  [init.imaml({ rate: 0.01, proximal: 0.5 }), [undefined, undefined, 4, 8]],
  [init.reptile({ rate: 0.1 }), [undefined, undefined, undefined, undefined]],
] as const)
  it(`a stretch says where the matrix of ${method.name} was not positive definite`, async () => {
    const run = await prepareInitialisation('float64', saddle, method, { horizon: 4 });
    const steps: (number | undefined)[] = [];
    for await (const { nonPositiveCurvature } of metaTrain(run, { steps: 9, every: 3, judgedAt: [] }))
      steps.push(nonPositiveCurvature?.step);
    run.destroy();
    expect(steps).toEqual(expected);
  });
