/**
 * @file Hypergradients of small inner loops with known answers, in float64: published update rules on quadratics whose
 * derivatives have closed forms. Every mode of differentiating the loop must meet them to 1e-10.
 *
 * w ∈ Rᵈ are weights, λ hyperparameters, w_t = Φ(w_{t−1}, λ) an inner step, L(w) = ½ ‖w − c‖² the outer loss.
 */
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { square } from '../ops/arithmetic/square.ts';
import { subtract } from '../ops/arithmetic/subtract.ts';
import { input } from '../ops/leaf/input.ts';
import { concat } from '../ops/movement/concat.ts';
import { slice } from '../ops/movement/pad-slice.ts';
import { stopGradient } from '../ops/movement/stop-gradient.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { grad, jvp, linearize, reroot, vjp, vmap } from './index.ts';
import { evaluate, type Feeds } from './testing/support.ts';

const half = (x: Tensor): Tensor => multiply(0.5, sum(square(x)));

interface Problem {
  readonly name: string;
  readonly steps: number;
  /** The inner step, on the whole state (weights, and velocity where there is one). */
  readonly step: (state: Tensor, hyper: Tensor) => Tensor;
  readonly outer: (state: Tensor) => Tensor;
  readonly state: Tensor;
  readonly hyper: Tensor;
  readonly feeds: Feeds;
  readonly golden: {
    /** w_T */
    readonly weights: readonly number[];
    /** ∂L/∂λ through all steps. */
    readonly gradient: readonly number[];
    /** The same through the last K steps only, by K. */
    readonly truncated: ReadonlyMap<number, readonly number[]>;
    /** Each step differentiated on the line from w_0 to w_T instead of on the trajectory. */
    readonly interpolated?: readonly number[];
  };
}

/** Tracking a target: L_tr = ½ (w − λ)ᵀ G (w − λ) for diagonal G, gradient descent at rate 0.1. */
function tracking(name: string, curvature: readonly number[], golden: Problem['golden']): Problem {
  const [state, hyper, g, c] = [input([2]), input([2]), input([2]), input([2])];
  const inner = (w: Tensor, target: Tensor) => multiply(0.5, sum(multiply(g, square(subtract(w, target)))));
  return {
    name,
    steps: 20,
    step: (w, target) => subtract(w, multiply(0.1, grad(inner)(w, target))),
    outer: (w) => half(subtract(w, c)),
    state,
    hyper,
    feeds: new Map([
      [state, [2, 2]],
      [hyper, [1, 1]],
      [g, curvature],
      [c, [0, 0.5]],
    ]),
    golden,
  };
}

function learningRates(): Problem {
  const [state, hyper, c] = [input([3]), input([3]), input([3])];
  return {
    name: 'a learning rate for each coordinate',
    steps: 10,
    // h = 1 and m = 0: the gradient of ½ ‖w‖² is w.
    step: (w, rates) => subtract(w, multiply(rates, grad(half)(w))),
    outer: (w) => half(subtract(w, c)),
    state,
    hyper,
    feeds: new Map([
      [state, [1, -2, 0.5]],
      [hyper, [0.1, 0.1, 0.1]],
      [c, [0.3, 0.1, -0.2]],
    ]),
    golden: {
      weights: [0.3486784401, -0.6973568802, 0.17433922],
      gradient: [-0.1885902507, -6.1782478487, -0.7251334184],
      truncated: new Map([[1, [-0.0188590251, -0.6178247849, -0.0725133418]]]),
      interpolated: [-0.2065035688, -6.7650911165, -0.7940104974],
    },
  };
}

function momentum(): Problem {
  // State: [w₁, w₂, u₁, u₂]; hyperparameters: rate η, momentum μ, weight decay ξ, shared by all steps.
  const [state, hyper, h, m, c] = [input([4]), input([3]), input([2]), input([2]), input([2])];
  const inner = (w: Tensor) => multiply(0.5, sum(multiply(h, square(subtract(w, m)))));
  return {
    name: 'momentum and weight decay',
    steps: 10,
    step: (s, lambda) => {
      const [w, u] = [slice(s, [0], [2]), slice(s, [2], [4])];
      const [eta, mu, xi] = [0, 1, 2].map((k) => slice(lambda, [k], [k + 1])) as [Tensor, Tensor, Tensor];
      const velocity = add(add(multiply(mu, u), grad(inner)(w)), multiply(xi, w));
      const moved = subtract(w, multiply(eta, velocity));
      return concat([moved, velocity]);
    },
    outer: (s) => half(subtract(slice(s, [0], [2]), c)),
    state,
    hyper,
    feeds: new Map([
      [state, [1, -2, 0, 0]],
      [hyper, [0.1, 0.9, 0.01]],
      [h, [1, 0.3]],
      [m, [0, 1]],
      [c, [0.3, 0.1]],
    ]),
    golden: {
      weights: [-0.5878730417, 0.8827222526],
      // By the forward recurrence in exact rational arithmetic.
      gradient: [15.2081961321, 8.5853857489, 2.7351241131],
      truncated: new Map(),
    },
  };
}

const problems: readonly Problem[] = [
  tracking('a target tracked on an ill-conditioned quadratic', [1, 0.5], {
    weights: [1.1215766546, 1.3584859224],
    gradient: [0.9852191171, 0.5507308046],
    truncated: new Map([
      [1, [0.1121576655, 0.0429242961]],
      [3, [0.3039472734, 0.1224415547]],
      [6, [0.5255248357, 0.2274198826]],
      [11, [0.7696140161, 0.3701790505]],
    ]),
    interpolated: [0.9852191171, 0.5507308046],
  }),
  tracking('a target tracked on a round quadratic', [1, 1], {
    weights: [1.1215766546, 1.1215766546],
    gradient: [0.9852191171, 0.5460074444],
    truncated: new Map(),
  }),
  learningRates(),
  momentum(),
];

describe.each(problems)('$name', ({ steps, step, outer, state, hyper, feeds, golden }) => {
  const value = (tensor: Tensor) => evaluate([tensor], feeds)[0]!;
  const expectClose = (found: ArrayLike<number>, expected: readonly number[]) => {
    expected.forEach((number, i) => {
      expect(Math.abs(found[i]! - number)).toBeLessThan(1e-10);
    });
  };
  /** States 0 to T, where each step starts from what `from` makes of the state before. */
  const unroll = (lambda: Tensor, from = (w: Tensor, _step: number) => w): Tensor[] => {
    const states = [state];
    for (let t = 1; t <= steps; t++) states.push(step(from(states[t - 1]!, t), lambda));
    return states;
  };
  /** Σ_t α_T A_T … A_{t+1} B_t with each step differentiated at the given states, one step at a time. */
  const stepByStep = (states: readonly Tensor[]): Tensor => {
    const last = states[steps]!;
    let alpha = grad(outer)(last);
    let total: Tensor | undefined;
    for (let t = steps; t >= 1; t--) {
      const [w, lambda] = [input(state.shape), input(hyper.shape)];
      const [towardsState, towardsHyper] = vjp([step(w, lambda)], [w, lambda], [alpha]);
      const at = new Map([
        [w, states[t - 1]!],
        [lambda, hyper],
      ]);
      const [nextAlpha, share] = reroot([towardsState!, towardsHyper!], at);
      total = total === undefined ? share! : add(total, share!);
      alpha = nextAlpha!;
    }
    return total!;
  };

  it('reaches the known weights', () => {
    expectClose(value(unroll(hyper)[steps]!), golden.weights);
  });

  it('reverse mode through the unrolled graph', () => {
    expectClose(value(grad((lambda: Tensor) => outer(unroll(lambda)[steps]!))(hyper)), golden.gradient);
  });

  it('reverse mode step by step, from stored states', () => {
    expectClose(value(stepByStep(unroll(hyper))), golden.gradient);
  });

  it('forward mode through the unrolled graph, a direction at a time', () => {
    const [, push] = linearize((lambda: Tensor) => outer(unroll(lambda)[steps]!), hyper);
    const direction = input(hyper.shape);
    const derivative = push(direction);
    const found = golden.gradient.map((_, k) => {
      const unit = golden.gradient.map((__, other) => (other === k ? 1 : 0));
      return evaluate([derivative], new Map([...feeds, [direction, unit]]))[0]![0]!;
    });
    expectClose(found, golden.gradient);
  });

  it('forward mode step by step, all directions at once: Z_t = A_t Z_{t−1} + B_t', () => {
    const p = golden.gradient.length;
    const [identity, zeros] = [input([p, p]), input([p, ...state.shape])];
    let [current, z] = [state, zeros];
    for (let t = 1; t <= steps; t++) {
      const next = step(current, hyper);
      const along = (tangent: Tensor, direction: Tensor) =>
        jvp([next], [current, hyper], [tangent, direction])[0]!;
      z = vmap(along)(z, identity);
      current = next;
    }
    const alpha = grad(outer)(current);
    const found = vmap((row: Tensor) => sum(multiply(row, alpha)))(z);
    const unit = Array.from({ length: p * p }, (_, i) => (i % (p + 1) === 0 ? 1 : 0));
    const none = new Array<number>(p * state.shape[0]!).fill(0);
    expectClose(evaluate([found], new Map([...feeds, [identity, unit], [zeros, none]]))[0]!, golden.gradient);
  });

  it.each([...golden.truncated])('truncated to the last %i steps', (last, expected) => {
    const truncated = (lambda: Tensor) =>
      outer(unroll(lambda, (w, t) => (t === steps - last + 1 ? stopGradient(w) : w))[steps]!);
    expectClose(value(grad(truncated)(hyper)), expected);
  });

  const { interpolated } = golden;
  if (interpolated !== undefined)
    it('each step differentiated on the line between the ends', () => {
      const states = unroll(hyper);
      const line = states.map((_, t) =>
        add(multiply(1 - t / steps, states[0]!), multiply(t / steps, states[steps]!)),
      );
      expectClose(value(stepByStep([...line.slice(0, steps), states[steps]!])), interpolated);
    });
});
