/** @file What is wrong with an estimate that is drawn: bias and variance, apart, at a λ that does not move. */
import type { Method } from '../hyper/method.ts';
import type { GivenArrays, Problem } from '../problem/problem.ts';
import { agreement } from './compare.ts';
import { prepare } from './run.ts';
import type { Backend } from './session.ts';

/** How often a hypergradient is drawn, and what is right. */
export interface EstimateOptions {
  /** T */
  readonly horizon: number;
  /** Draws: inner optimisations at the same λ, which differ in the method's random numbers alone. */
  readonly draws: number;
  /** dL^val/dλ. */
  readonly exact: ArrayLike<number>;
}

/** Bias and variance of a hypergradient, relative to the exact one. */
export interface Estimate {
  readonly draws: number;
  readonly mean: readonly number[];
  /** ‖mean − exact‖/‖exact‖; what remains of it for more and more draws is the bias. */
  readonly bias: number;
  /** What chance alone leaves in `bias` at so many draws: √(variance/draws), 0 for a method that draws nothing. */
  readonly biasError: number;
  /** E‖g − E g‖²/‖exact‖², without bias itself. */
  readonly variance: number;
  /** ‖mean‖/√E‖g − mean‖²: signal to noise of a single draw; Infinity where nothing varies. */
  readonly signalToNoise: number;
  /** Cosine of the mean to the exact one; undefined where one of them is zero. */
  readonly cosine: number | undefined;
  /** The share of signs that a single draw gets right, mean over the draws. */
  readonly signAgreement: number;
}

/**
 * Draws a method's hypergradient again and again with λ frozen.
 *
 * @throws RangeError for fewer than two draws; RefusedError when the method cannot run on the problem; Error where a draw left the finite numbers
 */
export async function estimateQuality<Given extends GivenArrays>(
  backend: Backend,
  problem: Problem<Given>,
  method: Method,
  { horizon, draws, exact }: EstimateOptions,
): Promise<Estimate> {
  if (!(Number.isInteger(draws) && draws >= 2))
    throw new RangeError(`estimateQuality: ${draws} draws were asked for; give a whole number of 2 or more.`);
  const run = await prepare(backend, problem, method, { horizon });
  const found: Float64Array[] = [];
  try {
    for (let draw = 0; draw < draws; draw++) {
      const { divergedAt } = await run.compute();
      if (divergedAt !== undefined)
        throw new Error(
          `estimateQuality: ${method.title} left the finite numbers at step ${divergedAt} of draw ${draw + 1}; there is nothing to compare.`,
        );
      found.push(await run.read('hypergradient'));
    }
  } finally {
    run.destroy();
  }
  return qualityOf(found, exact);
}

function qualityOf(found: readonly Float64Array[], exact: ArrayLike<number>): Estimate {
  const draws = found.length;
  const p = exact.length;
  const mean = Array.from({ length: p }, (_, j) => found.reduce((total, g) => total + g[j]! / draws, 0));
  const [norm, length] = [Math.hypot(...Array.from(exact)), Math.hypot(...mean)];
  // Draws that are the same number differ by rounding of their mean alone.
  const varies = found.some((g) => g.some((value, j) => value !== found[0]![j]));
  const scatter = varies
    ? found.reduce((total, g) => total + g.reduce((sum, value, j) => sum + (value - mean[j]!) ** 2, 0), 0) /
      (draws - 1)
    : 0;
  const right = found.reduce(
    (total, g) => total + g.filter((value, j) => Math.sign(value) === Math.sign(exact[j]!)).length,
    0,
  );
  return {
    draws,
    mean,
    bias: Math.hypot(...mean.map((value, j) => value - exact[j]!)) / norm,
    biasError: Math.sqrt(scatter / draws) / norm,
    variance: scatter / norm ** 2,
    signalToNoise: scatter === 0 ? Number.POSITIVE_INFINITY : length / Math.sqrt(scatter),
    cosine: agreement(mean, exact).cosine,
    signAgreement: right / (draws * p),
  };
}
