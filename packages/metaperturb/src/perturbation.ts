/**
 * @file The perturbation itself: a feature map times positive noise that depends on it, with one φ for any number of channels.
 *
 * Source: Ryu, Shin, Lee and Hwang, "MetaPerturb: transferable regularizer for heterogeneous tasks and architectures" (NeurIPS 2020), as
 * its released code computes it.
 */
import {
  add,
  array,
  checkpoint,
  constant,
  depthwiseConv2d,
  mean,
  minimum,
  multiply,
  relu,
  reshape,
  ShapeError,
  sigmoid,
  slice,
  softplus,
  square,
  subtract,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import { sameShape, showShape } from '@longhorizon/tensor/compiler';
import type { PhiTensors } from './phi.ts';
import { rectifiedMeans } from './rectified-means.ts';

/** Mean and variance, over the batch, of the four statistics of each channel: [C, 4] each. */
export interface ChannelStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** What a perturbation depends on beside its input and its noise. */
export interface PerturbationOptions {
  /** cn and sn: what the number of channels and the height of the features are divided by. */
  readonly channelNorm: number;
  readonly spatialNorm: number;
  /** κ in [0, 1]: 0 leaves the features alone. 1 when left out. */
  readonly kappa?: number | Tensor;
  /** c: what the result is cut off at, from above. */
  readonly clip?: number | undefined;
  /** Statistics to use in place of the batch's own. */
  readonly statistics?: ChannelStatistics;
}

/** Every intermediate value of a perturbation, in the paper's and the released code's symbols. */
export interface Perturbed {
  /** [B, H, W, C]: the result. */
  readonly y: Tensor;
  /** [B, H, W, C]: μ, z and the multiplier r. */
  readonly mu: Tensor;
  readonly z: Tensor;
  readonly r: Tensor;
  /** [C]: what the sigmoid is taken of, and the scale s. */
  readonly logit: Tensor;
  readonly s: Tensor;
  /** [B, C, 4]; absent where statistics were given. */
  readonly h: Tensor | undefined;
  /** m and v. */
  readonly statistics: ChannelStatistics;
}

/** Images [B, H, W, C], every channel by itself through one filter [3, 3], zeros around. */
const filtered = (u: Tensor, filter: Tensor): Tensor =>
  depthwiseConv2d(u, reshape(filter, [3, 3, 1]), { padding: 1 });

/** Equi(u; own, all): every channel through one filter, the mean of the channels through another. u [B, H, W, C] */
function equivariant(u: Tensor, own: Tensor, all: Tensor): Tensor {
  return add(filtered(u, own), filtered(mean(u, 3, { keep: true }), all));
}

/** μ. What lies between is computed again in the backward pass: it costs two stencils, and would be another array of the features' size. */
const meanOfNoise = checkpoint((x: Tensor, own1: Tensor, all1: Tensor, own2: Tensor, all2: Tensor) =>
  equivariant(relu(equivariant(x, own1, all1)), own2, all2),
);

/** m and v of a batch: means, and variances divided by B − 1. */
function statisticsOf(h: Tensor): ChannelStatistics {
  const batch = h.shape[0]!;
  if (batch < 2)
    throw new ShapeError(
      'perturbation: the scale needs the variance over the batch, and a batch of 1 has none; train with batches of 2 examples or more.',
    );
  const centre = mean(h, 0);
  return { mean: centre, variance: multiply(sum(square(subtract(h, centre)), 0), 1 / (batch - 1)) };
}

/** r = κ(s·z − 1) + 1 */
const multiplierOf = (s: Tensor, z: Tensor, kappa: number | Tensor): Tensor =>
  add(multiply(kappa, subtract(multiply(s, z), 1)), 1);

const cut = (y: Tensor, clip: number | undefined): Tensor => (clip === undefined ? y : minimum(y, clip));

/** @throws RangeError where a κ that is a number lies outside [0, 1] */
export function checkKappa(kappa: number | Tensor): void {
  if (typeof kappa === 'number' && !(kappa >= 0 && kappa <= 1))
    throw new RangeError(`perturbation: a κ of ${kappa} was asked for; give a number from 0 to 1.`);
}

/**
 * y = min((κ(s·z − 1) + 1)·x, c), where z = softplus(μ(x) + ε) and s is one scale a channel.
 *
 * @param x features [B, H, W, C], before their activation
 * @param phi φ by name
 * @param epsilon ε: standard normal, of x's shape
 */
export function perturbation(
  x: Tensor,
  phi: PhiTensors,
  epsilon: Tensor,
  options: PerturbationOptions,
): Perturbed {
  const { channelNorm, spatialNorm, kappa = 1, clip, statistics: given } = options;
  checkKappa(kappa);
  if (x.shape.length !== 4 || !sameShape(x.shape, epsilon.shape))
    throw new ShapeError(
      `perturbation: the features are ${showShape(x.shape)} and the noise is ${showShape(epsilon.shape)}; both are [batch, height, width, channels].`,
    );
  const [, height, , channels] = x.shape as readonly [number, number, number, number];
  const mu = meanOfNoise(
    x,
    phi('equivariant1.own'),
    phi('equivariant1.all'),
    phi('equivariant2.own'),
    phi('equivariant2.all'),
  );
  const noisy = add(mu, epsilon);
  const z = softplus(noisy);
  const h = given === undefined ? rectifiedMeans(x, phi('statistics')) : undefined;
  const statistics = given ?? statisticsOf(h!);
  const weight = phi('scale');
  const part = (from: number, to: number) => slice(weight, [from], [to]);
  const sizes = multiply(part(8, 10), array([channels / channelNorm, height / spatialNorm]));
  const logit = add(
    add(sum(multiply(statistics.mean, part(0, 4)), 1), sum(multiply(statistics.variance, part(4, 8)), 1)),
    sum(sizes),
  );
  const s = sigmoid(logit);
  const r = multiplierOf(s, z, kappa);
  // With κ = 0 the features are handed on as they are, so that the host's kernels stay the host's, bit for bit.
  const product =
    kappa === 0
      ? x
      : checkpoint((features: Tensor, of: Tensor, scale: Tensor, share: Tensor) =>
          cut(multiply(multiplierOf(scale, softplus(of), share), features), clip),
        )(x, noisy, s, typeof kappa === 'number' ? constant(kappa) : kappa);
  return { y: kappa === 0 ? cut(x, clip) : product, mu, z, r, logit, s, h, statistics };
}
