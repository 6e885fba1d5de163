/** @file What a hypergradient costs, counted in derivatives: the unit in which the literature compares methods. */

/** Derivative work: gradients and products. */
export interface Counts {
  /** Gradients of the inner or the outer loss. */
  readonly gradients: number;
  /** Products of a row vector with A = ∂Φ/∂w or B = ∂Φ/∂λ. Two when both are taken at one point. */
  readonly vjps: number;
  /** Products A·z + B·e: tangents pushed through one step, counted for each direction. */
  readonly jvps: number;
  /** Products of the inner loss's Hessian, or mixed second derivative, with a vector. */
  readonly hvps: number;
}

/** No derivative work. */
export const noCounts: Counts = { gradients: 0, vjps: 0, jvps: 0, hvps: 0 };

/** The sum of two counts. */
export function addCounts(a: Counts, b: Counts): Counts {
  return {
    gradients: a.gradients + b.gradients,
    vjps: a.vjps + b.vjps,
    jvps: a.jvps + b.jvps,
    hvps: a.hvps + b.hvps,
  };
}

/** The first count without the second. */
export function subtractCounts(a: Counts, b: Counts): Counts {
  return {
    gradients: a.gradients - b.gradients,
    vjps: a.vjps - b.vjps,
    jvps: a.jvps - b.jvps,
    hvps: a.hvps - b.hvps,
  };
}
