/** @file What a problem's graphs say of it: where λ acts. Derived, never declared. */
import { onesLike, type Tensor, vjp } from '@longhorizon/tensor';
import { dependsOn } from '@longhorizon/tensor/compiler';
import type { Problem } from '../problem/problem.ts';
import type { Inner } from './inner.ts';

/** What a problem's graph shows, by which a method decides whether it admits the problem. */
export interface Facts {
  readonly problem: Problem;
  /** λ changes L^val(w, λ) at fixed w. */
  readonly inOuterLoss: boolean;
  /** λ changes Φ(w, λ; D), through the loss or through the optimiser. */
  readonly inUpdate: boolean;
  /** λ changes L^tr(w, λ; D) itself, so that the minimiser depends on it. */
  readonly inInnerLoss: boolean;
  /** λ changes w_0: the weights begin at a function of it. */
  readonly inStart: boolean;
  /** The update reads λ, but only through operations that have no derivative. */
  readonly updateHidesLambda: boolean;
  /** The update or the outer loss reads λ, whether it has a derivative or not. */
  readonly readsLambda: boolean;
  /** A derivative flows from w_{t−1} to w_t. */
  readonly updateFollowsWeights: boolean;
  /** The update takes ∇_w L^tr to the new weights, as `descend` does. */
  readonly updateFollowsGradient: boolean;
}

/** Reads off the graphs of a problem what its losses and its update depend on. */
export function factsOf(inner: Inner): Facts {
  const { problem, lambda, carry } = inner;
  const point = inner.pointOf(carry);
  const { next, along } = inner.phiAlong(point);
  const after = [next.w, ...Object.values(next.state)];
  const outputs = after.filter(({ dtype }) => dtype === 'f32');
  const outerLoss = inner.outerLossAt(point.w);
  const flows = (from: readonly Tensor[], to: Tensor) =>
    vjp(
      from,
      [to],
      from.map((tensor) => onesLike(tensor)),
    )[0] !== undefined;
  const inUpdate = flows(outputs, lambda.tensor);
  return {
    problem,
    inOuterLoss: flows([outerLoss], lambda.tensor),
    inUpdate,
    inStart: inner.initial === undefined && flows([inner.start], lambda.tensor),
    inInnerLoss: flows([inner.innerLossAt(point.w)], lambda.tensor),
    updateHidesLambda: !inUpdate && dependsOn(outputs, [lambda.tensor]),
    readsLambda: dependsOn([...after, outerLoss], [lambda.tensor]),
    updateFollowsWeights: flows([next.w], carry.w.tensor),
    updateFollowsGradient: along !== undefined && flows([next.w], along.gradient),
  };
}

/** Why no method can run on a problem, or none that takes derivatives. */
export function refusalOfAll(
  { needsNoDerivatives }: { readonly needsNoDerivatives?: true },
  facts: Facts,
): string | undefined {
  const { problem, inOuterLoss, inUpdate, inStart, readsLambda, updateHidesLambda, updateFollowsWeights } =
    facts;
  const name = `problem '${problem.name}'`;
  if (needsNoDerivatives && readsLambda) return undefined;
  if (!updateFollowsWeights)
    return `${name}: no derivative flows from the weights before a step to those after it; write the update in operations that have derivatives (floor, sign, comparisons and stopGradient have none), or take an estimate from losses alone: NRES, PES.`;
  if (problem.start !== undefined && !inStart)
    return `${name}: no derivative flows from λ to where the weights begin; write start(λ) in operations that have derivatives, or give initial.weights in its place.`;
  if (inUpdate || inOuterLoss || inStart) return undefined;
  if (updateHidesLambda)
    return `${name}: the update reads λ only through operations that have no derivative (floor, sign, comparisons, stopGradient), so its hypergradient is zero everywhere; use a smooth function of λ, or take an estimate from losses alone: NRES, PES.`;
  return `${name}: neither the update nor the outer loss depends on λ, so there is nothing to learn; let λ enter the inner loss, the optimiser, the outer loss or the start of the weights.`;
}

/** Why a method that looks at steps alone cannot run where the weights begin at a function of λ; undefined where they do not. */
export function refusalOfStart(
  { name, followsStart }: { readonly name: string; readonly followsStart?: true },
  { problem, inStart }: Facts,
): string | undefined {
  return inStart && followsStart !== true
    ? `${name}: in problem '${problem.name}' the weights begin at a function of λ, and this method does not follow them back to there; use exact reverse mode, FOMAML, Lazy or another method for a learned start.`
    : undefined;
}
