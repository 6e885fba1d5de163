/** @file L^tr = ½wᵀHw − λ·w with a diagonal H of any signs, and L^val = scale · Σw: α is the same number everywhere, and H⁻¹α is known. */
import { sgd } from '@longhorizon/nn';
import { multiply, square, subtract, sum } from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import { defineProblem, descend, type Problem } from '../problem/problem.ts';

/** @param scale of the outer loss, and so of α */
export function curved(H: readonly number[], scale = 1): Problem {
  const d = H.length;
  const innerLoss: Problem['innerLoss'] = (w, lambda, { H: curvatures }) =>
    sum(subtract(multiply(0.5, multiply(curvatures!, square(w))), multiply(lambda, w)));
  return defineProblem({
    name: 'curved',
    title: 'a quadratic of curvatures of any sign',
    d,
    p: d,
    weightLength: d,
    hyperparameterLength: d,
    state: {},
    given: { H: hostArray(H) },
    initial: { weights: H.map(() => 0.5), hyperparameters: H.map(() => 0.1) },
    innerLoss,
    outerLoss: (w) => multiply(scale, sum(w)),
    update: descend(() => sgd({ rate: 0.01 }), innerLoss),
  });
}

/** The same, where λ is where the weights begin and nothing else. */
export function curvedStart(H: readonly number[]): Problem {
  const problem = curved(H);
  const innerLoss: Problem['innerLoss'] = (w, _, { H: curvatures }) =>
    multiply(0.5, sum(multiply(curvatures!, square(w))));
  return defineProblem({
    ...problem,
    initial: { hyperparameters: H.map(() => 0.5) },
    start: (lambda) => lambda,
    innerLoss,
    update: descend(() => sgd({ rate: 0.01 }), innerLoss),
  });
}
