/**
 * @file The cases that an implementation of a hypergradient is judged by: linear systems, and hypergradients whose values are known in closed form or
 * to ten digits. What is asked is JSON; docs/conformance.md is its description.
 */

/** q after `steps` steps of conjugate gradients on H q = b, from `start` or from zeros. */
export interface SolveAsk {
  readonly asks: 'solve';
  readonly H: readonly (readonly number[])[];
  readonly b: readonly number[];
  readonly steps: number;
  readonly start?: readonly number[];
}

/** dL/dλ of a problem, as a file of `longhorizon hypergrad` writes it, by a method with its options. */
export interface HypergradientAsk {
  readonly asks: 'hypergradient';
  readonly method: { readonly name: string } & Readonly<Record<string, number | string>>;
  readonly problem: Readonly<Record<string, unknown>>;
}

export interface ConformanceCase {
  /** Unique: a group and a name, `cg/isotropic`. */
  readonly case: string;
  /** What is wrong with an implementation that fails it, or what it shows. */
  readonly title: string;
  readonly ask: SolveAsk | HypergradientAsk;
  readonly expected: readonly number[];
  /** ‖answer − expected‖ may be this many times ‖expected‖: the digits that are known, or rounding of float64. */
  readonly tolerance: number;
  /** The same in float32; 1e-5 when left out. */
  readonly single?: number;
}

const rounding = 1e-10;
const digits = 1e-9;

/** 1 everywhere and 1 … 6 more on the diagonal: six different eigenvalues. */
const six = Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (__, j) => (i === j ? i + 2 : 1)));
const solution = [1, 2, 3, -1, 2, -3];
const rightOf = (H: readonly (readonly number[])[]) =>
  H.map((row) => row.reduce((total, value, k) => total + value * solution[k]!, 0));
const scaled = (factor: number) => six.map((row) => row.map((value) => factor * value));
/** Eigenvalues 3 and 9. */
const two = six.map((row, i) => row.map((_, j) => (i === j ? 4 : 1)));
const diagonal = (...values: readonly number[]) =>
  values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));

const solve = (
  name: string,
  title: string,
  ask: Omit<SolveAsk, 'asks'>,
  expected: readonly number[],
): ConformanceCase => ({
  case: `cg/${name}`,
  title,
  ask: { asks: 'solve', ...ask },
  expected,
  tolerance: rounding,
});

const solves: readonly ConformanceCase[] = [
  solve(
    'isotropic',
    'H = 2I is solved by one step; the steps after it change nothing',
    { H: diagonal(2, 2, 2), b: [1, 2, -3], steps: 5 },
    [0.5, 1, -1.5],
  ),
  solve(
    'two-eigenvalues',
    'two different eigenvalues take two steps',
    { H: two, b: rightOf(two), steps: 2 },
    solution,
  ),
  solve(
    'one-step',
    'the first step has the length bᵀb/bᵀHb',
    { H: diagonal(1, 1, 3), b: [1, 1, 1], steps: 1 },
    [0.6, 0.6, 0.6],
  ),
  solve(
    'six-steps',
    'each direction is made of the new residual: d steps solve d equations',
    { H: six, b: rightOf(six), steps: 6 },
    solution,
  ),
  ...[1e-4, 1e4].map((factor) =>
    solve(
      `scaled-${factor < 1 ? 'down' : 'up'}`,
      `H ${factor} times as large, b the same: the solution is ${1 / factor} times that of six-steps`,
      { H: scaled(factor), b: rightOf(six), steps: 6 },
      solution.map((value) => value / factor),
    ),
  ),
  solve(
    'warm-start',
    'the first residual is b − H start',
    { H: six, b: rightOf(six), steps: 6, start: [2, 0, -1, 1, 0, 5] },
    solution,
  ),
  solve(
    'warm-start-helps',
    'begun an eigenvector away from the solution, one step solves what takes two from zeros',
    { H: two, b: rightOf(two), steps: 1, start: solution.map((value, k) => value + ([4, -4][k] ?? 0)) },
    solution,
  ),
  solve(
    'start-at-solution',
    'a residual of zero is no reason to divide by it',
    { H: six, b: rightOf(six), steps: 3, start: solution },
    solution,
  ),
  solve(
    'converges-early',
    'solved after two steps of five: the answer is the last iterate, not the one before it',
    { H: diagonal(1, 1, 3), b: [1, 1, 1], steps: 5 },
    [1, 1, 1 / 3],
  ),
];

const follow = {
  inner: { kind: 'tracking', G: [1, 0.5], w0: [2, 2], lambda: [1, 1], rate: 0.1 },
  outer: { kind: 'quadratic', c: [0, 0.5] },
  T: 20,
};
/** Two parabolas, ½·2(w − λ)² and ½·3(w + 1)², the weights at rest: dL/dλ = 6. */
const atRest = (rate: number, T: number) => ({
  inner: { kind: 'tracking', G: [2], w0: [1], lambda: [1], rate },
  outer: { kind: 'quadratic', c: [-1], scale: 3 },
  T,
});
const balancing = (T: number, objective: 'last' | 'sum') => ({
  inner: { kind: 'influence-balancing', lambda: [0.5], objective },
  T,
});
const exactRates = [-0.1885902507, -6.1782478487, -0.7251334184];

const hypergradient = (
  name: string,
  title: string,
  method: HypergradientAsk['method'] | string,
  problem: HypergradientAsk['problem'],
  expected: readonly number[],
  bounds: { readonly tolerance?: number; readonly single?: number } = {},
): ConformanceCase => ({
  case: name,
  title,
  ask: {
    asks: 'hypergradient',
    method: typeof method === 'string' ? { name: method } : method,
    problem,
  },
  expected,
  tolerance: digits,
  ...bounds,
});

/** −T h² θ₀² (1 − αh)^(2T−1). */
const byRate = -7 * 0.25 * 4 * 0.95 ** 13;

const hypergradients: readonly ConformanceCase[] = [
  hypergradient(
    'exact/targets',
    'λ in the inner loss: weights follow λ',
    'exact-reverse',
    follow,
    [0.9852191171, 0.5507308046],
  ),
  hypergradient(
    'exact/rates',
    'λ in the optimiser: a learning rate for each weight',
    'exact-reverse',
    {
      inner: { kind: 'rates', h: [1, 1, 1], m: [0, 0, 0], w0: [1, -2, 0.5], lambda: [0.1, 0.1, 0.1] },
      outer: { kind: 'quadratic', c: [0.3, 0.1, -0.2] },
      T: 10,
    },
    exactRates,
  ),
  hypergradient(
    'exact/momentum',
    'rate, momentum and weight decay: the velocity has an adjoint of its own',
    'exact-reverse',
    {
      inner: { kind: 'schedule', h: [1, 0.3], m: [0, 1], w0: [1, -2], lambda: [0.1, 0.9, 0.01] },
      outer: { kind: 'quadratic', c: [0.3, 0.1] },
      T: 10,
    },
    [15.2081961321, 8.5853857489, 2.7351241131],
  ),
  hypergradient(
    'exact/one-rate',
    'a learning rate on a quadratic: −T h² θ₀² (1 − αh)^(2T−1)',
    'exact-reverse',
    { inner: { kind: 'noisy-quadratic', h: [0.5], variance: [0], A0: [4], lambda: [0.1] }, T: 7 },
    [byRate],
    { tolerance: rounding },
  ),
  hypergradient(
    'exact/balancing-sum',
    'the loss of every step counts: truncation to one step gives 18',
    'exact-reverse',
    balancing(8, 'sum'),
    [102],
    { tolerance: rounding },
  ),
  hypergradient(
    'exact/balancing-long',
    'in the long run +24; every truncation to 40 steps or fewer is below 0',
    'exact-reverse',
    balancing(400, 'last'),
    [24],
    { tolerance: rounding },
  ),
  hypergradient(
    'exact/sharp-basins',
    'a schedule of rates over narrow valleys, a sum of 100 losses',
    'exact-reverse',
    { inner: { kind: 'sharp-basins' }, T: 100 },
    // By differences of 40 decimal digits.
    [-2.7871083974, -1.1365639552],
    { single: 1e-4 },
  ),
  hypergradient(
    'exact/lorenz',
    'chaos: the gradient grows with every step',
    'exact-reverse',
    { inner: { kind: 'lorenz' }, T: 100 },
    [449.527, 3144.763],
    { tolerance: 3e-7, single: 1e-4 },
  ),
  hypergradient('forward/targets', 'forward mode is exact', 'forward', follow, [0.9852191171, 0.5507308046]),
  hypergradient('one-step/targets', 'the last step alone', 'one-step', follow, [0.1121576655, 0.0429242961]),
  hypergradient(
    'truncated/targets',
    'the last three steps',
    { name: 'truncated-reverse', window: 3 },
    follow,
    [0.3039472734, 0.1224415547],
  ),
  hypergradient(
    'truncated/balancing',
    'ten steps of influence balancing: the wrong sign is right here',
    { name: 'truncated-reverse', window: 10 },
    balancing(400, 'last'),
    [-40],
    { tolerance: rounding },
  ),
  hypergradient(
    'neumann/targets',
    'N = 10 terms after the first, times the rate',
    { name: 'neumann', terms: 10 },
    follow,
    [0.7696140161, 0.37017905],
  ),
  hypergradient(
    'implicit/targets',
    'the implicit function theorem at weights that are not at rest',
    { name: 'conjugate-gradient', steps: 2 },
    follow,
    [1.1215766546, 0.8584859224],
  ),
  hypergradient(
    'implicit/at-rest',
    'the implicit function theorem where it holds',
    { name: 'conjugate-gradient', steps: 1 },
    atRest(0.1, 1),
    [6],
    { tolerance: rounding },
  ),
  hypergradient(
    'nystrom/at-rest',
    'all rows, damping 0.5: 6 · 2/(2 + 0.5)',
    { name: 'nystrom', rank: 1, damping: 0.5 },
    atRest(0.1, 1),
    [4.8],
    { tolerance: rounding },
  ),
  hypergradient('soba/at-rest', 'v comes to rest at −H⁻¹∇f', 'soba', atRest(0.1, 400), [6], {
    tolerance: rounding,
  }),
  ...[1, 10, 1000].map((multiplier) =>
    hypergradient(
      `f2sa/multiplier-${multiplier}`,
      `6μa/(μa + b) for μ = ${multiplier}, a = 2, b = 3`,
      { name: 'f2sa', rate: 0.4, multiplier, growth: 0 },
      atRest(0.1, 200),
      [(6 * multiplier * 2) / (multiplier * 2 + 3)],
      // A difference of gradients times μ: float32 keeps as many digits fewer.
      { tolerance: rounding, ...(multiplier > 10 ? { single: 1e-3 } : {}) },
    ),
  ),
  hypergradient(
    'sama/at-rest',
    'one step with H taken for I: twice the truth where the curvature is 2',
    'sama',
    atRest(1, 1),
    [12],
    { tolerance: 1e-9, single: 1e-4 },
  ),
];

/** All cases, conjugate gradients first. */
export const conformanceCases: readonly ConformanceCase[] = [...solves, ...hypergradients];
