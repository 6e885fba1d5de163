import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { memoryKills } from './evidence.ts';
import { type CellReply, readReply } from './protocol.ts';

/** How to start a program that calls `serveCells`. */
export interface ChildCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a child ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

/** A running child and what has been heard of it. */
export interface Child {
  readonly process: ChildProcess;
  /** How many processes of the control group the kernel had killed when this one was started; see {@link memoryKills}. */
  readonly memoryKillsBefore: number | undefined;
  /** The end of what it wrote to its error stream. */
  complaints: string;
  exit: ChildExit | undefined;
  /** Called with every reply, and with undefined when the child is gone. */
  listener: ((reply: CellReply | undefined) => void) | undefined;
  kill(): Promise<void>;
}

/** How many characters of a child's complaints are held; a driver's greeting may fill some. */
const complaintLength = 8192;

/** Starts a child in a process group of its own: it is killed with its descendants, and a ctrl-C at the terminal reaches only us. */
export function startChild(command: ChildCommand): Child {
  const started = spawn(command.command, [...command.arguments], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...command.environment },
    detached: process.platform !== 'win32',
  });
  const gone = new Promise<void>((resolve) => {
    const end = (exit: ChildExit): void => {
      child.exit ??= exit;
      child.listener?.(undefined);
      resolve();
    };
    started.on('error', (error) => end({ code: null, signal: null, error }));
    started.on('close', (code, signal) => end({ code, signal }));
  });
  const child: Child = {
    process: started,
    memoryKillsBefore: memoryKills(),
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

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}
