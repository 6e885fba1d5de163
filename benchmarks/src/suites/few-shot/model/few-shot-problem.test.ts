import { exactReverse, type Problem, prepare, refusal } from '@longhorizon/bilevel';
import { learnStart } from '@longhorizon/bilevel/problems';
import { hyperdistill } from '@longhorizon/hyperdistill';
import { conv4, perceptron } from '@longhorizon/nn';
import { describe, expect, it } from 'vitest';
import { methods } from '../methods.ts';
import { startProblems } from '../start-problems.ts';
import { episodeSource, type TaskShape } from './episodes.ts';
import { anil, type FewShotOptions, maml, metaSgd } from './few-shot-problem.ts';

const shape: TaskShape = { dataset: 'glyphs', side: 7, ways: 3, shots: 1, queries: 2, tasks: 2 };
const options: FewShotOptions = {
  shape,
  source: episodeSource(shape, 0),
  model: perceptron([49, 5, 3]),
  seed: 0,
  rate: 0.3,
};

const kinds: Readonly<Record<string, () => Problem>> = {
  MAML: () => maml(options),
  'MAML of a convolutional network': () =>
    maml({ ...options, model: conv4({ classes: 3, inputShape: [7, 7, 1], filters: 2, layers: 1 }) }),
  'ANIL with its start': () => learnStart(anil(options)),
  'Meta-SGD with its start': () => learnStart(metaSgd(options)),
};

describe('learned starts of few-shot tasks, in float64', () => {
  for (const [name, make] of Object.entries(kinds))
    it(`${name}: the exact hypergradient agrees with differences of whole runs`, async () => {
      const problem = make();
      const run = await prepare('float64', problem, exactReverse(), { horizon: 2 });
      await run.compute();
      const exact = await run.read('hypergradient');
      const size = Math.hypot(...exact);
      const lambda = Float64Array.from(problem.initial.hyperparameters);
      const epsilon = 1e-6;
      for (let j = 0; j < lambda.length; j += Math.ceil(lambda.length / 12)) {
        const sides: number[] = [];
        for (const shift of [epsilon, -epsilon]) {
          run.write('lambda', lambda.with(j, lambda[j]! + shift));
          sides.push((await run.compute()).outerLoss);
        }
        const difference = (sides[0]! - sides[1]!) / (2 * epsilon);
        expect(Math.abs(difference - exact[j]!) / size).toBeLessThan(1e-6);
      }
      run.destroy();
    });
});

describe('a λ of each task', () => {
  for (const [name, problem] of [
    ['ANIL', anil(options)],
    ['Meta-SGD', metaSgd(options)],
  ] as const)
    it(`${name} gives each task its own row`, async () => {
      const { lambdaPerTask, ...oneVector } = problem;
      expect(lambdaPerTask).toBe(true);
      const [found, expected] = await Promise.all(
        [problem, oneVector].map(async (one) => {
          const run = await prepare('float64', one, hyperdistill({ gamma: 0.9 }), { horizon: 3 });
          await run.compute();
          const hypergradient = await run.read('hypergradient');
          run.destroy();
          return hypergradient;
        }),
      );
      const away = Math.hypot(...found!.map((value, k) => value - expected![k]!));
      expect(Math.hypot(...expected!)).toBeGreaterThan(0);
      expect(away / Math.hypot(...expected!)).toBeLessThan(1e-12);
    });
});

it('no method of the suite is refused on a problem that it is listed for', () => {
  const smallest = startProblems.filter(({ name }) =>
    /^(maml-glyphs-5w1s|anil-start-glyphs|meta-sgd-start-glyphs)$/.test(name),
  );
  expect(smallest).toHaveLength(3);
  for (const row of smallest)
    for (const method of methods) {
      if (method.problems !== undefined && !method.problems.includes(row.name)) continue;
      const config = {
        suite: 'few-shot',
        problem: row.name,
        method: method.name,
        horizon: 10,
        dimension: row.dimension!.values![0]!,
        seed: 0,
        profile: 'quick',
        pass: 'gradient',
        parameters: {},
      };
      const why = refusal(method.make(config, {}), row.make(config, {}), 10);
      expect(why, `${method.name} on ${row.name}`).toBeUndefined();
    }
});
