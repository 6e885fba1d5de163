import { createInterface } from 'node:readline';
import {
  type CellContext,
  type CellOutcome,
  type ClassifyError,
  measurementOf,
  outcomeOf,
  type RunCell,
} from './cell-runner.ts';
import { countCost } from './cost.ts';
import { type CellRequest, replyLine } from './protocol.ts';

const farewellMs = 2000;

/**
 * The child's side: runs the cells that come in, one line each, and prints one measurement for each. Ends with
 * its input, so that it does not outlive a parent that was killed.
 *
 * Call it from the program that the parent starts (see `childCommand`).
 */
export async function serveCells(
  runCell: RunCell,
  options: {
    readonly classifyError?: ClassifyError | undefined;
    readonly input?: NodeJS.ReadableStream;
    readonly output?: NodeJS.WritableStream;
  } = {},
): Promise<void> {
  const { input = process.stdin, output = process.stdout, classifyError } = options;
  const stop = new AbortController();
  const lines = createInterface({ input });
  // While a cell runs the lines are not iterated over, but the end of the input must still be noticed.
  lines.on('close', () => {
    stop.abort('interrupt');
    // A cell that does not listen, or a device that keeps the process alive, must not hold it up.
    if (input === process.stdin) setTimeout(() => process.exit(1), farewellMs).unref();
  });
  for await (const line of lines) {
    const { cell, adapter } = JSON.parse(line) as CellRequest;
    const context: CellContext = {
      cellId: cell.cellId,
      seeds: cell.seeds.derived,
      adapter: adapter ?? undefined,
      signal: stop.signal,
    };
    const costSoFar = countCost();
    const outcome = await Promise.resolve()
      .then(() => runCell(cell.config, context))
      .then(
        outcomeOf,
        (error): CellOutcome => ({ kind: 'measured', measurement: measurementOf(error, classifyError) }),
      );
    await new Promise<void>((resolve) =>
      output.write(replyLine({ cellId: cell.cellId, outcome, cost: costSoFar() }), () => resolve()),
    );
  }
}
