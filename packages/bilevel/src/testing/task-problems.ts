/**
 * @file Quadratics of several tasks that share λ, and the same tasks one by one. λ is sliced by its exact shape, as an innerLoss may do: a method
 * that hands over anything but [p] fails on them.
 */
import { sgd } from '@longhorizon/nn';
import {
  add,
  broadcastTo,
  concat,
  exp,
  multiply,
  type Shape,
  slice,
  square,
  subtract,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import { defineProblem, descend, type Problem } from '../problem/problem.ts';
import { evenNumbers } from '../problems/sequence.ts';

/** A problem of two tasks, and its tasks as problems of their own: L^val of the first is the mean of theirs. */
interface TaskProblem {
  readonly together: Problem;
  readonly apart: readonly Problem[];
}

const tasks = 2;

/** λ = a target for each half of the weights, then the logarithm of a decay for each half. @param d even */
export function slicedProblem(d: number): TaskProblem {
  const halves = (pair: Tensor): Tensor =>
    concat(
      [0, 1].map((k) => broadcastTo(slice(pair, [k], [k + 1]), [d / 2])),
      0,
    );
  return problemsOf('tasks that slice λ', d, {
    initial: { weights: evenNumbers(d, -2, 2, 1000), hyperparameters: [1, -0.5, -1, -2] },
    p: 4,
    innerLoss: (G, w, lambda, over) => {
      const target = halves(slice(lambda, [0], [2]));
      const decay = halves(exp(slice(lambda, [2], [4])));
      return over(add(multiply(G, square(subtract(w, target))), multiply(decay, square(w))));
    },
    outerLoss: (c, w, lambda, over) =>
      add(over(square(subtract(w, c))), multiply(0.5, sum(square(lambda), 0))),
  });
}

/** λ is where the weights of every task begin, and nothing else. */
export function startProblem(d: number): TaskProblem {
  return problemsOf('tasks from a learned start', d, {
    initial: { hyperparameters: evenNumbers(d, -2, 2, 1000) },
    start: (lambda) => lambda,
    p: d,
    innerLoss: (G, w, _, over) => over(multiply(G, square(w))),
    outerLoss: (c, w, _, over) => over(square(subtract(w, c))),
  });
}

/** Σ over the weights of each task. */
type Over = (perWeight: Tensor) => Tensor;

interface Parts extends Pick<Problem, 'initial' | 'start' | 'p'> {
  /** @param G the curvatures, shaped like w */
  readonly innerLoss: (G: Tensor, w: Tensor, lambda: Tensor, over: Over) => Tensor;
  /** @param c shaped like w */
  readonly outerLoss: (c: Tensor, w: Tensor, lambda: Tensor, over: Over) => Tensor;
}

function problemsOf(name: string, d: number, { innerLoss, outerLoss, p, ...rest }: Parts): TaskProblem {
  const row = (task: number) => ({
    G: [...evenNumbers(d, 0.2, 1, 100 * task)],
    c: [...evenNumbers(d, -1, 1, 3000 + 100 * task)],
  });
  // A mean over the weights, as networks' losses are, by steps of the same length for every d.
  const over: Over = (perWeight) => multiply(1 / d, sum(perWeight, -1));
  const problem = (
    rows: readonly ReturnType<typeof row>[],
    shape: Shape,
    more: Partial<Problem>,
  ): Problem => {
    const loss: Problem['innerLoss'] = (w, lambda, given) => innerLoss(given.G!, w, lambda, over);
    return defineProblem({
      ...rest,
      ...more,
      name,
      title: 'quadratics that share λ',
      d,
      p,
      weightLength: d,
      hyperparameterLength: p,
      state: {},
      given: {
        G: hostArray(
          rows.flatMap(({ G }) => G),
          shape,
        ),
        c: hostArray(
          rows.flatMap(({ c }) => c),
          shape,
        ),
      },
      innerLoss: loss,
      outerLoss: (w, lambda, given) => outerLoss(given.c!, w, lambda, over),
      update: descend(() => sgd({ rate: 0.1 * d }), loss),
    });
  };
  const rows = Array.from({ length: tasks }, (_, task) => row(task));
  return {
    together: problem(rows, [tasks, d], { tasks }),
    apart: rows.map((one) => problem([one], [d], {})),
  };
}
