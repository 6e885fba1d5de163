/**
 * @file LinearEstimation (algorithm 4): θ of c_γ(t; θ) = θ · ‖v_t‖ · S_t (Eq. 15), fitted by least squares through the origin.
 *
 * One reverse sweep along the line from w_0 to w_T gives the second-order term of every horizon s = 1 … T that ends at T (Eq. 16);
 * x_s = ‖v_s‖ S_s and y_s = ⟨v_s/‖v_s‖, g_s⟩, so θ = Σ x_s y_s / Σ x_s² = Σ S_s⟨v_s, g_s⟩ / Σ S_s²‖v_s‖²: no norm is divided by.
 */
import { type Carry, onTheLine } from '@longhorizon/bilevel';
import {
  type Action,
  execute,
  type Inner,
  load,
  type Products,
  save,
  type Variable,
} from '@longhorizon/bilevel/authoring';
import {
  add,
  broadcastTo,
  cast,
  constant,
  divide,
  equal,
  greater,
  iota,
  maximum,
  multiply,
  reshape,
  select,
  square,
  stepIndex,
  subtract,
  sum,
  type Tensor,
  vjp,
  vmap,
  zerosLike,
} from '@longhorizon/tensor';
import type { RunningPoint } from './running-point.ts';
import { keptShareBackwards, sumOfWeights } from './weighting.ts';

/** The weights that v_s averages (Eq. 17): those of the line that the sweep follows, or the true ones, which have to be kept. */
export type EstimationWeights = 'interpolated' | 'true';

export interface EstimationOptions {
  readonly gamma: number;
  readonly weights: EstimationWeights;
}

/** The actions that refit θ: T inner steps with λ frozen, then the sweep. They start from φ and leave the carry at w_T. */
export type Estimation = (step: (t: number) => Action, restart: Action) => Iterable<Action>;

export function declareEstimation(
  inner: Inner,
  point: RunningPoint,
  theta: Variable,
  { gamma, weights }: EstimationOptions,
): Estimation {
  const { workspace, carry, horizon, problem } = inner;
  const tasks = problem.tasks;
  const adjoint = workspace.variable('α', carry.w.shape, { class: 'tangents' });
  const alphaT = workspace.variable('α_T', carry.w.shape, { class: 'tangents' });
  // Each task has its own pairs (x_s, y_s), and all are fitted together.
  const pShape = tasks === undefined ? inner.lambda.shape : [tasks, ...inner.lambda.shape];
  const g = workspace.variable('g^SO', pShape, { class: 'tangents' });
  const xy = workspace.variable('Σ xy', []);
  const xx = workspace.variable('Σ x²', []);

  const { alpha } = inner.outerAt(carry.w.tensor);
  const start = workspace.computation(
    'LinearEstimation: α_T',
    [
      [adjoint, alpha],
      [alphaT, alpha],
      [g, zerosLike(g.tensor)],
      [xy, zerosLike(xy.tensor)],
      [xx, zerosLike(xx.tensor)],
    ],
    { gradients: 1 },
  );

  // Step t has the index t − 1, and s = T − t + 1.
  const index = stepIndex();
  const line = onTheLine(inner, divide(cast(index, 'f32'), horizon));
  const s = cast(subtract(constant(horizon, 'u32'), index), 'f32');
  const batch = inner.trainBatch(index);
  const { A, B } = productsOfTasks(inner, line, adjoint.tensor, batch);
  const gs = add(g.tensor, B);
  const trajectory = weights === 'true' ? inner.carryLike('true', 'trajectory') : undefined;
  const joined = point.joined({
    at: trajectory === undefined ? line : inner.pointOf(trajectory),
    batch,
    kept: keptShareBackwards(gamma, s),
    stream: 'backwards',
  });
  const { B: vs } = productsOfTasks(inner, joined.at, alphaT.tensor, joined.batch);
  const S = sumOfWeights(gamma, s);
  const sumXY = add(xy.tensor, multiply(S, sum(multiply(vs, gs))));
  const sumXX = add(xx.tensor, multiply(square(S), sum(square(vs))));
  // The derivation assumes ⟨f, g⟩ ≥ 0; where all v_s vanish there is nothing to fit, and θ stays.
  const fitted = select(greater(sumXX, 0), maximum(divide(sumXY, sumXX), 0), theta.tensor);
  const sweep = workspace.computation(
    'LinearEstimation: sweep',
    [[adjoint, A], [g, gs], ...joined.updates, [xy, sumXY], [xx, sumXX], [theta, fitted]],
    { vjps: 3 },
  );

  const variables = trajectory && [trajectory.w, ...Object.values(trajectory.state)];
  const current = [carry.w, ...Object.values(carry.state)];
  const history = variables && workspace.history('trajectory of the estimation', horizon, variables);
  return function* (step, restart) {
    yield restart;
    for (let t = 1; t <= horizon; t++) {
      if (history !== undefined) yield save(current, history, t - 1);
      yield step(t);
    }
    yield execute(start, horizon);
    for (let t = horizon; t >= 1; t--) {
      if (history !== undefined) yield load(history, t - 1, variables!);
      yield execute(sweep, t - 1);
    }
  };
}

/** αA and αB with the optimiser's state held constant; αB of each task by itself, [tasks, p], where there are tasks. */
function productsOfTasks(
  inner: Inner,
  at: Carry<Tensor>,
  alpha: Tensor,
  batch: Tensor | undefined,
): Products<Tensor> {
  const { problem } = inner;
  if (problem.tasks === undefined) return inner.weightProducts(at, alpha, { batch });
  if (problem.lambdaPerTask === undefined) return maskedProducts(inner, at, alpha, batch, problem.tasks);
  const { tensor: lambda } = inner.lambda;
  const own = broadcastTo(lambda, [problem.tasks, ...lambda.shape]);
  const given = Object.fromEntries(
    Object.entries(inner.given).map(([name, variable]) => [name, variable.tensor]),
  );
  const next = problem.update(at, own, given, batch, stepIndex());
  const [A, B] = vjp([next.w], [at.w, own], [alpha]);
  return { A: A ?? zerosLike(at.w), B: B ?? zerosLike(own) };
}

/** The same where λ is one vector for all tasks: as many products as tasks, each with the cotangent of one task alone. */
function maskedProducts(
  inner: Inner,
  at: Carry<Tensor>,
  alpha: Tensor,
  batch: Tensor | undefined,
  tasks: number,
): Products<Tensor> {
  const { A } = inner.weightProducts(at, alpha, { batch });
  const each = iota([tasks]);
  const B = vmap((task: Tensor) => {
    const mask = reshape(cast(equal(each, task), 'f32'), [tasks, 1]);
    return inner.weightProducts(at, multiply(mask, alpha), { batch }).B;
  })(each);
  return { A, B };
}
