/** @file What a cell takes, as a formula in T, p and the method: the shape only, which records put right (see `estimator` of the harness). */
import type { CellConfig, CellEstimate } from '@longhorizon/harness';
import type { HyperFamily } from '../methods/hyper-method.ts';
import { hyperMethods } from '../methods/registry.ts';

/**
 * Inner gradients, or what costs as much, for each inner step. `forward` carries a tangent for each hyperparameter and is not in the table; those not
 * listed take one.
 */
const gradientsPerStep: Partial<Record<HyperFamily, number>> = {
  reverse: 4,
  implicit: 2,
  'one-step': 2,
  discounted: 3,
  penalty: 3,
  evolution: 8,
  teacher: 3,
};
/** A tangent rides along in a batch: far cheaper than a gradient. */
const gradientsPerTangent = 1 / 16;
/** Milliseconds of an inner gradient on a small network, where it is its start that counts. */
const gradientMs = 0.3;
/** How often a pass goes through the horizon. The time pass samples for a time, not a number of times. */
const repetitions: Readonly<Record<string, number>> = { time: 3, training: 20, gradient: 3, memory: 1 };
/** A cell's own start: data, and kernels to be compiled. */
const startSeconds = 1;
/** Bytes for each hyperparameter: it, its gradient, moments of its optimiser, and as much again in between. */
const bytesPerParameter = 64;

/** What a cell takes. Bytes grow with T where the trajectory is kept. */
export function estimateCell({ method, horizon, dimension, pass }: CellConfig): CellEstimate {
  const family = hyperMethods.find(({ name }) => name === method)?.family;
  const perStep =
    family === 'forward'
      ? 1 + dimension * gradientsPerTangent
      : (gradientsPerStep[family ?? 'first-order'] ?? 1);
  const times = repetitions[pass] ?? 1;
  const kept = family === 'reverse' ? 1 + horizon / 8 : 1;
  return {
    seconds: startSeconds + (times * horizon * perStep * gradientMs) / 1000,
    bytes: bytesPerParameter * dimension * kept,
  };
}
