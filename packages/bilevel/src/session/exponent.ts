/**
 * @file Whether a horizon can be differentiated through at all: the finite-time exponent λ̂_T of the inner steps, which says how fast the exact
 * hypergradient grows or fades with the horizon.
 */
import {
  add,
  divide,
  greater,
  jvp,
  log,
  multiply,
  normal,
  randomKey,
  select,
  sqrt,
  square,
  sum,
  type Tensor,
  zerosLike,
} from '@longhorizon/tensor';
import { Inner } from '../hyper/inner.ts';
import { type GivenArrays, type Problem, weightShape } from '../problem/problem.ts';
import { makeEngine } from '../workspace/make-engine.ts';
import { execute, type Variable } from '../workspace/workspace.ts';
import type { Backend } from './session.ts';

/** Over which steps an exponent is measured, and along which direction. */
export interface ExponentOptions {
  /** T */
  readonly horizon: number;
  /** Of the direction u, which is normally distributed over the weights. 0 when left out. */
  readonly seed?: number;
  /** u, [weightLength] or [tasks, weightLength]: instead of one that is drawn. */
  readonly direction?: Tensor;
}

/**
 * λ̂_T = (1/T) log ‖J_T … J_1 u‖/‖u‖, J_t being the derivative of the carry after step t by the carry before it, the optimiser's state included. One
 * tangent travels with the steps and is brought back to length 1 after each, so memory does not grow with T and nothing overflows. Below 0 the
 * steps forget, and reverse mode is safe; above 0 the exact hypergradient grows like e^{λ̂T}. For gradient descent on a quadratic λ̂ comes to
 * log max |1 − αh_i|.
 *
 * @returns −Infinity where nothing of u is left; NaN where the steps leave the finite numbers
 * @throws RangeError for a horizon that is none
 *
 * @example
 * ```ts
 * import { finiteTimeExponent } from '@longhorizon/bilevel';
 * import { lorenz, trackingOfSize } from '@longhorizon/bilevel/problems';
 *
 * console.assert((await finiteTimeExponent('float64', trackingOfSize(4, 2), { horizon: 50 })) < 0);
 * console.assert((await finiteTimeExponent('float64', lorenz({ steps: 400 }), { horizon: 400 })) > 0);
 * ```
 */
export async function finiteTimeExponent<Given extends GivenArrays>(
  backend: Backend,
  problem: Problem<Given>,
  { horizon, seed = 0, direction }: ExponentOptions,
): Promise<number> {
  if (!(Number.isInteger(horizon) && horizon >= 1))
    throw new RangeError(
      `finiteTimeExponent: T = ${horizon} is not a horizon; give a whole number of 1 or more.`,
    );
  const inner = new Inner(problem as Problem, horizon, backend === 'float64' ? 'float64' : 'device');
  const { workspace, carry } = inner;
  const at = inner.pointOf(carry);
  const next = inner.phi(at);
  const moving = Object.keys(carry.state).filter((name) => carry.state[name]!.dtype === 'f32');
  const inputs = [at.w, ...moving.map((name) => at.state[name]!)];
  const outputs = [next.w, ...moving.map((name) => next.state[name]!)];
  const tangents = inputs.map(({ shape }, k) =>
    workspace.variable(`tangent ${k}`, shape, { class: 'tangents' }),
  );
  const growth = workspace.variable('Σ log of lengths', []);
  const unit = (all: readonly Tensor[]): { readonly length: Tensor; readonly directions: Tensor[] } => {
    const length = sqrt(all.map((one) => sum(square(one))).reduce((a, b) => add(a, b)));
    const by = select(greater(length, 0), length, 1);
    return { length, directions: all.map((one) => divide(one, by)) };
  };
  const first = direction ?? normal(randomKey(seed), weightShape(problem));
  const starting = unit([first, ...tangents.slice(1).map(({ tensor }) => zerosLike(tensor))]);
  const begin = workspace.computation('a direction', [
    ...tangents.map((variable, k): [Variable, Tensor] => [variable, starting.directions[k]!]),
    [growth, multiply(0, growth.tensor)],
  ]);
  const pushed = unit(
    jvp(
      outputs,
      inputs,
      tangents.map(({ tensor }) => tensor),
    ).map((one, k) => one ?? zerosLike(outputs[k]!)),
  );
  const step = workspace.computation('inner step with its tangent', [
    ...inner.updatesOf(carry, next),
    ...tangents.map((variable, k): [Variable, Tensor] => [variable, pushed.directions[k]!]),
    [growth, add(growth.tensor, log(pushed.length))],
  ]);
  const { restart } = inner;
  const { engine } = await makeEngine(backend, workspace);
  try {
    await engine.perform([
      execute(restart, 0),
      execute(begin, 0),
      ...Array.from({ length: horizon }, (_, t) => execute(step, t)),
    ]);
    const [total] = await engine.read(growth);
    return total! / horizon;
  } finally {
    engine.destroy();
  }
}

/**
 * What follows from an exponent for who wants a hypergradient, as a sentence.
 *
 * @param horizon T, over which it was measured
 */
export function exponentMeans(exponent: number, horizon: number): string {
  if (Number.isNaN(exponent))
    return 'the steps leave the finite numbers, and no hypergradient is left of them.';
  if (exponent === Number.NEGATIVE_INFINITY)
    return 'nothing of a perturbation is left: no derivative goes through all steps.';
  const factor = Number(Math.exp(Math.abs(exponent) * horizon).toPrecision(2));
  const [digits, power] = factor.toExponential(1).split('e+');
  const raised = [...(power ?? '')].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
  const times = factor < 1e6 ? factor.toLocaleString('en') : `${digits}·10${raised}`;
  const over = factor === 1 ? 'as large' : `${times} times as ${exponent > 0 ? 'large' : 'small'}`;
  const grown = `a perturbation is ${over} after ${horizon} steps`;
  if (exponent * horizon <= Math.log(10)) return `${grown}: reverse mode is safe.`;
  return `${grown}, and the exact hypergradient grows with it: smoothing, truncation or clipping is the honest choice.`;
}
