/** @file The process of one commit, as the judge holds it: asked one thing at a time, ended with its time. */
import { type ChildProcess, fork } from 'node:child_process';
import type { ArmAnswers, ArmMessage, ArmReply, ArmRequest } from './protocol.ts';

/** How the process of a commit is started, with the folder of that commit's working tree. */
export interface ArmCommand {
  /** From the working tree's folder. */
  readonly script: string;
  readonly execArgv: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A cell that the commit does not have. */
export class MissingCellError extends Error {
  override readonly name = 'MissingCellError';
}

/** The process ended, or took too long. */
export class ArmDeathError extends Error {
  override readonly name = 'ArmDeathError';
}

/** A process that answers for one commit. */
export interface Arm {
  ask<Kind extends ArmRequest['kind']>(
    request: Extract<ArmRequest, { readonly kind: Kind }>,
    timeoutMs?: number,
  ): Promise<ArmAnswers[Kind]>;
  /** Its processor id; for load that is put beside it. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

const defaultTimeoutMs = 300_000;
const keptComplaints = 4000;
/** What Dawn says at every start. */
const greeting = /^Warning: maxDynamic\w+BuffersPerPipelineLayout artificially reduced from .*\n?/gm;

/** Starts the process of a commit. */
export function startArm(folder: string, { script, execArgv, environment }: ArmCommand): Arm {
  const child: ChildProcess = fork(script, [], {
    cwd: folder,
    execArgv: [...execArgv],
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Numbers that JSON does not know, and arrays of bytes.
    serialization: 'advanced',
  });
  let complaints = '';
  child.stderr?.on('data', (data: Buffer) => {
    complaints = `${complaints}${data.toString()}`.slice(-keptComplaints);
  });
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  let ended: string | undefined;
  child.on('message', (reply: ArmReply) => {
    const one = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.ok) one?.resolve(reply.answer as never);
    else one?.reject(reply.missing ? new MissingCellError(reply.reason) : new Error(reply.reason));
  });
  const over = (how: string): void => {
    ended ??= `${how}${lastWords(complaints)}`;
    for (const { reject } of waiting.values()) reject(new ArmDeathError(ended));
    waiting.clear();
  };
  child.on('error', (error) => over(error.message));
  child.on('close', (code, signal) =>
    over(signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`),
  );
  const gone = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
    child.on('error', () => resolve());
  });
  let next = 0;
  return {
    pid: child.pid,
    ask: (request, timeoutMs = defaultTimeoutMs) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return void reject(new ArmDeathError(ended));
        const id = next++;
        const timer = setTimeout(() => {
          over(`it did not answer within ${timeoutMs / 1000} s`);
          child.kill('SIGKILL');
        }, timeoutMs);
        const settle =
          <Value>(act: (value: Value) => void) =>
          (value: Value): void => {
            clearTimeout(timer);
            act(value);
          };
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
        child.send({ ...request, id } as ArmMessage);
      }),
    close: async () => {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** The last line that a process complained with, as the end of a sentence. */
function lastWords(complaints: string): string {
  const lines = complaints.replaceAll(greeting, '').trim().split('\n');
  const line = lines.find((one) => /Error\b/.test(one)) ?? lines.at(-1);
  return line === undefined || line === '' ? '' : `: ${line.trim()}`;
}
