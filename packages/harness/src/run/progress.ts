import { SingleBar } from 'cli-progress';
import type { PlannedCell } from '../cell/cell-list.ts';
import { describeCell, type Status } from '../cell/config.ts';
import { printable, printableLine } from '../printable.ts';
import { duration } from './duration.ts';
import { RemainingTime } from './remaining-time.ts';

/** Where progress goes. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** What happened to one cell. */
export interface CellEvent {
  readonly cell: PlannedCell;
  readonly status: Status;
  readonly reason: string | null;
  readonly durationMs: number;
}

/** Shows how far a run is. */
export interface Progress {
  /** A cell begins. */
  begin(cell: PlannedCell): void;
  /** A cell has ended. */
  end(event: CellEvent): void;
  /** A line for the reader that is no cell. */
  note(text: string): void;
  stop(): void;
}

/** A bar with the remaining time on a terminal, one plain line a cell elsewhere (a file, a CI log). */
export function openProgress(
  cells: readonly PlannedCell[],
  stream: ProgressStream,
  remaining: RemainingTime = new RemainingTime(cells),
): Progress {
  return stream.isTTY === true
    ? bar(cells.length, remaining, stream)
    : lines(cells.length, remaining, stream);
}

function lines(total: number, remaining: RemainingTime, stream: ProgressStream): Progress {
  let done = 0;
  return {
    begin: () => {},
    end: (event) => {
      done++;
      remaining.ended(event.cell, event.durationMs);
      const count = String(done).padStart(String(total).length);
      const left = done < total ? `, ${duration(remaining.estimateMs())} left` : '';
      const reason = event.reason === null ? '' : `: ${event.reason}`;
      stream.write(
        `[${count}/${total}] ${event.status.padEnd(11)} ${printableLine(describeCell(event.cell.config))} ` +
          `${duration(event.durationMs)}${left}${printable(reason)}\n`,
      );
    },
    note: (text) => void stream.write(`${printable(text)}\n`),
    stop: () => {},
  };
}

function bar(total: number, remaining: RemainingTime, stream: ProgressStream): Progress {
  const shown = new SingleBar({
    format: '{bar} {value}/{total} · {left} left · {problems}{cell}',
    stream: stream as NodeJS.WriteStream,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  let problems = 0;
  const payload = (cell: string): object => ({
    left: duration(remaining.estimateMs()),
    problems: problems === 0 ? '' : `${problems} not ok · `,
    cell,
  });
  shown.start(total, 0, payload(''));
  const above = (text: string): void => {
    stream.write(`\r\u001b[2K${printable(text)}\n`);
    shown.render();
  };
  return {
    begin: (cell) => shown.update(payload(printableLine(describeCell(cell.config)))),
    end: (event) => {
      remaining.ended(event.cell, event.durationMs);
      if (event.status !== 'ok') {
        problems++;
        above(`${event.status}: ${describeCell(event.cell.config)}: ${event.reason ?? ''}`);
      }
      shown.increment(1, payload(''));
    },
    note: above,
    stop: () => shown.stop(),
  };
}
