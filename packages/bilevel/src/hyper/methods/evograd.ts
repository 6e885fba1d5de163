/** @file EvoGrad: a hypergradient from one evolutionary step, without second derivatives. */
import {
  add,
  broadcastTo,
  concat,
  foldIn,
  multiply,
  normal,
  onesLike,
  randomKey,
  reshape,
  sign,
  slice,
  softmax,
  stepIndex,
  subtract,
  sum,
  type Tensor,
  vjp,
  vmap,
  zerosLike,
} from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';

/** Options of EvoGrad. */
export interface EvoGradOptions {
  /** K: copies of the weights. 2 when left out. */
  readonly copies?: number;
  /** σ: size of the perturbations. 0.001 when left out. */
  readonly deviation?: number;
  /** τ: temperature of the softmax over the copies' losses. 0.05 when left out. */
  readonly temperature?: number;
  /** Gaussian perturbations, as in the paper, or their signs, as in its Meta-Weight-Net experiments. */
  readonly noise?: 'gaussian' | 'sign';
  /** Seed of the perturbations. 0 when left out. */
  readonly seed?: number;
}

/**
 * θ_k = w + σε_k; ℓ_k = L^tr(θ_k, λ); ω = softmax(−ℓ/τ); θ* = Σ ω_k θ_k; g = dL^val(θ*, λ)/dλ, through ω alone. K losses with a first
 * derivative by λ, one gradient of the outer loss; a one-step method. Each task has a softmax of its own.
 */
export function evoGrad(options: EvoGradOptions = {}): Method {
  const { copies = 2, deviation = 0.001, temperature = 0.05, noise = 'gaussian', seed = 0 } = options;
  if (!(Number.isInteger(copies) && copies >= 2))
    throw new RangeError(`evograd: K = ${copies} copies were asked for; give a whole number of 2 or more.`);
  if (!(deviation > 0 && temperature > 0))
    throw new RangeError(
      `evograd: σ = ${deviation} and τ = ${temperature} were asked for; both must be above 0.`,
    );
  return {
    id: 'hyper/evograd',
    name: 'evograd',
    title: `EvoGrad (K = ${copies})`,
    source:
      'Bohdal et al., "EvoGrad: efficient gradient-based meta-learning and hyperparameter optimization", NeurIPS 2021, equations 3–6',
    complexity: { offline: '0 (K losses)', online: '0 (KT losses)', memory: 'O(Kd)' },
    form: 'online',
    exact: false,
    refuses: (facts) => {
      const { problem, inInnerLoss, inOuterLoss } = facts;
      return inInnerLoss || inOuterLoss
        ? undefined
        : `evograd: λ enters neither loss of problem '${problem.name}', only its optimiser, which this method does not run; use an unrolled method.`;
    },
    build: (inner) => {
      const { workspace, carry, lambda } = inner;
      const w = carry.w.tensor;
      const drawn = normal(foldIn(randomKey(seed), stepIndex()), [copies, ...w.shape]);
      const epsilon = noise === 'sign' ? sign(drawn) : drawn;
      const theta = add(w, multiply(deviation, epsilon));
      const losses = vmap((one: Tensor) => inner.innerLossesAt(one))(theta);
      // ω depends on differences of losses alone. Of the losses themselves, the derivatives by the ℓ_k would sum to a rounding instead of 0,
      // and a rounding times what all copies have in common is as large as σ times what they have not.
      const of = (from: number, to: number) =>
        slice(losses, [from, ...losses.shape.slice(1).map(() => 0)], [to, ...losses.shape.slice(1)]);
      const first = of(0, 1);
      const others = subtract(of(1, copies), first);
      const omega = softmax(multiply(concat([zerosLike(first), others], 0), -1 / temperature), 0);
      // ω is [K] or [K, tasks]; ε has one axis more. Since Σ ω = 1, θ* is w + σ Σ ω_k ε_k; as Σ ω_k θ_k, the derivative by ω_k would be
      // α·w + σα·ε_k, of which α·w cancels in the softmax and takes the digits of the rest with it.
      const weighted = multiply(broadcastTo(reshape(omega, [...omega.shape, 1]), epsilon.shape), epsilon);
      const mixture = add(w, multiply(deviation, sum(weighted, 0)));
      const loss = inner.outerLossAt(mixture, inner.afterThisStep);
      const [g] = vjp([loss], [lambda.tensor], [onesLike(loss)]);
      const computation = workspace.computation(
        'EvoGrad',
        inner.result(g ?? zerosLike(lambda.tensor), loss),
        {
          gradients: copies + 1,
        },
      );
      // The loss above is that of the mixture; a run is judged by that of its weights.
      const last = workspace.computation('outer loss', [[inner.outerLoss, inner.outerLossAt(w)]]);
      return {
        *hypergradient(t) {
          yield execute(computation, t - 1);
          if (t === inner.horizon) yield execute(last, t);
        },
      };
    },
  };
}
