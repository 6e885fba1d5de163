import type { CellOutcome } from './cell-runner.ts';

/** How often a cell whose machine was too unsteady is measured once more. */
const mostRepeats = 2;
/** A longer cell is not: what it would cost, other cells of its row give as well. Milliseconds. */
const longestRepeated = 20_000;

/**
 * Whether a cell's times are to be taken once more: it ran alone, its control said `reject`, and it is short. What is still rejected after
 * that is kept, stands aside on boards where its row has other cells, and is hollow where it has none.
 *
 * @param repeats how often it was measured again already
 */
export function isWorthRepeating(
  outcome: CellOutcome,
  {
    repeats,
    durationMs,
    slots,
  }: { readonly repeats: number; readonly durationMs: number; readonly slots: number },
): boolean {
  return (
    outcome.kind === 'measured' &&
    outcome.measurement.status === 'ok' &&
    outcome.measurement.time !== undefined &&
    outcome.measurement.noise?.verdict === 'reject' &&
    slots === 1 &&
    repeats < mostRepeats &&
    durationMs < longestRepeated
  );
}
