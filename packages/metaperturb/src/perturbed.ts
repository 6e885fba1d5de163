/** @file A host network with perturbations at its sites. The host does not know of them: a wrapper makes another model of it. */
import { type Block, insertAtSites, type Model, type Scope, type Site, sitesOf } from '@longhorizon/nn';
import { add, foldIn, multiply, normal, reshape, stopGradient, type Tensor } from '@longhorizon/tensor';
import { type ChannelStatistics, checkKappa, perturbation } from './perturbation.ts';
import { phiName, phiParameters } from './phi.ts';

/** How a host is perturbed. */
export interface PerturbedOptions {
  /** κ in [0, 1], a number or a tensor of shape []; 1 when left out. */
  readonly kappa?: number | Tensor;
  /** c: results are cut off at it from above; none when left out. The released code trains with 100 and tests with none. */
  readonly clip?: number;
  /**
   * Statistics of the scale: those of the batch where the model trains and running ones where it is evaluated (`by-mode`, the default), or always
   * those of the batch, as the meta-step's validation pass does while batch norm is evaluated.
   */
  readonly statistics?: 'by-mode' | 'batch';
  /** cn; the channels of the last site when left out: 64 for a residual network, the filters of Conv4. */
  readonly channelNorm?: number;
  /** sn; the height of the host's images when left out. 1 for a perceptron. */
  readonly spatialNorm?: number;
}

/** Of the batch in the running statistics. */
const MOMENTUM = 0.1;

/** Features as images: those of a perceptron are 1 × 1. */
const asImages = (x: Tensor): Tensor =>
  x.shape.length === 4 ? x : reshape(x, [x.shape[0]!, 1, 1, x.shape.at(-1)!]);

/**
 * The host with MetaPerturb before each of its activations, in residual networks before the one that ends a block. φ are parameters of the part
 * `perturbation`, shared by all sites; each site keeps running statistics of its own. The noise is drawn from `key`, in training and in evaluation.
 *
 * @throws RangeError for a host without sites, or a κ outside [0, 1]
 *
 * @example
 * ```ts
 * import { authorsPhi, perturbed, phiLayout } from '@longhorizon/metaperturb';
 * import { perceptron } from '@longhorizon/nn';
 * import { array, evaluate, randomKey } from '@longhorizon/tensor';
 *
 * const host = perceptron([2, 8, 3]);
 * const model = perturbed(host);
 * const parts = [[host.layout, array(host.initialise(0))], [phiLayout, array(authorsPhi())]] as const;
 * const { outputs } = model.apply(parts, array([1, -1, 0, 2], [2, 2]), { key: randomKey(1) });
 * console.assert(evaluate([outputs], new Map())[0].data.length === 6);
 * ```
 */
export function perturbed(host: Model, options: PerturbedOptions = {}): Model {
  const { kappa = 1 } = options;
  checkKappa(kappa);
  const last = sitesOf(host).at(-1);
  const channelNorm = options.channelNorm ?? last?.shape.at(-1) ?? 1;
  const spatialNorm = options.spatialNorm ?? (host.inputShape.length === 3 ? host.inputShape[0]! : 1);
  return insertAtSites(host, `perturbed ${host.name}`, (site) =>
    perturbationBlock(site, { ...options, kappa, channelNorm, spatialNorm }),
  );
}

type BlockOptions = PerturbedOptions & {
  readonly kappa: number | Tensor;
  readonly channelNorm: number;
  readonly spatialNorm: number;
};

function perturbationBlock(site: Site, options: BlockOptions): Block {
  const { kappa, clip, channelNorm, spatialNorm, statistics = 'by-mode' } = options;
  const name = `perturbation${site.index + 1}`;
  const [meanName, varianceName] = [`${name}.mean`, `${name}.variance`];
  const shape = [site.shape.at(-1)!, 4];
  const keptIn = ({ running }: Scope): ChannelStatistics | undefined =>
    running === undefined ? undefined : { mean: running(meanName), variance: running(varianceName) };
  return {
    parameters: phiParameters,
    statistics: [
      { name: meanName, shape, start: 0 },
      { name: varianceName, shape, start: 1 },
    ],
    apply: (scope, features) => {
      const { parameter, mode, key, fresh } = scope;
      if (key === undefined)
        throw new TypeError(
          `perturbation ${site.index + 1}: it is noise, in training and in evaluation, and no key was given; pass { key: foldIn(key, step) }.`,
        );
      const byBatch = mode === 'train' || statistics === 'batch';
      const kept = keptIn(scope);
      if (!byBatch && kept === undefined)
        throw new TypeError(
          `perturbation ${site.index + 1} is evaluated by its running statistics, and none were given; pass { statistics }.`,
        );
      const x = asImages(features);
      const epsilon = normal(foldIn(key, 0, name), x.shape);
      const made = perturbation(x, (part) => parameter(phiName(part)), epsilon, {
        channelNorm,
        spatialNorm,
        kappa,
        clip,
        ...(byBatch ? {} : { statistics: kept! }),
      });
      if (byBatch && kept !== undefined) {
        const next = runningAfter(kept, made.statistics, x.shape[0]!);
        fresh.set(meanName, next.mean);
        fresh.set(varianceName, next.variance);
      }
      return reshape(made.y, features.shape);
    },
  };
}

/**
 * Running statistics after a batch. The released code corrects the variance twice: v is divided by B − 1 already, and is multiplied by
 * B/(B − 1) once more. No derivative flows into them.
 */
export function runningAfter(
  kept: ChannelStatistics,
  batch: ChannelStatistics,
  examples: number,
): ChannelStatistics {
  const blend = (old: Tensor, fresh: Tensor, weight: number) =>
    add(multiply(old, 1 - MOMENTUM), multiply(stopGradient(fresh), weight));
  return {
    mean: blend(kept.mean, batch.mean, MOMENTUM),
    variance: blend(kept.variance, batch.variance, MOMENTUM * (examples / (examples - 1))),
  };
}
