import type { PlannedCell } from '../cell/cell-list.ts';
import type { CellOutcome } from './cell-runner.ts';
import type { CellCost } from './cost.ts';

/**
 * What parent and child say to each other: one JSON document a line, on the child's standard input and output.
 * Other lines on the output (a library that greets, a driver that warns) are ignored.
 */
export interface CellRequest {
  readonly cell: PlannedCell;
  readonly adapter: string | undefined;
}

/** The child's answer to a request. */
export interface CellReply {
  readonly cellId: string;
  readonly outcome: CellOutcome;
  /** From the request to the outcome. */
  readonly cost: CellCost;
}

const mark = 'longhorizon-cell ';

/** A reply as a line. */
export function replyLine(reply: CellReply): string {
  return `${mark}${JSON.stringify(reply)}\n`;
}

/** The reply in a line; undefined for any other line. */
export function readReply(line: string): CellReply | undefined {
  if (!line.startsWith(mark)) return undefined;
  try {
    return JSON.parse(line.slice(mark.length)) as CellReply;
  } catch {
    return undefined;
  }
}
