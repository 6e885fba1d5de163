import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { PlannedCell } from '../cell/plan.ts';
import { type CellOutcome, type Executor, outcomeOf, timeoutMeasurement } from './cell-runner.ts';
import { type CellReply, readReply } from './protocol.ts';

/** How to start a program that calls `serveCells`. */
export interface ChildCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** What Dawn says at every start (tools/bootstrap/dawn-warnings.mjs) is no child's last word. */
const loweredLimits = /^Warning: maxDynamic\w+BuffersPerPipelineLayout artificially reduced from .*\n?/gm;
/** How many characters of a dead child's complaints go into the reason. */
const complaintLength = 600;

/**
 * Runs cells in child processes. A child that hangs is killed with all its descendants, one that crashes or
 * runs out of memory is a result, and the next cell gets a fresh one.
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
  return {
    run: async (cell, interrupt) => {
      if (interrupt.aborted) return { kind: 'interrupted' };
      current ??= startChild(command);
      const answer = await ask(current, cell, options.adapter, interrupt);
      if (answer.kind === 'reply') {
        if (!options.reuse) await drop();
        const { outcome, cost } = answer.reply;
        if (outcome.kind !== 'measured') return outcome;
        const checked = outcomeOf(outcome.measurement);
        return checked.kind === 'measured' ? { ...checked, cost } : checked;
      }
      const death = answer.kind === 'death' ? deathOf(current) : undefined;
      await drop();
      if (answer.kind === 'interrupt') return { kind: 'interrupted' };
      if (answer.kind === 'timeout') return { kind: 'measured', measurement: timeoutMeasurement(cell) };
      return death as CellOutcome;
    },
    close: drop,
  };
}

/** A running child and what has been heard of it. */
interface Child {
  readonly process: ChildProcess;
  complaints: string;
  exit:
    | { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly error?: Error }
    | undefined;
  /** Called with every reply, and with undefined when the child is gone. */
  listener: ((reply: CellReply | undefined) => void) | undefined;
  kill(): Promise<void>;
}

function startChild(command: ChildCommand): Child {
  // Its own process group: it is killed with its descendants, and a ctrl-C at the terminal reaches only us.
  const started = spawn(command.command, [...command.arguments], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...command.environment },
    detached: process.platform !== 'win32',
  });
  const gone = new Promise<void>((resolve) => {
    const end = (exit: Child['exit']): void => {
      child.exit ??= exit;
      child.listener?.(undefined);
      resolve();
    };
    started.on('error', (error) => end({ code: null, signal: null, error }));
    started.on('close', (code, signal) => end({ code, signal }));
  });
  const child: Child = {
    process: started,
    complaints: '',
    exit: undefined,
    listener: undefined,
    kill: async () => {
      killGroup(started);
      await gone;
    },
  };
  started.stderr.setEncoding('utf8').on('data', (text: string) => {
    child.complaints = (child.complaints + text).slice(-complaintLength);
  });
  // A child that dies while we write to it is reported by its exit.
  started.stdin.on('error', () => {});
  createInterface({ input: started.stdout }).on('line', (line) => {
    const reply = readReply(line);
    if (reply !== undefined) child.listener?.(reply);
  });
  return child;
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

/** What the end of a child says about the cell. */
function deathOf({ exit, complaints }: Child): CellOutcome {
  const words = complaints.replace(loweredLimits, '').trim();
  const said = words === '' ? '' : ` It last said: ${words}`;
  const result = (status: 'oom' | 'error', reason: string): CellOutcome => ({
    kind: 'measured',
    measurement: { status, reason: `${reason}${said}` },
  });
  if (exit?.error !== undefined)
    return result('error', `its process could not be started: ${exit.error.message}.`);
  if (/heap out of memory|bad_alloc|Cannot allocate memory/i.test(complaints)) {
    return result('oom', 'its process ran out of host memory.');
  }
  if (exit?.signal === 'SIGKILL') {
    return result('oom', 'its process was killed from outside, as the kernel does when memory runs out.');
  }
  if (exit?.signal) return result('error', `its process crashed with ${exit.signal}.`);
  return result('error', `its process ended with code ${exit?.code ?? '?'} and without a measurement.`);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}
