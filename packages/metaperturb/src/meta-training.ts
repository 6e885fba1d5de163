/**
 * @file Meta-training: networks of many tasks side by side, and one φ for all of them, trained together.
 *
 *     θ_t ← θ_t − Adam of ∇_θ L^train_t(θ_t, φ)            every task by itself
 *     φ  ← φ  − Adam of (1/T) Σ_t ∇_φ L^val_t(θ_t, φ)      at the new θ_t, nothing through their update
 *
 * Source: Ryu et al. (NeurIPS 2020) as its released code does it; joint online training in place of the nominal bilevel problem, which
 * `metaPerturbProblem` states.
 */
import { adam, crossEntropy, type Model, type Optimiser, type State } from '@longhorizon/nn';
import {
  foldIn,
  mean,
  splitKey,
  state,
  stopGradient,
  sum,
  type Tensor,
  valueAndGradWithAuxiliary,
  vmap,
} from '@longhorizon/tensor';
import { perturbed } from './perturbed.ts';
import { phiLayout } from './phi.ts';

/** A source task, as far as its head is concerned. */
export interface SourceTask {
  readonly name: string;
  readonly classes: number;
}

/** What meta-training depends on beside data. */
export interface MetaTrainingOptions {
  /** The network of every task. */
  readonly host: Model;
  readonly tasks: readonly SourceTask[];
  /** Of θ; Adam at 0.001 with L2 decay 5e-4 when left out, as released. */
  readonly optimiser?: Optimiser;
  /** Of φ; the same when left out. */
  readonly phiOptimiser?: Optimiser;
  /** c; 100 when left out. */
  readonly clip?: number;
}

/** What meta-training carries from step to step; leaves are tensors, or their declarations. */
export interface MetaCarry<Leaf> {
  /** θ, [tasks, length]. */
  readonly w: Leaf;
  readonly wState: Readonly<Record<string, Leaf>>;
  /** Running statistics of batch norm and of the perturbations, [tasks, length]. */
  readonly statistics: Leaf;
  /** φ, a vector of `phiLayout`. */
  readonly phi: Leaf;
  readonly phiState: Readonly<Record<string, Leaf>>;
}

/** Examples of one step: x [tasks, batch, ...example] and labels u32 [tasks, batch], to learn from and to be judged on. */
export interface MetaBatch {
  readonly train: readonly [x: Tensor, labels: Tensor];
  readonly validation: readonly [x: Tensor, labels: Tensor];
}

/** One step: the next carry, and the losses of every task before and after the update of θ, [tasks] each. */
export interface MetaStep {
  readonly carry: MetaCarry<Tensor>;
  readonly trainLoss: Tensor;
  readonly validationLoss: Tensor;
}

const released = (): Optimiser => adam({ rate: 1e-3, weightDecay: 5e-4 });

/** Meta-training as declarations and a step, for a `Loop` or for the reference. */
export interface MetaTraining {
  /** The perturbed host: θ and the layout of the statistics. */
  readonly model: Model;
  readonly carry: MetaCarry<ReturnType<typeof state>>;
  /**
   * @param key u32 [2], of this step alone: `foldIn(key, step)`
   * @param step number of the step, u32 of shape []
   */
  step(carry: MetaCarry<Tensor>, batch: MetaBatch, key: Tensor, step: Tensor): MetaStep;
}

/**
 * Declares meta-training over tasks side by side with one shared φ: each step updates every task's θ on its own batch, then φ on the mean of
 * their validation losses.
 *
 * @throws RangeError where the tasks have other numbers of classes than the head, or there are none
 */
export function metaTraining(options: MetaTrainingOptions): MetaTraining {
  const { host, tasks, clip = 100 } = options;
  checkHeads(host, tasks);
  const optimiser = options.optimiser ?? released();
  const phiOptimiser = options.phiOptimiser ?? released();
  const count = tasks.length;
  // In the validation pass batch norm uses its running statistics; the perturbation stays in training, and updates its own once more.
  const trained = perturbed(host, { clip });
  const judged = perturbed(host, { clip, statistics: 'batch' });
  const shape = [count, host.layout.paddedLength];
  const phiShape = [phiLayout.paddedLength];
  const losses = vmap((outputs: Tensor, labels: Tensor) => crossEntropy(outputs, labels));
  const pass = (
    model: Model,
    mode: 'train' | 'evaluate',
    { w, phi, statistics }: Pick<MetaCarry<Tensor>, 'w' | 'phi' | 'statistics'>,
    [x, labels]: MetaBatch['train'],
    key: Tensor,
  ) => {
    const applied = model.apply(
      [
        [host.layout, w],
        [phiLayout, phi],
      ],
      x,
      { mode, statistics, key: splitKey(key, count, 'task') },
    );
    return { losses: losses(applied.outputs, labels), statistics: applied.statistics! };
  };
  return {
    model: trained,
    carry: {
      w: state(shape),
      wState: optimiser.state(shape),
      statistics: state([count, trained.statistics!.paddedLength]),
      phi: state(phiShape),
      phiState: phiOptimiser.state(phiShape),
    },
    step: (carry, batch, key, step) => {
      const [, gradient, [trainLoss, statistics]] = valueAndGradWithAuxiliary((w: Tensor) => {
        const made = pass(trained, 'train', { ...carry, w }, batch.train, foldIn(key, 0, 'train'));
        return [sum(made.losses), [made.losses, made.statistics] as const] as const;
      })(carry.w);
      const next = optimiser.update(carry.w, gradient, carry.wState as State<string>, step);
      const held = { w: stopGradient(next.w), statistics: stopGradient(statistics) };
      const [, phiGradient, [validationLoss, after]] = valueAndGradWithAuxiliary((phi: Tensor) => {
        const made = pass(
          judged,
          'evaluate',
          { ...held, phi },
          batch.validation,
          foldIn(key, 0, 'validation'),
        );
        return [mean(made.losses), [made.losses, made.statistics] as const] as const;
      })(carry.phi);
      const nextPhi = phiOptimiser.update(carry.phi, phiGradient, carry.phiState as State<string>, step);
      return {
        carry: {
          w: next.w,
          wState: next.state,
          statistics: after,
          phi: nextPhi.w,
          phiState: nextPhi.state,
        },
        trainLoss,
        validationLoss,
      };
    },
  };
}

/** @throws RangeError where tasks do not fit one head, or there are none */
export function checkHeads(host: Model, tasks: readonly SourceTask[]): void {
  if (tasks.length === 0)
    throw new RangeError('meta-training: there is no task to learn from; give one or more.');
  const others = tasks.filter(({ classes }) => classes !== host.outputs);
  if (others.length > 0)
    throw new RangeError(
      `meta-training: ${host.name} has a head for ${host.outputs} classes, but ${others.map(({ name, classes }) => `'${name}' has ${classes}`).join(', ')}; draw the same number of classes for every task.`,
    );
}
