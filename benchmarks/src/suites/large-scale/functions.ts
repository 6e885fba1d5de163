/** @file Tasks that are functions in closed form: quadratics, and the eight turned copies of Himmelblau's function of Shin et al. */
import type { TaskSet } from '@longhorizon/bilevel';
import { quadraticTaskSet } from '@longhorizon/bilevel/problems';
import { quadraticTasks as drawQuadratics, keyAt, randomUniform } from '@longhorizon/datasets';
import type { CellConfig } from '@longhorizon/harness';
import { sgd } from '@longhorizon/nn';
import type { InitialisationProblemRow } from '../../measurements/initialisation/rows.ts';
import type { Seeds } from '../../measurements/rows.ts';
import { himmelblauTaskSet } from './model/himmelblau.ts';
import { innerOptimisers } from './model/himmelblau-optimisers.ts';
import { budgetOf, functionBudgets, scheduleOf } from './recipes.ts';

/** Above this only the diagonals of H are drawn. */
const mostDense = 100;
const tasks = 8;

function quadratics({ dimension }: CellConfig, seeds: Seeds): TaskSet {
  const diagonal = dimension > mostDense;
  const drawn = drawQuadratics(keyAt(seeds.data ?? 0, { of: 'quadratics' }), {
    tasks,
    dimension,
    curvature: [0.01, 1],
    diagonal,
  });
  const row = (values: Float32Array, at: number): number[] =>
    Array.from(values.subarray(at * dimension, (at + 1) * dimension));
  return quadraticTaskSet({
    tasks: Array.from({ length: tasks }, (_, t) => ({
      H: diagonal
        ? row(drawn.hessians, t)
        : Array.from({ length: dimension }, (__, i) => row(drawn.hessians, t * dimension + i)),
      c: row(drawn.centres, t),
    })),
    initial: uniform(seeds, dimension, -2, 2),
    optimiser: sgd({ rate: 0.1 }),
  });
}

/** φ begins inside of the circle on which the tasks lie: from farther out, momentum leaves the finite numbers. */
function himmelblau(_: CellConfig, seeds: Seeds): TaskSet {
  const [x, y] = uniform(seeds, 2, 0, 10) as [number, number];
  return himmelblauTaskSet([[x, y]], innerOptimisers.momentum());
}

function uniform(seeds: Seeds, count: number, from: number, to: number): number[] {
  const drawn = randomUniform(keyAt(seeds.initialisation ?? 0, { of: 'start' }), 0, count);
  return Array.from(drawn, (u) => Math.fround(from + (to - from) * u));
}

/** φ is judged by the loss of the same tasks after K steps from it. */
const recipeOf =
  (make: (config: CellConfig, seeds: Seeds) => TaskSet): InitialisationProblemRow['recipe'] =>
  (config, seeds) => {
    return {
      ...scheduleOf(budgetOf(functionBudgets, config), config.horizon),
      metaTest: { taskSet: make(config, seeds), steps: config.horizon },
    };
  };

export const functionProblems: readonly InitialisationProblemRow[] = [
  {
    name: 'himmelblau',
    title: "Himmelblau's function, eight times",
    description:
      'Eight turned and shifted copies of a function with four minima in the plane, with the constants of the authors of trajectory ' +
      'shifting; gradient descent with momentum. A φ is judged by the loss of the same tasks after K steps.',
    dimension: { minimum: 2, maximum: 2, because: 'it is the plane' },
    make: himmelblau,
    recipe: recipeOf(himmelblau),
  },
  {
    name: 'quadratics',
    title: 'Quadratics',
    description:
      'Eight quadratics whose curvatures spread over two decades; gradient descent. A φ is judged by the loss of the same tasks after K steps.',
    dimension: { minimum: 1, maximum: 100_000 },
    make: quadratics,
    recipe: recipeOf(quadratics),
  },
];
