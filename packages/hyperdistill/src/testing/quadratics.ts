/** @file The quadratics of the golden values: a target that is followed, and a learning rate for each weight. */
import { defineProblem, descend, hostArray, type Problem } from '@longhorizon/bilevel';
import { sgd } from '@longhorizon/nn';
import { multiply, square, subtract, sum, type Tensor } from '@longhorizon/tensor';

/** T1: L^tr = ½(w − λ)ᵀG(w − λ), η = 0.1, w_0 = (2, 2), λ = (1, 1), c = (0, ½). */
export function tracking(curvature: readonly number[] = [1, 0.5]): Problem {
  const innerLoss: Problem['innerLoss'] = (w, lambda, given) =>
    multiply(0.5, sum(multiply(given.G!, square(subtract(w, lambda)))));
  return defineProblem({
    name: 'tracking',
    title: 'a quadratic whose minimum is λ',
    d: 2,
    p: 2,
    weightLength: 2,
    hyperparameterLength: 2,
    state: {},
    given: { G: hostArray(curvature), c: hostArray([0, 0.5]) },
    initial: { weights: [2, 2], hyperparameters: [1, 1] },
    innerLoss,
    outerLoss: (w, _, given) => halfSquare(subtract(w, given.c!)),
    update: descend(() => sgd({ rate: 0.1 }), innerLoss),
  });
}

/** T2a: Φ(w, λ) = w − λ ⊙ w from w_0 = (1, −2, ½), c = (0.3, 0.1, −0.2). */
export function rates(): Problem {
  const innerLoss: Problem['innerLoss'] = (w) => halfSquare(w);
  return defineProblem({
    name: 'rates',
    title: 'a learning rate for each weight of a quadratic',
    d: 3,
    p: 3,
    weightLength: 3,
    hyperparameterLength: 3,
    state: {},
    given: { c: hostArray([0.3, 0.1, -0.2]) },
    initial: { weights: [1, -2, 0.5], hyperparameters: [0.1, 0.1, 0.1] },
    innerLoss,
    outerLoss: (w, _, given) => halfSquare(subtract(w, given.c!)),
    update: descend((lambda) => sgd({ rate: lambda }), innerLoss),
  });
}

const halfSquare = (x: Tensor) => multiply(0.5, sum(square(x)));
