/** @file What the graphs of an inner problem are asked for, and what they give. */
import type { Tensor } from '@longhorizon/tensor';

/** Where and on which data Φ is evaluated; each part has the obvious default. */
export interface UpdateOptions {
  /** D, where it is not the step's own batch. */
  readonly batch?: Tensor | undefined;
  /** Number of the step; the running one when left out. */
  readonly step?: Tensor;
  /** λ, where it is not the problem's own. */
  readonly lambda?: Tensor;
}

/** αA and αB at one point. */
export interface Products<Alpha> {
  /** αA: the cotangent before the step. */
  readonly A: Alpha;
  /** αB, shaped like λ; zeros where λ does not enter the update. */
  readonly B: Tensor;
}

/** The outer loss at one point, with its gradients by w and by λ. */
export interface OuterGradients {
  /** L^val, the mean over the tasks. */
  readonly loss: Tensor;
  /** α = ∂L^val/∂w, shaped like w. */
  readonly alpha: Tensor;
  /** g^FO = ∂L^val/∂λ at fixed w; zeros where λ does not enter the outer loss. */
  readonly direct: Tensor;
}
