/** @file The order of the timing stage: head against head, a canary, controls, what differs, and again in fresh processes what is slower. */
import type { Arm } from './arm.ts';
import type { Side } from './collect.ts';
import type { CellDifference } from './difference.ts';
import { predictedChange } from './explain.ts';
import { cellName, type TrackCell } from './facts.ts';
import type { Machine } from './protocol.ts';
import {
  type Around,
  corrected,
  halfWidthOf,
  metricOf,
  roundsUntilTold,
  type TimedCell,
  type TimingBudget,
  type TimingReport,
  timedCell,
} from './timing.ts';

/** What is timed. */
export interface TimingPlan {
  readonly sides: { readonly base: Side; readonly head: Side };
  readonly machine: Machine;
  /** Cells that differ, with what differs. */
  readonly cells: readonly { readonly cell: TrackCell; readonly difference: CellDifference }[];
  /** Cells that are identical, to be held beside them. */
  readonly controls: readonly TrackCell[];
  /** A hand-written kernel that no commit changes. */
  readonly canary: TrackCell;
  readonly budget: TimingBudget;
  readonly say: (text: string) => void;
  readonly signal?: AbortSignal;
  /** Called around the samples of the head: for the selftest, which puts load there. */
  readonly around?: Around;
}

/** Runs the stage. */
export async function timeDifferences(plan: TimingPlan): Promise<TimingReport> {
  const { sides, machine, budget, say } = plan;
  const metric = metricOf(machine);
  const deadline = performance.now() + budget.budgetMs;
  const arms = { base: sides.base.start(), head: sides.head.start(), twin: sides.head.start() };
  const close = (): Promise<unknown> => Promise.all(Object.values(arms).map((arm: Arm) => arm.close()));
  try {
    const pair = { a: arms.base, b: arms.head };
    const roofline = await arms.base.ask({ kind: 'roofline' });
    const nullRun = timedCell(
      plan.canary,
      await roundsUntilTold({ a: arms.head, b: arms.twin }, plan.canary, metric, budget, {
        deadline,
        isNull: true,
      }),
    );
    const nullHalfWidth = halfWidthOf(nullRun);
    say(`head against head: ±${(100 * nullHalfWidth).toFixed(1)} %`);
    await arms.twin.close();
    const options = {
      nullHalfWidth,
      deadline,
      ...(plan.around === undefined ? {} : { around: plan.around }),
    };
    const controls: TimedCell[] = [];
    for (const cell of [plan.canary, ...plan.controls])
      controls.push(timedCell(cell, await roundsUntilTold(pair, cell, metric, budget, options)));
    const moved = controls.filter(({ verdict }) => verdict === 'regressed' || verdict === 'faster');
    const cells: TimedCell[] = [];
    const leftOut: string[] = [];
    const wantedP = 0.05 / Math.max(1, plan.cells.length);
    for (const { cell, difference } of plan.cells) {
      const name = cellName(cell);
      if (performance.now() > deadline || plan.signal?.aborted) {
        leftOut.push(name);
        continue;
      }
      try {
        const timed = timedCell(
          cell,
          await roundsUntilTold(pair, cell, metric, budget, { ...options, wantedP }),
        );
        cells.push({ ...timed, predicted: predictedChange(difference, roofline, timed.baseMs) });
        say(`${name}: ${timed.verdict}`);
      } catch (error) {
        leftOut.push(`${name} (${error instanceof Error ? error.message : String(error)})`);
      }
    }
    await close();
    const unproven =
      moved.length === 0
        ? undefined
        : `${moved[0]!.cell}, which nothing can have changed, moved by ${(100 * moved[0]!.change).toFixed(1)} %`;
    const sure = corrected(cells);
    const confirmed = unproven === undefined ? await confirm(plan, sure, options) : sure.map(unprovenCell);
    return {
      metric,
      cells: confirmed,
      controls,
      nullHalfWidth,
      leftOut,
      ...(unproven === undefined ? {} : { unproven }),
    };
  } finally {
    await close();
  }
}

const unprovenCell = (cell: TimedCell): TimedCell =>
  cell.verdict === 'regressed' || cell.verdict === 'faster' ? { ...cell, verdict: 'unproven' } : cell;

/** Runs what is slower again: fresh processes, the head's started first. Only what repeats stands. */
async function confirm(
  { sides, machine, budget, cells: planned, say }: TimingPlan,
  cells: readonly TimedCell[],
  options: { readonly nullHalfWidth: number; readonly deadline: number; readonly around?: Around },
): Promise<readonly TimedCell[]> {
  const slower = new Set(cells.filter(({ verdict }) => verdict === 'regressed').map(({ cell }) => cell));
  if (slower.size === 0) return cells;
  const b = sides.head.start();
  const a = sides.base.start();
  const confirmed = new Map<string, TimedCell>();
  try {
    for (const { cell } of planned) {
      const name = cellName(cell);
      if (!slower.has(name)) continue;
      say(`${name}: again in fresh processes`);
      confirmed.set(
        name,
        timedCell(cell, await roundsUntilTold({ a, b }, cell, metricOf(machine), budget, options)),
      );
    }
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
  return cells.map((cell) => {
    const second = confirmed.get(cell.cell);
    if (second === undefined || second.verdict === 'regressed') return cell;
    return { ...cell, verdict: 'not confirmed', reason: `in fresh processes it was ${second.verdict}` };
  });
}
