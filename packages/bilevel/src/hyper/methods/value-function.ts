/**
 * @file Hypergradients by a penalty on the value of the inner problem, without second derivatives: the weights y minimise L^val + μ L^tr, the
 * weights w minimise L^tr alone, and what λ does to the gap between them is the hypergradient as μ grows.
 */
import { add, divide, multiply, stopGradient, subtract, vjp, zerosLike } from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Facts } from '../facts.ts';
import type { Inner } from '../inner.ts';
import type { Algorithm, Method } from '../method.ts';

/** Options of F2SA: its penalty and the descent of y. */
export interface F2saOptions {
  /** η: y descends with η/(1 + μ), so that the penalty does not make it diverge. */
  readonly rate: number;
  /** μ: the penalty's multiplier at the first hypergradient of an inner optimisation. 10 when left out. */
  readonly multiplier?: number;
  /** δ: μ grows by it at every hypergradient. 0.1 when left out. */
  readonly growth?: number;
  /** K: steps of y beside every inner step. 1 when left out. */
  readonly steps?: number;
}

/** Options of PBGD: its penalty and the descent of y. */
export type PbgdOptions = Omit<F2saOptions, 'growth'>;

/**
 * F2SA: beside every inner step of w, K steps y ← y − η/(1 + μ) (∂L^val/∂w + μ ∂L^tr/∂w)(y, λ), from y = w_0; then
 * g = ∂_λL^val(y) + μ(∂_λL^tr(y) − ∂_λL^tr(w)), μ ← μ + δ. First derivatives alone; biased by O(1/μ) once y and w are at rest. λ must enter
 * the inner loss itself.
 *
 * @throws RangeError for options outside their ranges
 */
export function f2sa({ rate, multiplier = 10, growth = 0.1, steps = 1 }: F2saOptions): Method {
  checkPenalty('f2sa', { rate, multiplier, steps });
  if (!(growth >= 0)) throw new RangeError(`f2sa: δ = ${growth} was asked for; give 0 or more.`);
  return {
    id: 'hyper/f2sa',
    name: 'f2sa',
    title: `F2SA (μ = ${multiplier}, δ = ${growth}, K = ${steps})`,
    source:
      'Kwon et al., "A fully first-order method for stochastic bilevel optimization", ICML 2023, arXiv 2301.10945, algorithm 1',
    complexity: { offline: '0 (2TK + 3 gradients)', online: '0 ((2K + 3)T gradients)', memory: 'O(d)' },
    form: 'online',
    exact: false,
    refuses: (facts) => refusalOfPenalty('f2sa', facts),
    build: (inner) => penalised(inner, { rate, multiplier, growth, steps }),
  };
}

/**
 * PBGD: the same with a multiplier that stays, μ = γ of the paper.
 *
 * @throws RangeError for options outside their ranges
 */
export function pbgd({ rate, multiplier = 10, steps = 1 }: PbgdOptions): Method {
  checkPenalty('pbgd', { rate, multiplier, steps });
  return {
    id: 'hyper/pbgd',
    name: 'pbgd',
    title: `PBGD (γ = ${multiplier}, K = ${steps})`,
    source: 'Shen and Chen, "On penalty-based bilevel gradient descent method", ICML 2023, algorithm 1',
    complexity: { offline: '0 (2TK + 3 gradients)', online: '0 ((2K + 3)T gradients)', memory: 'O(d)' },
    form: 'online',
    exact: false,
    refuses: (facts) => refusalOfPenalty('pbgd', facts),
    build: (inner) => penalised(inner, { rate, multiplier, growth: 0, steps }),
  };
}

/** Why a method that sees λ through the losses alone cannot run; undefined where it can. */
export function refusalOfPenalty(
  name: string,
  { problem, inInnerLoss, inOuterLoss }: Facts,
): string | undefined {
  return inInnerLoss || inOuterLoss
    ? undefined
    : `${name}: λ enters neither loss of problem '${problem.name}', only its optimiser, and a penalty on the inner loss does not see it; use an unrolled method.`;
}

/** @throws RangeError for the first that is outside its range */
export function checkPenalty(
  name: string,
  {
    rate,
    multiplier,
    steps,
  }: { readonly rate: number; readonly multiplier?: number; readonly steps: number },
): void {
  if (!(rate > 0)) throw new RangeError(`${name}: η = ${rate} was asked for; it must be above 0.`);
  if (multiplier !== undefined && !(multiplier > 0))
    throw new RangeError(`${name}: a multiplier of ${multiplier} was asked for; it must be above 0.`);
  if (!(Number.isInteger(steps) && steps >= 1))
    throw new RangeError(`${name}: K = ${steps} steps were asked for; give a whole number of 1 or more.`);
}

function penalised(inner: Inner, { rate, multiplier, growth, steps }: Required<F2saOptions>): Algorithm {
  const { workspace, carry, lambda } = inner;
  const y = workspace.variable('y', carry.w.shape, { class: 'tangents' });
  const mu = workspace.variable('μ', []);
  const begin = workspace.computation('first μ', [[mu, add(zerosLike(mu.tensor), multiplier)]]);
  const depart = workspace.computation('y = w_0', [[y, carry.w.tensor]]);
  const m = mu.tensor;
  // Evaluated with the index of the inner step that has just been done.
  const atY = inner.outerAt(y.tensor, inner.afterThisStep);
  // L^val is the mean over the tasks; each task has a penalised problem of its own.
  const tasks = inner.problem.tasks ?? 1;
  const descent = add(multiply(tasks, atY.alpha), multiply(m, inner.innerGradientAt(y.tensor)));
  const step = workspace.computation(
    'a step of y',
    [[y, subtract(y.tensor, multiply(divide(rate, add(1, m)), descent))]],
    { gradients: 2 },
  );
  // Both points are constants to the derivative by λ.
  const [apart] = vjp(
    [subtract(inner.innerLossAt(stopGradient(y.tensor)), inner.innerLossAt(stopGradient(carry.w.tensor)))],
    [lambda.tensor],
    [divide(m, tasks)],
  );
  const loss = inner.outerLossAt(carry.w.tensor, inner.afterThisStep);
  const result = workspace.computation(
    'the penalised gap by λ',
    [...inner.result(add(atY.direct, apart ?? zerosLike(lambda.tensor)), loss), [mu, add(m, growth)]],
    { gradients: 3 },
  );
  return {
    begin: () => [execute(begin, 0)],
    before: (t) => (t === 1 ? [execute(depart, 0)] : []),
    *after(t) {
      for (let k = 0; k < steps; k++) yield execute(step, t - 1);
    },
    hypergradient: (t) => [execute(result, t - 1)],
  };
}
