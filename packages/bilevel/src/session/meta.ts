/**
 * @file Meta-training: the updates of λ while (or after) an inner optimisation runs, and the move of φ after it. Every method
 * is given the same: one optimiser for λ, on the device, which never waits for the host.
 */
import type { Optimiser } from '@longhorizon/nn';
import {
  add,
  equal,
  mean,
  multiply,
  reshape,
  select,
  stepIndex,
  subtract,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import type { Inner } from '../hyper/inner.ts';
import { HostArray } from '../problem/host-array.ts';
import { countNotFinite } from '../workspace/finite.ts';
import { type Action, type Computation, execute, type Variable } from '../workspace/workspace.ts';

/** How φ moves after an inner optimisation. */
export type InitialisationRule = 'fixed' | 'reptile' | 'fomaml';

/** How λ and φ are learned: optimiser, rate, and after how many inner steps. */
export interface MetaOptions {
  /** The optimiser of λ, for a learning rate that the host may change between inner optimisations. */
  readonly optimiser: (rate: Tensor) => Optimiser;
  readonly rate: number;
  /** λ is updated after every so many inner steps; 1 when left out. Offline methods update it once, at the end. */
  readonly every?: number;
  /** `fixed` when left out. Reptile: φ ← φ − η(φ − w_T); FOMAML: φ ← φ − η ∂L^val/∂w_T. Means over the tasks. */
  readonly initialisation?: InitialisationRule;
  /** η of the initialisation rule; 1 when left out. */
  readonly initialisationRate?: number;
}

/** The outer optimisation laid out in a workspace: the updates of λ and φ. */
export interface Meta {
  readonly every: number;
  /** The learning rate of λ. */
  readonly rate: Variable;
  /** 0, or the first t whose update was not made, since it or its outer loss was not finite; set to 0 by the host. */
  readonly divergedAt: Variable;
  /** How many updates of λ were made. */
  readonly count: Variable;
  /** One update of λ along the hypergradient, after step t; after one that was not made there are no more until `divergedAt` is 0 again. */
  update(t: number): Action;
  /** The move of φ, when w_T is reached; it is not made where φ would leave the finite numbers. */
  move(): Iterable<Action>;
}

/** Declares what meta-training needs beside the method itself. */
export function declareMeta(inner: Inner, options: MetaOptions): Meta {
  const { workspace, lambda, hypergradient } = inner;
  const every = options.every ?? 1;
  if (!(Number.isInteger(every) && every >= 1 && every <= inner.horizon))
    throw new RangeError(
      `meta-training: λ cannot be updated after every ${every} steps of a horizon of T = ${inner.horizon}; give a whole number from 1 to ${inner.horizon}.`,
    );
  const rate = workspace.variable('rate of λ', [], { initial: new HostArray([options.rate], []) });
  const optimiser = options.optimiser(rate.tensor);
  const state = Object.fromEntries(
    Object.entries(optimiser.state(lambda.shape)).map(([name, { shape, dtype }]) => [
      name,
      workspace.variable(`λ's ${name}`, shape, { dtype, class: 'optimiser state' }),
    ]),
  );
  const count = workspace.variable('updates of λ', [], { dtype: 'u32' });
  const tensors = Object.fromEntries(Object.entries(state).map(([name, { tensor }]) => [name, tensor]));
  const divergedAt = workspace.variable('diverged at', [], { dtype: 'u32' });
  const updated = optimiser.update(lambda.tensor, hypergradient.tensor, tensors, count.tensor);
  const moving32 = Object.values(updated.state).filter(({ dtype }) => dtype === 'f32');
  const bad = [inner.outerLoss.tensor, hypergradient.tensor, updated.w, ...moving32]
    .map(countNotFinite)
    .reduce((total, one) => add(total, one));
  const allFinite = equal(bad, 0);
  const isMade = multiply(allFinite, equal(divergedAt.tensor, 0));
  const unlessBad = (variable: Variable, next: Tensor): [Variable, Tensor] => [
    variable,
    select(isMade, next, variable.tensor),
  ];
  const computation = workspace.computation('update of λ', [
    unlessBad(lambda, updated.w),
    ...Object.entries(state).map(([name, variable]) => unlessBad(variable, updated.state[name]!)),
    unlessBad(count, add(count.tensor, 1)),
    [divergedAt, select(equal(divergedAt.tensor, 0), select(allFinite, 0, stepIndex()), divergedAt.tensor)],
  ]);
  const moving = declareMove(inner, options);
  return {
    every,
    rate,
    divergedAt,
    count,
    update: (t) => execute(computation, t),
    move: () => (moving === undefined ? [] : [execute(moving, inner.horizon)]),
  };
}

function declareMove(inner: Inner, options: MetaOptions): Computation | undefined {
  const { initialisation = 'fixed', initialisationRate = 1 } = options;
  if (initialisation === 'fixed') return undefined;
  const { initial, carry, workspace, problem } = inner;
  if (initial === undefined)
    throw new TypeError(
      `meta-training: the start of problem '${problem.name}' is a part of λ and cannot also move by ${initialisation}; leave the rule out, or use ${initialisation} as the method.`,
    );
  const w = carry.w.tensor;
  const overTasks = (tensor: Tensor, reduce: (tensor: Tensor, axis: number) => Tensor) =>
    problem.tasks === undefined ? tensor : reshape(reduce(tensor, 0), initial.shape);
  // α already is the gradient of the mean over the tasks, so FOMAML sums it.
  const direction =
    initialisation === 'reptile'
      ? subtract(initial.tensor, overTasks(w, mean))
      : overTasks(inner.outerAt(w).alpha, sum);
  const moved = subtract(initial.tensor, multiply(initialisationRate, direction));
  return workspace.computation(
    initialisation === 'reptile' ? 'Reptile' : 'FOMAML',
    [[initial, select(equal(countNotFinite(moved), 0), moved, initial.tensor)]],
    initialisation === 'fomaml' ? { gradients: 1 } : {},
  );
}
