import type { PlannedCell } from '../cell/cell-list.ts';
import { type CellOutcome, type Executor, outcomeOf, timeoutMeasurement, withNote } from './cell-runner.ts';
import { type Child, type ChildCommand, startChild } from './child-process.ts';
import { deathOf, isWorthAnotherTry } from './death.ts';
import { isStopped } from './evidence.ts';
import type { CellReply } from './protocol.ts';

/**
 * Runs cells in child processes. A child that hangs is killed with all its descendants, and the next cell gets a fresh one. A child that dies
 * or is stopped says little about its cell (an earlier cell may have filled its heap, or it may have been killed), so the cell is tried once
 * more in a fresh process, and what comes of that is its result.
 *
 * @param reuse whether one child serves cell after cell until it fails (`worker`) or each gets its own
 */
export function childExecutor(
  command: ChildCommand,
  options: { readonly reuse: boolean; readonly adapter?: string | undefined },
): Executor {
  let current: Child | undefined;
  const drop = async (): Promise<void> => {
    const child = current;
    current = undefined;
    await child?.kill();
  };
  const attempt = async (cell: PlannedCell, interrupt: AbortSignal): Promise<Attempt> => {
    if (interrupt.aborted) return { outcome: { kind: 'interrupted' } };
    // It died with nothing to do, which is no cell's fault.
    if (current?.exit !== undefined) await drop();
    current ??= startChild(command);
    const answer = await ask(current, cell, options.adapter, interrupt);
    if (answer.kind === 'reply') {
      if (!options.reuse) await drop();
      return { outcome: outcomeIn(answer.reply) };
    }
    if (answer.kind === 'interrupt') {
      await drop();
      return { outcome: { kind: 'interrupted' } };
    }
    const child = current;
    const stopped = answer.kind === 'timeout' && isStopped(child.process.pid);
    await drop();
    if (answer.kind === 'death') {
      const outcome = deathOf(child);
      return isWorthAnotherTry(child.exit) ? { outcome, again: howEnded(child) } : { outcome };
    }
    const outcome = { kind: 'measured', measurement: timeoutMeasurement(cell) } as const;
    return stopped
      ? {
          outcome: { ...outcome, endedBy: 'SIGSTOP' },
          again: 'was stopped by a signal until its time was over',
        }
      : { outcome };
  };
  return {
    run: async (cell, interrupt) => {
      const first = await attempt(cell, interrupt);
      if (first.again === undefined) return first.outcome;
      const { outcome } = await attempt(cell, interrupt);
      return withNote(outcome, `tried a second time: the process of the first try ${first.again}`);
    },
    close: drop,
  };
}

/** What came of one try at a cell, and why another may end otherwise. */
interface Attempt {
  readonly outcome: CellOutcome;
  readonly again?: string;
}

function howEnded({ exit }: Child): string {
  return exit?.signal ? `was ended by ${exit.signal}` : `ended with code ${exit?.code ?? '?'}`;
}

function outcomeIn({ outcome, cost }: CellReply): CellOutcome {
  if (outcome.kind !== 'measured') return outcome;
  const checked = outcomeOf(outcome.measurement);
  return checked.kind === 'measured' ? { ...checked, cost } : checked;
}

type Answer =
  | { readonly kind: 'reply'; readonly reply: CellReply }
  | { readonly kind: 'timeout' | 'interrupt' | 'death' };

function ask(
  child: Child,
  cell: PlannedCell,
  adapter: string | undefined,
  interrupt: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve) => {
    const finish = (answer: Answer): void => {
      clearTimeout(timer);
      interrupt.removeEventListener('abort', onInterrupt);
      child.listener = undefined;
      resolve(answer);
    };
    const onInterrupt = (): void => finish({ kind: 'interrupt' });
    const timer = setTimeout(() => finish({ kind: 'timeout' }), cell.timeoutMs);
    interrupt.addEventListener('abort', onInterrupt);
    child.listener = (reply) => {
      if (reply === undefined) finish({ kind: 'death' });
      else if (reply.cellId === cell.cellId) finish({ kind: 'reply', reply });
    };
    if (child.exit !== undefined) finish({ kind: 'death' });
    else child.process.stdin?.write(`${JSON.stringify({ cell, adapter })}\n`);
  });
}
