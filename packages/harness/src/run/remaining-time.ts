import type { PlannedCell } from '../cell/cell-list.ts';
import type { CellConfig } from '../cell/config.ts';

/** A cell that has ended, now or in a record. */
export interface EndedCell {
  readonly config: CellConfig;
  readonly durationMs: number;
}

/**
 * Remaining time from what cells of the same kind took: same problem, method, pass and horizon, else same suite, pass and horizon, else same
 * suite and pass, else all. Cells differ by orders of magnitude, so one mean over all would mislead. Cells that run side by side share
 * their time. What an event costs does not grow with the list.
 */
export class RemainingTime {
  /** Cells that are left, by their narrowest kind; each counts for its share of the time. */
  readonly #left = new Map<string, { count: number; shares: number; readonly kinds: readonly string[] }>();
  readonly #took = new Map<string, { count: number; ms: number }>();
  readonly #shareOf: (cell: PlannedCell) => number;

  /** @param cellsAtOnce how many cells, itself included, share the time of a cell */
  constructor(cells: readonly PlannedCell[], cellsAtOnce: (cell: PlannedCell) => number = () => 1) {
    this.#shareOf = (cell) => 1 / cellsAtOnce(cell);
    for (const cell of cells) {
      const kinds = kindsOf(cell.config);
      const group = this.#left.get(kinds[0]) ?? { count: 0, shares: 0, kinds };
      group.count++;
      group.shares += this.#shareOf(cell);
      this.#left.set(kinds[0], group);
    }
  }

  /** Learns from a cell that is not of this run. */
  learn({ config, durationMs }: EndedCell): void {
    for (const kind of kindsOf(config)) {
      const took = this.#took.get(kind) ?? { count: 0, ms: 0 };
      took.count++;
      took.ms += durationMs;
      this.#took.set(kind, took);
    }
  }

  /** A cell of this run has ended. */
  ended(cell: PlannedCell, durationMs: number): void {
    this.learn({ config: cell.config, durationMs });
    const group = this.#left.get(kindsOf(cell.config)[0]);
    if (group === undefined) return;
    group.count--;
    group.shares -= this.#shareOf(cell);
  }

  estimateMs(): number {
    return this.#sum((kinds) => kinds);
  }

  /** The estimate for those cells alone of whose suite, pass and horizon some have ended, and how many these are. */
  known(): { readonly ms: number; readonly cells: number } {
    const near = (kinds: readonly string[]): readonly string[] => kinds.slice(0, 2);
    let cells = 0;
    for (const { count, kinds } of this.#left.values())
      if (near(kinds).some((kind) => this.#took.has(kind))) cells += count;
    return { ms: this.#sum(near), cells };
  }

  #sum(choose: (kinds: readonly string[]) => readonly string[]): number {
    let sum = 0;
    for (const { count, shares, kinds } of this.#left.values()) {
      const took = choose(kinds)
        .map((kind) => this.#took.get(kind))
        .find((one) => one !== undefined);
      if (took !== undefined && count > 0) sum += (shares * took.ms) / took.count;
    }
    return sum;
  }
}

/** What a cell's time is estimated from, the nearest first. */
export function kindsOf({
  suite,
  problem,
  method,
  pass,
  horizon,
}: CellConfig): readonly [string, ...string[]] {
  return [
    `${suite} ${problem} ${method} ${pass} ${horizon}`,
    `${suite} ${pass} ${horizon}`,
    `${suite} ${pass}`,
    'all',
  ];
}

/** A run of so many cells, or of so much time, is announced before it starts. */
const largeCells = 1000;
const largeMs = 30 * 60_000;

/**
 * What a large run says before it starts: how many cells, and how long they take as far as earlier records say. Nothing of a small one.
 *
 * @param open how many cells are without an answer
 */
export function announcement(
  open: number,
  remaining: RemainingTime,
  durationText: (ms: number) => string,
): string | undefined {
  const { ms, cells } = remaining.known();
  if (open < largeCells && ms < largeMs) return undefined;
  const about =
    cells === 0
      ? 'No record in the folder says how long such cells take'
      : `About ${durationText(ms)} for the ${cells.toLocaleString('en')} of them whose kind has records in the folder`;
  const count = `${open.toLocaleString('en')} ${open === 1 ? 'cell' : 'cells'}`;
  return `${count} to run. ${about}. Stopping at any time keeps what is finished.`;
}
