/** @file One answer of a child process: what it says, that it took too long, or that it ended. */
import type { ChildProcess } from 'node:child_process';
import { afterReading } from './peers/after-reading.ts';

interface Waiting<Answer> {
  readonly limitMs: number;
  /** After this event of the process nothing more comes. */
  readonly last: 'exit' | 'close';
  /** Begins to listen, and gives what ends it. */
  readonly listen: (resolve: (answer: Answer) => void, reject: (error: Error) => void) => () => void;
  /** The error where no answer came in time. */
  readonly late: () => Error;
  /** The error where the process ended, which it is told how: `ended with code 1`. */
  readonly gone: (how: string) => Error;
}

/** Waits for an answer; nothing listens to the process afterwards. */
export function oneAnswer<Answer>(
  child: ChildProcess,
  { limitMs, last, listen, late, gone }: Waiting<Answer>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const done =
      <Value>(settle: (value: Value) => void) =>
      (value: Value): void => {
        timer.stop();
        child.off(last, onEnd);
        deafen();
        settle(value);
      };
    const onEnd = (code: number | null, signal: string | null): void =>
      done(reject)(gone(signal === null ? `ended with code ${code}` : `was ended by ${signal}`));
    const timer = afterReading(limitMs, () => done(reject)(late()));
    child.on(last, onEnd);
    const deafen = listen(done(resolve), done(reject));
  });
}
