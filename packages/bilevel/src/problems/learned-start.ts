/**
 * @file The start of the weights as a part of λ. `learnStart` makes (θ, λ) of the λ of any problem: ANIL with a learned head start,
 * Meta-SGD with its initialisation. Where λ is the start and nothing else, as in MAML, a problem says `start: (lambda) => lambda`.
 */
import { slice, type Tensor } from '@longhorizon/tensor';
import { defineProblem, type GivenArrays, type Problem } from '../problem/problem.ts';

/** The same problem with λ' = (θ, λ): first where the weights begin, [weightLength], then what was λ before. */
export function learnStart<Given extends GivenArrays>(problem: Problem<Given>): Problem<Given> {
  const { initial, weightLength, hyperparameterLength, d, p } = problem;
  const { weights } = initial;
  if (weights === undefined)
    throw new TypeError(
      `learnStart: the weights of problem '${problem.name}' begin at a function of λ already; it needs no second one.`,
    );
  const length = weightLength + hyperparameterLength;
  const own = (lambda: Tensor): Tensor => slice(lambda, [weightLength], [length]);
  // (θ, λ) is cut where θ ends, so it is one vector for all tasks.
  const { closedForm: _, lambdaPerTask: __, metrics, ...rest } = problem;
  return defineProblem({
    ...rest,
    name: `${problem.name}-start`,
    title: `${problem.title}; with the start of the weights`,
    p: d + p,
    hyperparameterLength: length,
    initial: { hyperparameters: [...Array.from(weights), ...Array.from(initial.hyperparameters)] },
    start: (lambda) => slice(lambda, [0], [weightLength]),
    innerLoss: (w, lambda, given, batch) => problem.innerLoss(w, own(lambda), given, batch),
    outerLoss: (w, lambda, given, batch) => problem.outerLoss(w, own(lambda), given, batch),
    update: (carry, lambda, given, batch, step) => problem.update(carry, own(lambda), given, batch, step),
    ...(metrics === undefined
      ? {}
      : { metrics: (w, lambda, given) => metrics.call(problem, w, own(lambda), given) }),
  });
}
