/** A point of a learning curve: the cost so far and the metric reached. */
export interface CurvePoint {
  readonly cost: number;
  readonly value: number | null;
}

/** The cost at which a target is first reached; infinite when it never is. */
export function timeToTarget(
  curve: readonly CurvePoint[],
  target: number,
  direction: 'higher' | 'lower',
): number {
  const reached = curve.find(
    ({ value }) => value !== null && (direction === 'higher' ? value >= target : value <= target),
  );
  return reached?.cost ?? Number.POSITIVE_INFINITY;
}

/** A method's performance profile (Dolan and Moré 2002). */
export interface PerformanceProfile {
  readonly method: string;
  /** Steps of ρ(τ): from this ratio on, this share of the problems is solved within τ times the best. */
  readonly steps: readonly { readonly ratio: number; readonly share: number }[];
  /** The mean of ρ over [1, maximumRatio]: 1 for the best on all, 0 for none within reach. */
  readonly score: number;
}

/**
 * Performance profiles over problems. A miss is an infinite cost; a problem that nobody solved counts against
 * everybody.
 *
 * @param costs for each method its cost on every problem, in the same order
 * @param maximumRatio the largest τ considered (AlgoPerf uses 4)
 */
export function performanceProfiles(
  costs: Readonly<Record<string, readonly number[]>>,
  maximumRatio = 4,
): readonly PerformanceProfile[] {
  const methods = Object.keys(costs);
  const problems = Math.max(0, ...methods.map((method) => costs[method]?.length ?? 0));
  const best = Array.from({ length: problems }, (_, problem) =>
    Math.min(...methods.map((method) => costs[method]?.[problem] ?? Number.POSITIVE_INFINITY)),
  );
  return methods.map((method) => {
    const ratios = best
      .map((least, problem) => {
        const cost = costs[method]?.[problem] ?? Number.POSITIVE_INFINITY;
        return Number.isFinite(cost) ? ratioOf(cost, least) : Number.POSITIVE_INFINITY;
      })
      .filter((ratio) => ratio <= maximumRatio)
      .sort((a, b) => a - b);
    const steps = [...new Set(ratios)].map((ratio) => ({
      ratio,
      share: ratios.filter((other) => other <= ratio).length / problems,
    }));
    const area = ratios.reduce((sum, ratio) => sum + (maximumRatio - ratio) / (maximumRatio - 1), 0);
    return { method, steps, score: problems === 0 ? 0 : area / problems };
  });
}

function ratioOf(cost: number, least: number): number {
  if (cost === least) return 1;
  return least === 0 ? Number.POSITIVE_INFINITY : cost / least;
}
