/**
 * @file Rules that weigh the examples of a batch, as data. A rule names λ and says how coefficients c_i follow from it (every loss here is
 * Σ_i c_i ℓ_i), and what becomes of λ when ∂V/∂λ is known. How the derivative is taken is not its business: any method will do.
 */
import { adam, type Optimiser, perceptron } from '@longhorizon/nn';
import {
  add,
  broadcastTo,
  constant,
  divide,
  equal,
  maximum,
  multiply,
  negate,
  reshape,
  type Shape,
  type StateSpec,
  select,
  sigmoid,
  sum,
  type Tensor,
} from '@longhorizon/tensor';

/** What a rule may look at, for each example of a batch: [n] each. */
export interface Seen {
  /** ℓ_i; no derivative flows through it. */
  readonly losses: Tensor;
  /** w_{y_i}, the weight of its class. */
  readonly classWeights: Tensor;
}

export interface Reweighting {
  readonly name: string;
  /** Authors, venue, and the equations that it follows. */
  readonly source: string;
  /** λ: how many numbers, how they lie, and what they are at first. */
  readonly lambda: (batch: number) => { readonly size: number; readonly initial: Float32Array };
  /** λ belongs to one batch, and starts anew with the next. */
  readonly everyBatch: boolean;
  /** c_i of the virtual step, through which λ is learned. */
  readonly virtual: (lambda: Tensor, seen: Seen) => Tensor;
  /** c_i of a student's later steps, which see other batches. */
  readonly later: (lambda: Tensor, seen: Seen) => Tensor;
  /** What an update of λ keeps; nothing when left out. */
  readonly state?: (shape: Shape) => Readonly<Record<string, StateSpec>>;
  /** λ after ∂V/∂λ. */
  readonly update: (
    lambda: Tensor,
    hypergradient: Tensor,
    state: Readonly<Record<string, Tensor>>,
    step: Tensor,
  ) => { readonly lambda: Tensor; readonly state: Readonly<Record<string, Tensor>> };
  /** c_i of the real update. */
  readonly real: (lambda: Tensor, seen: Seen) => Tensor;
}

const uniform = ({ losses }: Seen): Tensor => broadcastTo(constant(1 / losses.shape[0]!), losses.shape);
const perExample = (weights: Tensor): Tensor => divide(weights, weights.shape[0]!);

/** ε, one number an example. */
const exampleWeights = (batch: number) => ({ size: batch, initial: new Float32Array(batch) });

/**
 * Two components: weights w_y of classes, and ε_i of examples. The virtual step goes along the *sum* of (w_{y_i} + ε_i) ℓ_i, the real
 * one along its mean; ε ← −0.01 ∂V/∂ε, neither clipped nor normalised, as in the released code.
 *
 * @param rate 0.01 when left out
 */
export function twoComponent({ rate = 0.01 }: { readonly rate?: number } = {}): Reweighting {
  const weights = (lambda: Tensor, seen: Seen) => add(seen.classWeights, lambda);
  return {
    name: 'two-component',
    source:
      'Jamal, Brown, Yang, Wang and Gong, "Rethinking class-balanced methods for long-tailed visual recognition from a domain adaptation perspective", CVPR 2020, algorithm 1 and released code',
    lambda: exampleWeights,
    everyBatch: true,
    virtual: weights,
    later: (_, seen) => seen.classWeights,
    update: (lambda, hypergradient) => ({
      lambda: add(lambda, multiply(hypergradient, -rate)),
      state: {},
    }),
    real: (lambda, seen) => perExample(weights(lambda, seen)),
  };
}

/**
 * L2RW: ε starts at 0, so the virtual step does not move, and V is differentiated where the model is; weights max(−∂V/∂ε_i, 0),
 * normalised to sum to 1. Where no example helps, all weights are 0 and the batch teaches nothing.
 *
 * A student takes its later steps along the plain mean: with ε = 0 there too it would stand still for ever.
 */
export function learningToReweight(): Reweighting {
  return {
    name: 'l2rw',
    source:
      'Ren, Zeng, Yang and Urtasun, "Learning to reweight examples for robust deep learning", ICML 2018, algorithm 1',
    lambda: exampleWeights,
    everyBatch: true,
    virtual: (epsilon) => epsilon,
    later: (_, seen) => uniform(seen),
    update: (_, hypergradient) => {
      const helpful = maximum(negate(hypergradient), 0);
      const total = sum(helpful);
      return { lambda: divide(helpful, select(equal(total, 0), 1, total)), state: {} };
    },
    real: (epsilon) => epsilon,
  };
}

export interface WeightNetOptions {
  /** Units of the perceptron, 100 when left out. */
  readonly hidden?: number;
  /** Of Adam, 0.001 when left out. */
  readonly rate?: number;
  /** Of the perceptron's start; 0 when left out. */
  readonly seed?: number;
}

/** Meta-Weight-Net: a perceptron 1–100–1 with a sigmoid turns the loss of an example into its weight; its parameters are λ, and last. */
export function weightNet({ hidden = 100, rate = 1e-3, seed = 0 }: WeightNetOptions = {}): Reweighting {
  const model = perceptron([1, hidden, 1]);
  const optimiser: Optimiser = adam({ rate });
  const weights = (lambda: Tensor, { losses }: Seen): Tensor => {
    const { outputs } = model.apply(lambda, reshape(losses, [losses.shape[0]!, 1]));
    return perExample(sigmoid(reshape(outputs, losses.shape)));
  };
  return {
    name: 'meta-weight-net',
    source:
      'Shu, Xie, Yi, Zhao, Zhou, Xu and Meng, "Meta-Weight-Net: learning an explicit mapping for sample weighting", NeurIPS 2019, equations 3 to 7',
    lambda: () => ({ size: model.layout.size, initial: model.initialise(seed) }),
    everyBatch: false,
    virtual: weights,
    later: weights,
    state: optimiser.state,
    update: (lambda, hypergradient, state, step) => {
      const updated = optimiser.update(lambda, hypergradient, state, step);
      return { lambda: updated.w, state: updated.state };
    },
    real: weights,
  };
}

/** Coefficients that nothing is learned for: the plain mean, or classes weighed by their effective number of examples. */
export const fixedWeights = {
  uniform,
  classBalanced: ({ classWeights }: Seen): Tensor => perExample(classWeights),
} as const;
export type FixedWeights = keyof typeof fixedWeights;
