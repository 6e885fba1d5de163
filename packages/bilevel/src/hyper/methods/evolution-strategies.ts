/**
 * @file Hypergradients from losses alone: pairs of inner optimisations with λ ± ε travel beside the one that is trained, and how their losses part
 * says where λ should go. NRES and PES are unbiased for the smoothed objective E_ε[L^val(w_T(λ + ε), λ + ε)], TES is as biased as truncation is.
 */
import {
  add,
  broadcastTo,
  concat,
  expandAxes,
  foldIn,
  multiply,
  normal,
  randomKey,
  reshape,
  type Shape,
  slice,
  stepIndex,
  subtract,
  sum,
  type Tensor,
  vmap,
  zerosLike,
} from '@longhorizon/tensor';
import { execute, type Variable } from '../../workspace/workspace.ts';
import type { Inner } from '../inner.ts';
import type { Algorithm, Method } from '../method.ts';
import { piecesOf, rowsOf } from '../pieces.ts';

/** Options of the estimators by evolution strategies. */
export interface EvolutionStrategiesOptions {
  /** N: pairs of perturbed inner optimisations. 4 when left out. */
  readonly particles?: number;
  /** W: inner steps of a window, after which λ may be updated; at most T. 10 when left out. */
  readonly window?: number;
  /** σ: standard deviation of ε. 0.1 when left out. */
  readonly deviation?: number;
  /** Pairs whose weights lie in one array; all N when left out. What is found does not depend on it, to the bit. */
  readonly chunk?: number;
  /** Seed of ε. 0 when left out. */
  readonly seed?: number;
  /**
   * ε/σ of window k of the episode, [N, p], where it is not drawn from a normal distribution: a function of its shape and of the window's number, u32.
   */
  readonly noise?: (shape: Shape, window: Tensor) => Tensor;
}

interface Family {
  readonly name: 'nres' | 'pes' | 'tes';
  readonly title: string;
  readonly source: string;
  /** Whether a window draws an ε of its own. */
  readonly isDrawnAnew: boolean;
  /** Whether the products are taken with the sum of all ε of the episode. */
  readonly isSummed: boolean;
  /** Whether a window begins where the unperturbed weights are. */
  readonly isTruncated: boolean;
}

const nresFamily: Family = {
  name: 'nres',
  title: 'NRES',
  source:
    'Li et al., "Variance-reduced gradient estimation via noise-reuse in online evolution strategies", NeurIPS 2023, arXiv 2304.12180',
  isDrawnAnew: false,
  isSummed: false,
  isTruncated: false,
};
const pesFamily: Family = {
  name: 'pes',
  title: 'PES',
  source:
    'Vicol, Metz and Sohl-Dickstein, "Unbiased gradient estimation in unrolled computation graphs with persistent evolution strategies", ICML 2021, arXiv 2112.13835',
  isDrawnAnew: true,
  isSummed: true,
  isTruncated: false,
};
const tesFamily: Family = {
  name: 'tes',
  title: 'TES',
  source: pesFamily.source,
  isDrawnAnew: true,
  isSummed: false,
  isTruncated: true,
};

/**
 * NRES: an ε for the whole episode; window by window, g = mean over the pairs of ε (ΔL⁺ − ΔL⁻)/(2σ²), ΔL being the growth of L^val over the window, so
 * that the windows of an episode add up to the smoothed derivative of L^val(w_T). ES-Single (arXiv 2304.11153) is the same estimator. Its variance
 * does not grow with the number of windows.
 *
 * @throws RangeError for options outside their ranges
 */
export const nres = (options: EvolutionStrategiesOptions = {}): Method => estimator(nresFamily, options);

/**
 * PES: an ε for each window, and the product is taken with the sum of those of the episode so far. Unbiased; its variance grows with the number
 * of windows.
 *
 * @throws RangeError for options outside their ranges
 */
export const pes = (options: EvolutionStrategiesOptions = {}): Method => estimator(pesFamily, options);

/**
 * TES: an ε for each window, both branches beginning at the unperturbed weights. What an earlier window did to the weights is left out: the
 * control for NRES and PES.
 *
 * @throws RangeError for options outside their ranges
 */
export const tes = (options: EvolutionStrategiesOptions = {}): Method => estimator(tesFamily, options);

function estimator(family: Family, options: EvolutionStrategiesOptions): Method {
  const { particles = 4, window = 10, deviation = 0.1 } = options;
  const { name, title, source } = family;
  if (!(Number.isInteger(particles) && particles >= 1))
    throw new RangeError(
      `${name}: N = ${particles} pairs of particles were asked for; give a whole number of 1 or more.`,
    );
  if (!(Number.isInteger(window) && window >= 1))
    throw new RangeError(
      `${name}: a window of W = ${window} steps was asked for; give a whole number of 1 or more.`,
    );
  piecesOf(name, particles, options.chunk);
  if (!(deviation > 0)) throw new RangeError(`${name}: σ = ${deviation} was asked for; it must be above 0.`);
  return {
    id: `hyper/${name}`,
    name,
    title: `${title} (N = ${particles}, W = ${window}, σ = ${deviation})`,
    source,
    complexity: {
      offline: '0 (2NT gradients)',
      online: '0 (2NT gradients)',
      memory: 'O(N(d + p))',
    },
    form: 'online',
    exact: false,
    needsNoDerivatives: true,
    refuses: (_, horizon) =>
      window > horizon
        ? `${name}: a window of W = ${window} steps is longer than the horizon, T = ${horizon}; give W ≤ ${horizon}.`
        : undefined,
    build: (inner) => declare(inner, family, options, { particles, window, deviation }),
  };
}

function declare(
  inner: Inner,
  { name, isDrawnAnew, isSummed, isTruncated }: Family,
  { seed = 0, noise, chunk }: EvolutionStrategiesOptions,
  sizes: { readonly particles: number; readonly window: number; readonly deviation: number },
): Algorithm {
  const { workspace, carry, lambda, horizon } = inner;
  const { particles: N, window: W, deviation: sigma } = sizes;
  const windows = Math.ceil(horizon / W);
  const p = lambda.shape[0]!;
  const epsilon = workspace.variable('ε', [N, p], { class: 'tangents' });
  const xi = isSummed ? workspace.variable('Σ ε', [N, p], { class: 'tangents' }) : epsilon;
  const total = workspace.variable('Σ windows', [p], { class: 'hyperparameters' });
  const carried = Object.entries(carry.state);
  const originals = [carry.w, ...carried.map(([, variable]) => variable)];
  const pieces = piecesOf(name, N, chunk).map((piece) => {
    const rows = 2 * (piece.to - piece.from);
    const losses = workspace.variable('losses of the particles', [rows]);
    const moving = originals.map((variable) =>
      workspace.variable(`${variable.name} of the particles`, [rows, ...variable.shape], {
        dtype: variable.dtype,
        class: 'tangents',
      }),
    );
    const own = rowsOf(epsilon.tensor, piece);
    return { losses, moving, pairs: concat([add(lambda.tensor, own), subtract(lambda.tensor, own)], 0) };
  });

  // Executed with the number of the window since the run began, from which the noise is drawn.
  const key = foldIn(randomKey(seed), stepIndex());
  const drawn = multiply(sigma, noise?.([N, p], stepIndex()) ?? normal(key, [N, p]));
  const summed = (before: Tensor): [Variable, Tensor][] => (isSummed ? [[xi, add(before, drawn)]] : []);
  const draw = workspace.computation('ε', [[epsilon, drawn], ...summed(xi.tensor)]);
  const drawFirst = isSummed
    ? workspace.computation('the first ε', [[epsilon, drawn], ...summed(zerosLike(xi.tensor))])
    : draw;
  const gather = workspace.computation(
    'particles at the weights',
    pieces.flatMap(({ moving }) =>
      moving.map((variable, k): [Variable, Tensor] => [
        variable,
        broadcastTo(expandAxes(originals[k]!.tensor, 0), variable.shape),
      ]),
    ),
  );
  const begin = workspace.computation('no windows', [
    [total, zerosLike(total.tensor)],
    ...pieces.map(({ losses }): [Variable, Tensor] => [losses, zerosLike(losses.tensor)]),
  ]);

  const push = vmap((...one: Tensor[]) => {
    const [w, ...rest] = one.slice(0, -1);
    const state = Object.fromEntries(carried.map(([name], k) => [name, rest[k]!]));
    const next = inner.phi({ w: w!, state }, { lambda: one.at(-1)! });
    return [next.w, ...carried.map(([name]) => next.state[name]!)];
  });
  const step = workspace.computation(
    'inner steps of the weights and the particles',
    [
      ...inner.updatesOf(carry, inner.phi(inner.pointOf(carry))),
      ...pieces.flatMap(({ moving, pairs }) => {
        const next = push(...moving.map(({ tensor }) => tensor), pairs);
        return moving.map((variable, k): [Variable, Tensor] => [variable, next[k]!]);
      }),
    ],
    { gradients: 2 * N + 1 },
  );

  const lossOf = vmap((w: Tensor, one: Tensor) => inner.outerLossAt(w, stepIndex(), one));
  const ends = pieces.map(({ losses, moving, pairs }) => {
    const found = lossOf(moving[0]!.tensor, pairs);
    const growth = isTruncated ? found : subtract(found, losses.tensor);
    const count = losses.shape[0]! / 2;
    const half = (from: number) => slice(growth, [from], [from + count]);
    const parting = multiply(subtract(half(0), half(count)), 1 / (2 * sigma ** 2 * N));
    return { parting, update: [losses, found] as [Variable, Tensor] };
  });
  const partings = ends.map(({ parting }) => parting);
  const parting = partings.length === 1 ? partings[0]! : concat(partings, 0);
  const product = sum(multiply(reshape(parting, [N, 1]), xi.tensor), 0);
  const finish = workspace.computation('losses of a window', [
    [total, add(total.tensor, product)],
    ...ends.map(({ update }) => update),
  ]);
  const loss = inner.outerLossAt(carry.w.tensor);
  const deliver = workspace.computation('the windows since the last update', [
    ...inner.result(total.tensor, loss),
    [total, zerosLike(total.tensor)],
  ]);
  let drawnBefore = 0;
  return {
    begin: ({ episode }) => {
      drawnBefore = episode * windows;
      return [execute(begin, 0)];
    },
    *before(t) {
      const opens = (t - 1) % W === 0;
      if (t === 1 || (opens && isDrawnAnew))
        yield execute(t === 1 ? drawFirst : draw, drawnBefore + (t - 1) / W);
      if (t === 1 || (opens && isTruncated)) yield execute(gather, 0);
    },
    step: (t) => [execute(step, t - 1)],
    after: (t) => (t % W === 0 || t === horizon ? [execute(finish, t)] : []),
    updatesAfter: (t) => t % W === 0 || t === horizon,
    hypergradient: (t) => [execute(deliver, t)],
  };
}
