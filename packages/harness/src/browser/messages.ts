/** @file What a page and its worker say to each other, and what a page says to the program that serves it. */
import type { PlannedCell } from '../cell/cell-list.ts';
import type { Environment } from '../record/record.ts';
import type { CellOutcome } from '../run/cell-runner.ts';
import type { CellReply } from '../run/protocol.ts';

/** To a worker: what is the machine like, or run this cell. */
export type ToWorker = { readonly kind: 'describe' } | { readonly kind: 'cell'; readonly cell: PlannedCell };

/** From a worker: it listens, what the machine is like or why there is none, and what a cell came to. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'described'; readonly environment: Environment }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'done'; readonly reply: CellReply };

/** To a page from the program that serves it, one at a time. */
export type ToPage =
  | { readonly kind: 'cell'; readonly cell: PlannedCell; readonly done: number; readonly planned: number }
  /** The cell's time is over, or the run was interrupted: end the worker. */
  | { readonly kind: 'stop'; readonly cellId: string }
  /** Nothing more will come. */
  | { readonly kind: 'end'; readonly sentence: string };

/** From a page: what a cell came to. */
export interface FromPage {
  readonly cellId: string;
  readonly outcome: CellOutcome;
}
