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
