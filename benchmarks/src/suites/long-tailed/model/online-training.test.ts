import { exactReverse, oneStep, prepare } from '@longhorizon/bilevel';
import { lazy } from '@longhorizon/lazy';
import { momentum, sgd, stepSchedule } from '@longhorizon/nn';
import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../../problem-parts/testing/distance.ts';
import { judge } from './evaluation.ts';
import { OnlineTraining, type TrainingOptions } from './online-training.ts';
import { learningToReweight, twoComponent, weightNet } from './reweighting.ts';
import { alpha, smallProblem, smallTail } from './testing/small.ts';

const rate = stepSchedule(alpha, 1, []);
const common = () => ({ ...smallTail(), optimiser: sgd({ rate }), first: 'uniform' as const });

async function trained(
  options: TrainingOptions,
  first: number,
  second: number,
  use = (training: OnlineTraining) => training.read('weights'),
): Promise<Float64Array> {
  const training = await OnlineTraining.make('float64', options);
  try {
    if (first > 0) await training.run('first', 0, first);
    if (second > 0) await training.run('second', first, second);
    return await use(training);
  } finally {
    training.destroy();
  }
}

describe('online training, in float64', () => {
  it('takes each hypergradient from where the model is, on the batch that is next', async () => {
    const rule = twoComponent();
    const options = { ...common(), second: { rule, method: oneStep, horizon: 1, rate } };
    const model = await trained(options, 2, 0);
    const found = await trained(options, 2, 1, (training) => training.read('hypergradient'));
    const run = await prepare('float64', smallProblem(rule), oneStep, { horizon: 1 });
    run.write('initial', model);
    run.writeGiven('firstStep', [2]);
    await run.compute();
    expect(relativeDistance(found, await run.read('hypergradient'))).toBeLessThan(1e-12);
    run.destroy();
  });

  it('with ε = 0 two-component weighting is the class-balanced loss', async () => {
    const learned = { rule: twoComponent({ rate: 0 }), method: lazy(), horizon: 3, rate };
    const [a, b] = [
      await trained({ ...common(), second: learned }, 1, 3),
      await trained({ ...common(), second: 'classBalanced' }, 1, 3),
    ];
    expect(relativeDistance(a, b)).toBeLessThan(1e-12);
    const plain = await trained({ ...common(), second: 'uniform' }, 1, 3);
    expect(relativeDistance(a, plain)).toBeGreaterThan(1e-3);
  });

  it('moves the model along Σ c_i ∇ℓ_i with the new λ, and λ on where it lasts', async () => {
    const rule = weightNet({ hidden: 4, rate: 0.1 });
    const options = { ...common(), second: { rule, method: oneStep, horizon: 1, rate } };
    const before = Float64Array.from(smallProblem(rule).initial.hyperparameters);
    const after = await trained(options, 0, 2, (training) => training.read('lambda'));
    expect(relativeDistance(after, before)).toBeGreaterThan(0.05);
    const epsilon = await trained(
      { ...common(), second: { rule: learningToReweight(), method: oneStep, horizon: 1, rate } },
      0,
      2,
      (training) => training.read('lambda'),
    );
    expect([...epsilon]).toEqual(new Array(epsilon.length).fill(0));
  });

  it('moves the model otherwise where ε is not 0', async () => {
    const of = (epsilonRate: number) => ({
      ...common(),
      second: { rule: twoComponent({ rate: epsilonRate }), method: oneStep, horizon: 1, rate },
    });
    const [without, withEpsilon] = [await trained(of(0), 1, 2), await trained(of(20), 1, 2)];
    expect(relativeDistance(withEpsilon, without)).toBeGreaterThan(1e-3);
  });

  it('looks k steps ahead without moving the model there', async () => {
    const of = (horizon: number) => ({
      ...common(),
      second: { rule: twoComponent({ rate: 0 }), method: lazy(), horizon, rate },
    });
    expect(await trained(of(1), 1, 2)).toEqual(await trained(of(6), 1, 2));
  });

  it('learns: the balanced accuracy rises, and accuracies by class average to that of all', async () => {
    const { data, classifier } = smallTail();
    const optimiser = momentum({ rate: stepSchedule(0.02, 1, []), momentum: 0.9 });
    const training = await OnlineTraining.make('float64', {
      ...common(),
      optimiser,
      second: 'classBalanced',
    });
    const start = await judge(training, data, classifier);
    await training.run('second', 0, 60);
    const end = await judge(training, data, classifier);
    training.destroy();
    expect(end.accuracy).toBeGreaterThan(start.accuracy + 0.2);
    expect(end.accuracy).toBeCloseTo(end.byClass.reduce((sum, one) => sum + one) / data.classes, 12);
    expect(Object.keys(end.byGroup)).toEqual(['many', 'medium', 'few']);
  });

  it('refuses a method that goes through its horizon in a way of its own, in a sentence', async () => {
    const second = { rule: twoComponent(), method: exactReverse(), horizon: 0, rate };
    await expect(OnlineTraining.make('float64', { ...common(), second })).rejects.toThrow(
      /T = 0 is not a horizon/,
    );
  });
});
