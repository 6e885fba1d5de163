/**
 * @file A device against float64: a method on analytic problems of a size, and the relative difference of what it gives. Comparison with the
 * exact hypergradient does not see a device that computes rounding noise where a method is far from exact anyway; this does.
 */
import { sgd } from '@longhorizon/nn';
import { add, type Device, multiply, square, sum } from '@longhorizon/tensor';
import type { Method } from '../hyper/method.ts';
import type { InitialisationMethod, InitialisationOptions } from '../init/method.ts';
import type { TaskSet } from '../init/task-set.ts';
import { hostArray } from '../problem/host-array.ts';
import { defineProblem, descend, type Problem } from '../problem/problem.ts';
import { quadraticTaskSet } from '../problems/quadratic-tasks.ts';
import { ratesOfSize } from '../problems/rates.ts';
import { evenNumbers } from '../problems/sequence.ts';
import { tracking } from '../problems/tracking.ts';
import { prepareInitialisation } from '../session/initialisation-run.ts';
import { prepare, refusal } from '../session/run.ts';

/** d, the sizes at which methods are compared. */
export const paritySizes: readonly number[] = [12, 100, 1000];
/** T and K. */
export const parityHorizon = 6;
/** What may be between a device and float64, relative to the norm: some tens of roundings. */
export const parityTolerance = 1e-5;
/** The same for differences of losses a small perturbation apart (EvoGrad, SAMA, evolution strategies): weights and gradients keep 4 digits of them. */
export const differenceTolerance = 1e-4;
/** The rate of the inner steps of `parityProblems`, for methods that have to know it. */
export const parityRate = (d: number): number => (0.1 * d) / smallest;

const smallest = 12;

/**
 * Problems of d weights, whose inner loss is of the same size for every d (a mean, as networks' losses are), by steps of the same length: a target
 * for each weight, one for each group of weights, a learning rate for each group, where the weights begin, and λ in the outer loss too.
 */
export function parityProblems(d: number): readonly Problem[] {
  const numbers = {
    G: evenNumbers(d, 0.2, 1).map((one) => (one * smallest) / d),
    w0: evenNumbers(d, -2, 2, 1000),
    rate: parityRate(d),
    outer: { kind: 'quadratic', c: evenNumbers(d, -1, 1, 3000) } as const,
  };
  const targets = (p: number) => tracking({ ...numbers, lambda: evenNumbers(p, -2, 2, 2000) });
  const each = targets(d);
  return [
    each,
    { ...targets(4), name: 'tracking in groups' },
    ratesOfSize(d, 4),
    startOf(d, numbers),
    {
      ...each,
      name: 'tracking, λ in the outer loss',
      outerLoss: (w, lambda, given, batch) =>
        add(each.outerLoss(w, lambda, given, batch), multiply(0.5, sum(square(lambda)))),
    },
  ];
}

/** The quadratic of `tracking` around a fixed point, λ being where the weights begin and nothing else. */
function startOf(d: number, numbers: Omit<Parameters<typeof tracking>[0], 'lambda'>): Problem {
  const around = tracking({ ...numbers, lambda: evenNumbers(d, -2, 2, 2000) });
  const centre = around.initial.hyperparameters;
  const { closedForm: _, ...rest } = around;
  const innerLoss: Problem['innerLoss'] = (w, __, given, batch) =>
    around.innerLoss(w, given.centre!, given, batch);
  return defineProblem({
    ...rest,
    name: 'tracking from a learned start',
    given: { ...around.given, centre: hostArray(centre) },
    initial: { hyperparameters: numbers.w0 },
    start: (lambda) => lambda,
    innerLoss,
    update: descend(() => sgd({ rate: numbers.rate }), innerLoss),
  });
}

/** Three quadratic tasks in groups of two and one, with d weights each. */
export function parityTaskSet(d: number): TaskSet {
  const tasks = [0, 1, 2].map((task) => ({
    H: [...evenNumbers(d, 0.2, 1, 100 * task)],
    c: [...evenNumbers(d, -1, 1, 1000 * (task + 1))],
  }));
  const initial = [...evenNumbers(d, -2, 2)];
  return quadraticTaskSet({ tasks, initial, optimiser: sgd({ rate: 0.1 }), groups: [2, 1] });
}

/** The hypergradient of one inner optimisation. @throws Error where it diverges; RefusedError where the method refuses the problem */
export async function hypergradientOf(
  backend: Device | 'float64',
  problem: Problem,
  method: Method,
  horizon: number,
): Promise<Float64Array> {
  const run = await prepare(backend, problem, method, { horizon });
  try {
    const { divergedAt } = await run.compute();
    if (divergedAt !== undefined)
      throw new Error(`${method.title} on '${problem.name}' diverged at step ${divergedAt}.`);
    return await run.read('hypergradient');
  } finally {
    run.destroy();
  }
}

/** ‖g − g₆₄‖/‖g₆₄‖ of the hypergradient on a device; undefined where the method refuses the problem. */
export async function parity(
  device: Device,
  method: Method,
  problem: Problem,
  horizon = parityHorizon,
): Promise<number | undefined> {
  if (refusal(method, problem, horizon) !== undefined) return undefined;
  const [found, right] = [
    await hypergradientOf(device, problem, method, horizon),
    await hypergradientOf('float64', problem, method, horizon),
  ];
  return relativeError(found, right);
}

/** The same of how far φ has moved in two trajectories; 0 where a method does not move it at all. */
export async function initialisationParity(
  device: Device,
  method: InitialisationMethod,
  taskSet: TaskSet,
  options: InitialisationOptions = { horizon: parityHorizon },
): Promise<number> {
  const of = async (backend: Device | 'float64') => {
    const run = await prepareInitialisation(backend, taskSet, method, options);
    try {
      const { divergedAt } = await run.run(2 * options.horizon);
      if (divergedAt !== undefined)
        throw new Error(`parity: ${method.title} on '${taskSet.name}' diverged at step ${divergedAt}.`);
      return (await run.read('initial')).map((value, k) => value - taskSet.initial[k]!);
    } finally {
      run.destroy();
    }
  };
  const [found, expected] = [await of(device), await of('float64')];
  const rounded = Math.hypot(...Array.from(taskSet.initial, (value) => value - Math.fround(value)));
  if (expected.every((value) => value === 0))
    return Math.hypot(...found) <= rounded ? 0 : Number.POSITIVE_INFINITY;
  return relativeError(found, expected);
}

function relativeError(found: Float64Array, expected: Float64Array): number {
  const [away, norm] = [found.map((value, k) => value - expected[k]!), expected].map((all) =>
    Math.hypot(...all),
  );
  // Where the right value is 0 (a penalty that is not active), so has the found one to be.
  return norm === 0 && away === 0 ? 0 : away! / norm!;
}

/** Whether a value is a method of either family. */
export function isMethod(value: unknown): value is Method | InitialisationMethod {
  return (
    typeof value === 'object' && value !== null && 'build' in value && 'title' in value && 'source' in value
  );
}
