import { constants } from 'node:os';
import type { Output } from './definition.ts';

/** Requests to end: the terminal's ctrl-C, a service manager or a kill, a terminal that is closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A request within this time of the first is the same one: a whole process group was asked, and our parent passed it on as well. */
const repeatMs = 1000;
const parentEveryMs = 500;

/** Listens for requests to end a run. */
export interface Interrupt {
  /** Aborted by the first request. */
  readonly signal: AbortSignal;
  /** What the process then ends with, as a shell has it: 130 for a ctrl-C, 143 for SIGTERM. */
  exitCode(): number;
  stop(): void;
}

/**
 * The first request ends the run cleanly, a second one a second later at once.
 *
 * @param stopsWithParent whether the death of the process that started this one is a request as well
 */
export function listenForInterrupt(output: Output, stopsWithParent = false): Interrupt {
  const controller = new AbortController();
  let first: { readonly code: number; readonly at: number } | undefined;
  const request = (name: (typeof signals)[number], said: string): void => {
    if (first !== undefined) {
      if (performance.now() - first.at > repeatMs) process.exit(first.code);
      return;
    }
    first = { code: 128 + constants.signals[name], at: performance.now() };
    controller.abort();
    try {
      output.write(`\n${said}\n`);
    } catch {
      // The reader of the output is gone.
    }
  };
  const onSignal = (name: NodeJS.Signals): void =>
    request(
      signals.find((one) => one === name) ?? 'SIGTERM',
      'Stopping. What is finished is kept; press ctrl-C again to quit at once.',
    );
  for (const signal of signals) process.on(signal, onSignal);
  const parent = process.ppid;
  const onParent = (): void => {
    if (process.ppid === parent || first !== undefined) return;
    request('SIGTERM', 'The process that started this run is gone. Stopping; what is finished is kept.');
  };
  const timer = stopsWithParent ? setInterval(onParent, parentEveryMs).unref() : undefined;
  return {
    signal: controller.signal,
    exitCode: () => first?.code ?? 130,
    stop: () => {
      clearInterval(timer);
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
