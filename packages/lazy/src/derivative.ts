/** @file The teacher's derivative: one product through one step, for the start and for the steps' own λ together. */
import type { Inner } from '@longhorizon/bilevel/authoring';
import { add, type Tensor } from '@longhorizon/tensor';
import type { LeapGraph } from './variants.ts';

/**
 * v ∂φ^T/∂λ = (rest + μA) ∂w_0/∂λ + μB, where A = ∂Φ/∂w and B = ∂Φ/∂λ at the point at which the variant is linear.
 *
 * @param v ∇V at the teacher, shaped like w
 */
export function derivativeOf(inner: Inner, graph: LeapGraph, v: Tensor): Tensor {
  const { mu, rest, reachesStart } = graph.cotangents(v);
  const { A, B } = inner.weightProducts(graph.at, mu, { step: graph.step });
  const parts = [...(rest === undefined ? [] : [rest]), ...(reachesStart ? [A] : [])];
  const ofStart = parts.length === 2 ? add(parts[0]!, parts[1]!) : parts[0];
  return ofStart === undefined ? B : add(inner.startProduct(ofStart), B);
}
